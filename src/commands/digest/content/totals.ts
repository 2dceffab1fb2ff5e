/** How much was dropped and opened in all, in numbers and in words. */
import { counted, numberText } from "../../../analysis/counted.ts";
import { noiseOf } from "../../../analysis/digest/drops.ts";
import { isNoiseReason } from "../../../analysis/digest/traffic.ts";
import type { CountChange } from "../../../analysis/sketch/changes.ts";
import type { EdgesFinding } from "../../../sources/question.ts";
import type { DigestContext } from "../context.ts";
import type { ClusterFacts } from "./gather.ts";
import { earlierText } from "./words.ts";

export interface Sums {
  /** Of all clusters; null where one of those that were asked could not tell. */
  readonly now: number | null;
  readonly before: number | null;
  readonly noise: { readonly reasons: readonly string[]; readonly packets: number };
}

export function sumsOf(clusters: readonly ClusterFacts[]): Sums {
  const noise = clusters.map(({ counters, traffic }) => noiseOf(counters, traffic));
  const total = (when: "now" | "before") =>
    clusters.reduce((sum: number | null, { counters }) => {
      const counts = counters[when];
      if (sum === null || counts === null) return null;
      return [...counts].reduce((more, [reason, packets]) => more + (isNoiseReason(reason) ? 0 : packets), sum);
    }, 0);
  return {
    ...{ now: total("now"), before: total("before") },
    noise: {
      reasons: [...new Set(noise.flatMap(({ reasons }) => reasons))],
      packets: noise.reduce((sum, { packets }) => sum + packets, 0),
    },
  };
}

/** By the agents' counters, else by the flows that were recorded, else by those that Hubble still has. */
export function droppedText(
  context: DigestContext,
  clusters: readonly ClusterFacts[],
  { sums, seen }: { readonly sums: Sums; readonly seen: number | undefined },
): string | undefined {
  const against = (count: number | null) => (count === null ? "" : `, ${numberText(count)} ${earlierText(context)}`);
  if (sums.now !== null) {
    const least = clusters.every(({ counters }) => counters.whole) ? "" : "at least ";
    return `${least}${counted(sums.now, "packet")} dropped${against(sums.before)}`;
  }
  const recorded = clusters.flatMap(({ traffic }) => (traffic === undefined ? [] : [withoutNoise(traffic.drops)]));
  if (recorded.length === clusters.length) {
    const before = recorded.reduce(
      (sum: number | null, one) => (sum === null || one.before === null ? null : sum + one.before),
      0,
    );
    return `${counted(
      recorded.reduce((sum, one) => sum + one.now, 0),
      "dropped packet",
    )} seen${against(before)}`;
  }
  if (seen === undefined) return undefined;
  return seen === 0 ? "no drops seen" : `at least ${counted(seen, "dropped packet")} seen`;
}

/** What is left out of everything else is left out here. */
function withoutNoise({ total, byReason }: EdgesFinding["drops"]): Pick<CountChange, "now" | "before"> {
  const noise = byReason.rows.filter(({ key }) => isNoiseReason(key));
  const before = noise.reduce(
    (left: number | null, row) => (left === null ? null : left - (row.before ?? 0)),
    total.before,
  );
  return {
    now: noise.reduce((left, row) => left - row.now, total.now),
    before: before === null ? null : Math.max(0, before),
  };
}

/** The two numbers that say that the day was like the one before it. */
export function quietText(
  context: DigestContext,
  clusters: readonly ClusterFacts[],
  dropped: string | undefined,
): string {
  const [opened, before] = [total(clusters, "now"), total(clusters, "before")];
  const against = before === null ? "" : `, ${numberText(before)} ${earlierText(context)}`;
  const connections =
    opened === null ? "connections are not known" : `${counted(opened, "connection")} opened${against}`;
  return `${capital(dropped ?? "drops are not known")}; ${connections}.`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function total(clusters: readonly ClusterFacts[], when: "now" | "before"): number | null {
  return clusters.reduce((sum: number | null, { traffic }) => {
    const count = traffic?.openings[when];
    return sum === null || count === null || count === undefined ? null : sum + count;
  }, 0);
}
