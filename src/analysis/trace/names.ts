/** What the source's lookups say: whether the destination's name is found, and which name an address had until when. In bounded memory. */
import type { Flow } from "../flow.ts";
import { Verdict } from "../flow.ts";
import type { Redaction } from "../redact.ts";
import { timeText } from "../tally.ts";
import type { Target } from "../target.ts";
import type { TraceName } from "./trace.ts";

export interface Names {
  add(flow: Flow): void;
  /** Of an outside address at a time; `lateMs` above 0: its last answer's TTL had ended so long before. */
  at(ip: string, time: number): { readonly name: string; readonly lateMs: number } | undefined;
  /** Addresses that the destination's name was answered with. */
  readonly own: ReadonlySet<string>;
  list(): readonly TraceName[];
}

interface Answer {
  readonly name: string;
  readonly time: number;
  /** Epoch milliseconds. */
  readonly until: number;
}

const mostAddresses = 1_000;
const mostAnswers = 50;
const mostNames = 50;
const listed = 5;
/** Answers without a record carry the largest number. */
const mostTtl = 7 * 86_400;
/** Clocks, and a resolver's way, take this much, in milliseconds. */
const grace = 1_000;
const nonExistentDomain = 3;

export function createNames(to: Target, sourceNamespace: string, redaction: Pick<Redaction, "name">): Names {
  const isMeant = namesOf(to, sourceNamespace);
  const byIp = new Map<string, Answer[]>();
  const own = new Set<string>();
  const asked = new Map<string, { missing: number; found: number; refused: number; last: number }>();

  function count(name: string, what: "missing" | "found" | "refused", time: number): void {
    const known = asked.get(name) ?? { missing: 0, found: 0, refused: 0, last: 0 };
    if (!asked.has(name) && asked.size >= mostNames) return;
    asked.set(name, known);
    known[what] += 1;
    known.last = Math.max(known.last, time);
  }

  function learn(ip: string, answer: Answer): void {
    const answers = byIp.get(ip) ?? [];
    if (!byIp.has(ip) && byIp.size >= mostAddresses) return;
    byIp.set(ip, answers);
    answers.push(answer);
    if (answers.length > mostAnswers) answers.shift();
  }

  return {
    add({ l7, time, verdict }) {
      if (l7?.protocol !== "dns") return;
      const query = l7.query.toLowerCase().replace(/\.$/, "");
      const meant = isMeant(query);
      const name = redaction.name(query);
      if (l7.kind === "request") {
        if (meant && verdict === Verdict.dropped) count(name, "refused", time);
        return;
      }
      if (l7.kind !== "response") return;
      const until = time + Math.min(l7.ttl, mostTtl) * 1_000;
      for (const ip of l7.ips) learn(ip, { name, time, until });
      if (!meant) return;
      for (const ip of l7.ips) if (own.size < mostAddresses) own.add(ip);
      if (l7.rcode === nonExistentDomain) count(name, "missing", time);
      else if (l7.ips.length > 0) count(name, "found", time);
      else if (l7.rcode !== 0) count(name, "refused", time);
    },
    at(ip, time) {
      const before = (byIp.get(ip) ?? []).filter((answer) => answer.time <= time);
      const last = before.reduce<Answer | undefined>(
        (one, other) => (one && one.until >= other.until ? one : other),
        undefined,
      );
      if (last === undefined) return undefined;
      const late = time - last.until;
      return { name: last.name, lateMs: late > grace ? Math.round(late) : 0 };
    },
    own,
    list: () =>
      [...asked]
        .map(([name, { last, ...counts }]) => ({ name, ...counts, last: timeText(last) }))
        .sort(
          (one, other) => other.found - one.found || other.missing - one.missing || (one.name < other.name ? -1 : 1),
        )
        .slice(0, listed),
  };
}

/** Whether a query is for the destination: its name, also with what a resolver's search path puts behind it. */
function namesOf(to: Target, sourceNamespace: string): (query: string) => boolean {
  if (to.kind === "fqdn")
    return (query) =>
      query === to.name || (query.startsWith(`${to.name}.`) && isSearched(query.slice(to.name.length + 1)));
  if (to.kind !== "name" && to.kind !== "service" && to.kind !== "workload") return () => false;
  const namespace = to.namespace ?? sourceNamespace;
  const full = `${to.name}.${namespace}`;
  return (query) =>
    query === full || (query.startsWith(`${full}.`) && isSearched(query.slice(full.length + 1), namespace));
}

/** `svc.cluster.local`, `shop.svc.cluster.local`, `cluster.local`, and `svc`, which people type. */
function isSearched(rest: string, namespace?: string): boolean {
  return (
    rest === "svc" || /^(?:svc\.)*(?:[a-z0-9-]+\.)?(?:svc\.)?cluster\.local$/.test(rest) || rest === `${namespace}.svc`
  );
}
