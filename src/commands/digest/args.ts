/** The arguments of `digest`, checked: what is to be done, and what of. Plain JSON. */
import { z } from "zod";
import { dayText } from "../../analysis/calendar/text.ts";
import * as piece from "../args.ts";
import { shown } from "../words.ts";
import * as read from "./read.ts";

/** A digest to be made now. The schedule asks for one in the same words as people do. */
export interface ShowArgs {
  readonly verb: "now" | "preview";
  readonly span: "day" | "week";
  /** None: all that may be seen. */
  readonly namespaces: readonly string[];
  /** Of the times in the answer. */
  readonly zone: string;
  /** The schedule's: epoch milliseconds of the moment it was due, and the local days of which there was none, oldest first. */
  readonly due: number | null;
  readonly skipped: readonly string[];
  /** Names after --cluster; absent when the default was asked. */
  readonly clusters?: readonly string[];
}

export interface SubscribeArgs {
  readonly verb: "subscribe";
  /** Minutes after local midnight. */
  readonly at: number;
  /** Null: that of whoever asks. */
  readonly zone: string | null;
  readonly weekdays: boolean;
  readonly weekly: boolean;
  readonly namespaces: readonly string[];
  /** Null: the conversation's default. */
  readonly clusters: readonly string[] | null;
}

export type DigestArgs =
  | ShowArgs
  | SubscribeArgs
  /** Null: the only one here. */
  | { readonly verb: "unsubscribe"; readonly id: string | null }
  | { readonly verb: "list" };

const verbs = ["now", "preview", "subscribe", "unsubscribe", "list"] as const;
type Verb = (typeof verbs)[number];

const defaultTime = 9 * 60;

const moment: piece.Reader<number> = (text) => {
  const time = piece.time(text);
  if (!time.ok) return time;
  return time.value.kind === "at"
    ? { ok: true, value: time.value.ms }
    : { ok: false, say: `${shown(text)} names no day. Type for example 2026-11-20T09:00Z.` };
};

const day: piece.Reader<string> = (text) =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !dayText(text).includes("undefined")
    ? { ok: true, value: text }
    : { ok: false, say: `${shown(text)} is no day. Type for example 2026-11-20.` };

const id: piece.Reader<string> = (text) =>
  /^[0-9a-f]{8}$/.test(text.toLowerCase())
    ? { ok: true, value: text.toLowerCase() }
    : { ok: false, say: `${shown(text)} is no subscription. Type digest list to see their ids.` };

const Raw = z.object({
  verb: piece.one(piece.choice<Verb, Verb>("thing to do with the digest", asRecord(verbs))).optional(),
  first: z.string().optional(),
  second: z.string().optional(),
  weekdays: z.literal(true).optional(),
  weekly: z.literal(true).optional(),
  namespace: piece.many(piece.kubernetesName).optional(),
  due: piece.one(moment).optional(),
  skipped: piece.many(day).optional(),
  cluster: z.array(z.string()).optional(),
});
type Raw = z.infer<typeof Raw>;

export const DigestArgs = Raw.transform((raw, context): DigestArgs => {
  const { verb = "now", first, second, weekly = false, weekdays = false, namespace: namespaces = [], cluster } = raw;
  const problem = surplus(verb, raw);
  if (problem) return refuse(problem.flag, problem.say);
  if (verb === "list") return { verb };
  if (verb === "unsubscribe") {
    if (first === undefined) return { verb, id: null };
    const found = id(first);
    return found.ok ? { verb, id: found.value } : refuse("first", found.say);
  }
  const when = readWhen(first, second, verb === "subscribe" ? read.lastingZone : read.zone);
  if (!when.ok) return refuse(when.flag, when.say);
  if (verb === "subscribe") {
    const { at = defaultTime, zone = null } = when;
    return { verb, at, zone, weekdays, weekly, namespaces, clusters: cluster ?? null };
  }
  if (when.at !== undefined)
    return refuse("first", "A digest of now has no time. Type digest now, or digest subscribe 09:00.");
  return {
    ...{ verb, span: weekly ? "week" : "day", namespaces, zone: when.zone ?? "UTC" },
    ...{ due: raw.due ?? null, skipped: raw.skipped ?? [], ...(cluster !== undefined && { clusters: cluster }) },
  };

  function refuse(flag: string, message: string): never {
    context.addIssue({ code: "custom", path: [flag], message });
    return z.NEVER;
  }
});

/** What the verb has no use for. */
function surplus(
  verb: Verb,
  { weekdays, weekly, ...raw }: Raw,
): { readonly flag: string; readonly say: string } | undefined {
  if (weekdays && weekly) {
    return { flag: "weekdays", say: "--weekly comes on Mondays alone. Give one of them, or subscribe twice." };
  }
  const given = { weekdays, weekly, ...raw };
  const useless: Readonly<Record<Verb, readonly (keyof Raw)[]>> = {
    now: ["weekdays"],
    preview: ["weekdays"],
    subscribe: ["due", "skipped"],
    unsubscribe: ["second", "weekdays", "weekly", "namespace", "due", "skipped"],
    list: ["first", "second", "weekdays", "weekly", "namespace", "due", "skipped"],
  };
  const flag = useless[verb].find((name) => given[name] !== undefined);
  return (
    flag && { flag, say: `digest ${verb} has no use for that. Leave it out; help digest lists what belongs where.` }
  );
}

type When =
  | { readonly ok: true; readonly at?: number; readonly zone?: string }
  | { readonly ok: false; readonly flag: string; readonly say: string };

/** A time, a zone, or both in either order. */
function readWhen(first: string | undefined, second: string | undefined, readZone: piece.Reader<string>): When {
  const found: { at?: number; zone?: string } = {};
  const isSplit = first !== undefined && second !== undefined && /^[ap]m$/i.test(second) && read.looksLikeTime(first);
  const words = isSplit
    ? [["first", `${first}${second}`] as const]
    : ([
        ["first", first],
        ["second", second],
      ] as const);
  for (const [flag, text] of words) {
    if (text === undefined) continue;
    const isTime = read.looksLikeTime(text);
    if (isTime ? found.at !== undefined : found.zone !== undefined)
      return { ok: false, flag, say: "Type one time and one time zone, for example 09:00 Asia/Seoul." };
    const result = isTime ? read.timeOfDay(text) : readZone(text);
    if (!result.ok) return { ok: false, flag, say: result.say };
    if (typeof result.value === "number") found.at = result.value;
    else found.zone = result.value;
  }
  return { ok: true, ...found };
}

function asRecord<Name extends string>(names: readonly Name[]): Readonly<Record<Name, Name>> {
  return Object.fromEntries(names.map((name) => [name, name])) as Record<Name, Name>;
}
