/**
 * Is it real? Each test looks at one thing that the flows, counters and objects say; the first that decides gives the verdict, and every test that could not be made is named. Pure:
 * what is not known is null and never taken for good news.
 */
import { reasonFromText } from "../analysis/reasons.ts";

export type VerdictClass = "real" | "noise" | "unknown";

export interface Verdict {
  readonly class: VerdictClass;
  /** The test that decided; null: none did. */
  readonly decidedBy: TestName | null;
  /** One sentence for people. */
  readonly say: string;
  readonly tests: readonly TestEnd[];
}

export interface TestEnd {
  readonly name: TestName;
  /** `open`: it was made and does not decide. `not_made`: what it needs is not known. */
  readonly end: "real" | "noise" | "open" | "not_made";
  readonly say: string;
  /** Of `not_made`: what stood in the way, where that is known. */
  readonly why?: string;
}

export interface VerdictFacts {
  /** Dropped packets in the window; null: no flows could be read. */
  readonly packets: number | null;
  /** Most packets first; together perhaps fewer than `packets`. */
  readonly pairs: readonly DroppedPair[];
  /** Requests that a proxy refused. */
  readonly l7Denials: number;
  /** Every node answered, and nothing was lost or shed. */
  readonly complete: boolean;
  /** Packets by the agents' counters, which miss nothing; null where Prometheus was not asked. */
  readonly counted: number | null;
  /** Of `pairs`, by place: got it through after its last drop? Null: nobody looked. */
  readonly laterThrough: readonly boolean[] | null;
  /** The fullest of the policy and connection tables, from 0 to 1; null where Prometheus was not asked. */
  readonly mapPressure: { readonly map: string; readonly ratio: number } | null;
  /** Of `pairs`, by place: the younger end's age at the first drop, and whether an end was gone by the last. Null: nobody looked. */
  readonly ends: readonly { readonly ageMs: number | null; readonly gone: boolean }[] | null;
  /** Security identities that changed within a second of the first drop; null: nobody looked. */
  readonly identityChanges: number | null;
  /** Why one of the three above is null, in a few words each, where somebody can say. */
  readonly because?: {
    readonly laterThrough?: string;
    readonly ends?: string;
    readonly identityChanges?: string;
  };
}

export const nothingKnown: VerdictFacts = {
  ...{ packets: null, pairs: [], l7Denials: 0, complete: false, counted: null },
  ...{ laterThrough: null, mapPressure: null, ends: null, identityChanges: null },
};

export interface DroppedPair {
  readonly source: string;
  readonly destination: string;
  readonly port: number;
  readonly protocol: string;
  /** DropReason's name, or its number as text. */
  readonly reason: string;
  readonly packets: number;
  /** Epoch milliseconds. */
  readonly first: number;
  readonly last: number;
  /** By `analysis/noise.ts`: harmless whatever else there is. */
  readonly noise: boolean;
}

/** In this order they decide. */
export const testNames = [
  "flows",
  "map pressure",
  "full tables and routes",
  "refused requests",
  // Before all that makes noise: a flood of harmless packets hides nothing that lasts.
  "persistence",
  "harmless kinds",
  "later success",
  "identity churn",
  "endpoint age",
  "protocol mix",
] as const;
export type TestName = (typeof testNames)[number];

/** What is left of the whole may be anything. */
const nearlyAll = 0.95;
const youngMs = 5 * 60_000;
const fullRatio = 0.9;
/** Longer than one client's retries of one connection (1, 3, 7, 15, 31 s), and more packets than these. */
const [persistentMs, persistentPackets] = [120_000, 10] as const;

type Judge = (facts: VerdictFacts) => Omit<TestEnd, "name">;

