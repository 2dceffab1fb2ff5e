/** Alertmanager's silences (API v2, /api/v2/silences and /api/v2/silence/{id}): look, create, expire. Holds nothing that has to be closed. */
import { z } from "zod";
import { BotError } from "../../errors.ts";
import type { HttpAddress } from "../http-address.ts";
import { ask } from "./request.ts";

export interface Alertmanager {
  /** Those that hold all of these matchers, ended ones too. Rejects with a BotError, as all of these. */
  silences(matchers: Matchers): Promise<readonly Silence[]>;
  /** Undefined where it knows none of that id. */
  silence(id: string): Promise<Silence | undefined>;
  /** The new one's id. What became of it is not known where this rejects with TIMEOUT or UNREACHABLE. */
  create(silence: NewSilence): Promise<string>;
  expire(id: string): Promise<void>;
}

/** Label and value, all of them exactly. */
export type Matchers = Readonly<Record<string, string>>;

export interface NewSilence {
  /** At least one, none of them empty: others would silence everything. */
  readonly matchers: Matchers;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly until: number;
  readonly createdBy: string;
  readonly comment: string;
}

export interface Silence {
  readonly id: string;
  readonly state: "active" | "pending" | "expired";
  /** Epoch milliseconds. */
  readonly until: number;
  readonly createdBy: string;
  readonly comment: string;
}

/** For one request. */
const timeoutMs = 4_000;
/** Values that need no quoting in whichever version's matcher syntax. */
const simple = /^[\w.:/-]{1,200}$/;

const time = z.string().transform((text) => Date.parse(text) || 0);
const Given = z
  .object({
    id: z.string().min(1).max(200),
    status: z.object({ state: z.enum(["active", "pending", "expired"]) }),
    endsAt: time,
    createdBy: z.string(),
    comment: z.string(),
  })
  .transform(({ status, endsAt, ...rest }): Silence => ({ ...rest, state: status.state, until: endsAt }));
const Created = z.object({ silenceID: z.string().regex(/^[\w-]{1,200}$/) });

export function createAlertmanager(address: HttpAddress): Alertmanager {
  const signal = () => AbortSignal.timeout(timeoutMs);
  return {
    async silences(matchers) {
      const known = Object.entries(matchers).filter(([name, value]) => simple.test(name) && simple.test(value));
      const query = new URLSearchParams();
      for (const [name, value] of known.slice(0, 10)) query.append("filter", `${name}="${value}"`);
      const reply = await ask(address, "GET", `/api/v2/silences?${query}`, undefined, signal());
      return read(z.array(Given), reply);
    },
    async silence(id) {
      try {
        return read(Given, await ask(address, "GET", pathOf(id), undefined, signal()));
      } catch (thrown) {
        if (thrown instanceof BotError && thrown.message === "HTTP 404") return undefined;
        throw thrown;
      }
    },
    async create({ matchers, from, until, createdBy, comment }) {
      const named = Object.entries(matchers).filter(([, value]) => value !== "");
      if (named.length === 0) throw new BotError("REFUSED", "a silence without matchers would silence everything");
      const body = {
        matchers: named.map(([name, value]) => ({ name, value, isRegex: false, isEqual: true })),
        startsAt: new Date(from).toISOString(),
        endsAt: new Date(until).toISOString(),
        ...{ createdBy, comment },
      };
      return read(Created, await ask(address, "POST", "/api/v2/silences", body, signal())).silenceID;
    },
    async expire(id) {
      await ask(address, "DELETE", pathOf(id), undefined, signal());
    },
  };
}

function pathOf(id: string): string {
  return `/api/v2/silence/${encodeURIComponent(id)}`;
}

function read<Schema extends z.ZodType>(schema: Schema, reply: unknown): z.output<Schema> {
  const parsed = schema.safeParse(reply);
  if (parsed.success) return parsed.data;
  throw new BotError("BROKEN_ANSWER", "no silence as API v2 has them", {
    say: "Alertmanager's answer could not be understood: version 0.16 or newer speaks API v2.",
  });
}