const tests: Record<TestName, Judge> = {
  flows({ packets, pairs, l7Denials, complete, counted }) {
    if (packets === null) return notMade("no flows could be read");
    if (packets > 0 || l7Denials > 0)
      return open(`${count(packets, "dropped packet")} in ${count(pairs.length, "pair")}`);
    if (counted !== null && counted > 0) return open("the agents count drops that no flow shows any more");
    return open(
      complete ? "no drop in this time, and nothing was missed" : "no drop was seen, but not all could be seen",
    );
  },
  "map pressure"({ mapPressure, pairs }) {
    if (mapPressure === null) return notMade("how full the agents' tables are is not known");
    const { map, ratio } = mapPressure;
    const fill = `${map} is ${Math.round(ratio * 100)} % full`;
    if (ratio < fullRatio) return open(`the fullest table, ${map}, is ${Math.round(ratio * 100)} % full`);
    // A policy that no longer fits into its table looks like a denial.
    const isHit = pairs.some(({ reason }) => kindOf(reason) === "policy" || kindOf(reason) === "capacity");
    return isHit ? real(`${fill}: what does not fit is dropped`) : open(fill);
  },
  "full tables and routes"({ pairs }) {
    const hit = pairs.find(({ reason, noise }) => !noise && alwaysReal.has(reasonFromText(reason)?.number ?? 0));
    return hit === undefined
      ? open("no reason that is always trouble")
      : real(`${count(hit.packets, "packet")} dropped for ${textOf(hit.reason)}, which does not happen by itself`);
  },
  "harmless kinds"({ pairs }) {
    const share = shareOf(pairs, ({ noise }) => noise);
    if (share === null) return notMade("there are no drops to look at");
    return share >= nearlyAll
      ? noise(`${percent(share)} of the packets are of a harmless kind`)
      : open(`${percent(share)} are of a harmless kind`);
  },
  "later success"({ pairs, laterThrough, because }) {
    if (laterThrough === null)
      return notMade("whether the same connections got through later is not known", because?.laterThrough);
    const share = shareOf(pairs, (_, at) => laterThrough[at] === true);
    if (share === null) return notMade("there are no drops to look at");
    if (share >= nearlyAll) return noise("the same connections got through afterwards");
    return open(`${percent(1 - share)} of the packets belong to connections that never got through`);
  },
  "identity churn"({ pairs, identityChanges, because }) {
    if (identityChanges === null) return notMade("which identities changed is not known", because?.identityChanges);
    if (identityChanges === 0) return open("no identity changed in that second");
    const isShort = pairs.length > 0 && spanOf(pairs) < 30_000 && pairs.every(({ reason }) => isPassing(reason));
    return isShort
      ? noise(
          `${count(identityChanges, "identity", "identities")} changed in the same second, and it stopped within 30 s`,
        )
      : open("identities changed, but it went on");
  },
  "endpoint age"({ pairs, ends, because }) {
    if (ends === null) return notMade("how old the pods are is not known", because?.ends);
    const share = shareOf(pairs, ({ reason }, at) => {
      const end = ends[at];
      const young = end?.ageMs !== null && end !== undefined && end.ageMs < youngMs;
      return isPassing(reason) && (end?.gone === true || young);
    });
    if (share === null) return notMade("there are no drops to look at");
    const isOver = pairs.length > 0 && spanOf(pairs) < youngMs;
    return share >= nearlyAll && isOver
      ? noise("the pods had just started, or were gone: such drops end by themselves")
      : open("pods that start or stop do not explain it");
  },
  "protocol mix"({ pairs }) {
    const share = shareOf(pairs, ({ protocol }) => protocol.startsWith("ICMP"));
    if (share === null) return notMade("there are no drops to look at");
    if (share >= nearlyAll) return noise(`${percent(share)} of the packets are ICMP (pings and the like)`);
    return open(`${percent(1 - share)} of the packets are no ICMP`);
  },
  "refused requests"({ l7Denials }) {
    return l7Denials > 0
      ? real(`a proxy refused ${count(l7Denials, "request")} by a rule`)
      : open("no proxy refused a request");
  },
  persistence({ pairs, laterThrough }) {
    const lasting = pairs.filter(
      ({ first, last, packets, noise: isHarmless, protocol }, at) =>
        !isHarmless &&
        !protocol.startsWith("ICMP") &&
        laterThrough?.[at] !== true &&
        last - first >= persistentMs &&
        packets >= persistentPackets,
    );
    const [worst] = lasting;
    if (worst === undefined) return open("nothing was dropped for two minutes on end");
    const minutes = Math.floor((worst.last - worst.first) / 60_000);
    const what = `${count(worst.packets, "packet")} dropped over ${minutes} minutes for ${textOf(worst.reason)}`;
    return real(`${what}: longer than one connection is tried`);
  },
};

export function judge(facts: VerdictFacts): Verdict {
  const ends = testNames.map((name): TestEnd => ({ name, ...tests[name](facts) }));
  const decided = ends.find(({ end }) => end === "real" || end === "noise");
  if (decided === undefined) return { class: "unknown", decidedBy: null, say: whyUnknown(facts, ends), tests: ends };
  return { class: decided.end === "real" ? "real" : "noise", decidedBy: decided.name, say: decided.say, tests: ends };
}

function whyUnknown({ packets, pairs, l7Denials }: VerdictFacts, ends: readonly TestEnd[]): string {
  if (packets === null || (pairs.length === 0 && l7Denials === 0)) return ends[0]?.say ?? "";
  return "no test decides it";
}

/** A full table, a backend or a route that is not there, packets that do not fit: 155 158 160 169 136 194 204, NAT ports 167 in numbers are left to persistence. */
const alwaysReal: ReadonlySet<number> = new Set([155, 158, 169, 136, 194, 204]);

function kindOf(reason: string): string {
  return reasonFromText(reason)?.kind ?? "";
}

/** Drops that starting and stopping causes: their own reasons, and policy while identities travel. */
function isPassing(reason: string): boolean {
  return (
    reason === "STALE_OR_UNROUTABLE_IP" || reason === "AUTH_REQUIRED" || ["churn", "policy"].includes(kindOf(reason))
  );
}

function shareOf(pairs: readonly DroppedPair[], fits: (pair: DroppedPair, at: number) => boolean): number | null {
  const all = pairs.reduce((sum, { packets }) => sum + packets, 0);
  if (all === 0) return null;
  return pairs.reduce((sum, pair, at) => sum + (fits(pair, at) ? pair.packets : 0), 0) / all;
}

function spanOf(pairs: readonly DroppedPair[]): number {
  const from = pairs.reduce((left, { first }) => Math.min(left, first), Number.POSITIVE_INFINITY);
  return pairs.reduce((right, { last }) => Math.max(right, last), 0) - from;
}

/** Never 100 % where something is left. */
function percent(share: number): string {
  const whole = Math.round(share * 100);
  return `${share < 1 && whole === 100 ? "over 99" : whole} %`;
}

function count(amount: number, one: string, many = `${one}s`): string {
  return amount === 0 ? `no ${one}` : `${amount.toLocaleString("en-US")} ${amount === 1 ? one : many}`;
}

function textOf(reason: string): string {
  return reasonFromText(reason)?.text ?? `reason ${reason}`;
}

const real = (say: string) => ({ end: "real", say }) as const;
const noise = (say: string) => ({ end: "noise", say }) as const;
const open = (say: string) => ({ end: "open", say }) as const;
const notMade = (say: string, why = "") => ({ end: "not_made", say, ...(why !== "" && { why }) }) as const;
