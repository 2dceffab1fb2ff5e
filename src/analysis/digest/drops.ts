/** Which drops are more or fewer than on other days: by the agents' counters where both days have them, else by the flows that were recorded. */
import type { CountChangeRow, DroppedPair, TrafficChanges } from "../sketch/changes.ts";
import type { DropsItem } from "./item.ts";
import { type Counts, type Difference, differenceOf } from "./significant.ts";
import { halfObserved, isNoiseReason, observedShare, wellObserved } from "./traffic.ts";

/** Dropped packets by reason; null where nobody counted. */
export interface Counters {
  readonly now: ReadonlyMap<string, number> | null;
  readonly before: ReadonlyMap<string, number> | null;
  /** Both are of their whole time. */
  readonly whole: boolean;
}

/** What is left out of everything: kinds of noise, and their packets now. */
export interface Noise {
  readonly reasons: readonly string[];
  readonly packets: number;
}

export function dropItems(cluster: string, counters: Counters, traffic: TrafficChanges | undefined): DropsItem[] {
  return [...reasonItems(cluster, counters, traffic), ...(traffic ? namespaceItems(cluster, traffic) : [])];
}

export function noiseOf({ now }: Counters, traffic: TrafficChanges | undefined): Noise {
  const seen = traffic?.drops.byReason.rows.map(({ key, now: count }) => [key, count] as const);
  const noise = [...(now ?? seen ?? [])].filter(([reason, packets]) => packets > 0 && isNoiseReason(reason));
  return { reasons: noise.map(([reason]) => reason), packets: noise.reduce((sum, [, packets]) => sum + packets, 0) };
}

function reasonItems(cluster: string, counters: Counters, traffic: TrafficChanges | undefined): DropsItem[] {
  const rows = new Map(traffic?.drops.byReason.rows.map((row) => [row.key, row]));
  const { now, before } = counters;
  const isCounted = now !== null && before !== null && counters.whole;
  const keys = new Set([...rows.keys(), ...(isCounted ? [...now.keys(), ...before.keys()] : [])]);
  return [...keys]
    .filter((key) => !isNoiseReason(key))
    .flatMap((key): DropsItem[] => {
      const row = rows.get(key);
      const pairs = traffic?.drops.pairs.rows.filter(({ reason }) => reason === key) ?? [];
      // A proxy's refusals are no packets: counters do not know them.
      if (isCounted && (now.has(key) || before.has(key))) {
        const counts = { now: now.get(key) ?? 0, before: before.get(key) ?? 0, median: null };
        const change = differenceOf(counts);
        if (!isTold(change) || (row && isUsual(row, change))) return [];
        return [item({ cluster, by: "reason", key, ...counts, change, sure: true, from: "counters" }, pairs)];
      }
      return row && traffic ? fromFlows(cluster, "reason", row, traffic, pairs) : [];
    });
}

/** Of the namespaces flows alone know; noise is taken off as far as its pairs are listed. */
function namespaceItems(cluster: string, traffic: TrafficChanges): DropsItem[] {
  return traffic.drops.byNamespace.rows
    .filter(({ key }) => key !== "")
    .flatMap((row) => {
      const pairs = traffic.drops.pairs.rows.filter(
        ({ sourceNamespace, destinationNamespace }) => sourceNamespace === row.key || destinationNamespace === row.key,
      );
      const noise = pairs.filter(({ reason }) => isNoiseReason(reason));
      return fromFlows(cluster, "namespace", without(row, noise), traffic, pairs);
    });
}

function fromFlows(
  cluster: string,
  by: DropsItem["by"],
  row: CountChangeRow,
  traffic: TrafficChanges,
  pairs: readonly DroppedPair[],
): DropsItem[] {
  const [now, before] = [observedShare(traffic.now, "drops"), observedShare(traffic.before, "drops")];
  const counts = { now: row.now, before: row.before, median: row.median };
  const change = differenceOf(counts);
  const isFewer = change === "less" || change === "gone";
  if (!isTold(change) || (isFewer && now < halfObserved)) return [];
  const sure = now >= wellObserved && (counts.median !== null || before >= wellObserved);
  return [item({ cluster, by, key: row.key, ...counts, change, sure, from: "flows" }, pairs)];
}

/** The other days say that it is like this, and it was the day before that was odd. */
function isUsual({ now, median }: CountChangeRow, change: Difference): boolean {
  if (median === null) return false;
  const usually = differenceOf({ now, before: null, median });
  const isMore = change === "more" || change === "first";
  return isMore ? usually !== "more" && usually !== "first" && now > 0 : usually !== "less" && usually !== "gone";
}

function without(row: CountChangeRow, pairs: readonly DroppedPair[]): CountChangeRow {
  const less = (pick: (counts: Counts) => number | null) => {
    const value = pick(row);
    if (value === null) return null;
    return Math.max(
      0,
      pairs.reduce((left, pair) => left - (pick(pair) ?? 0), value),
    );
  };
  return {
    key: row.key,
    now: less(({ now }) => now) ?? 0,
    before: less(({ before }) => before),
    median: less(({ median }) => median),
  };
}

function isTold(change: Difference): change is DropsItem["change"] {
  return change !== "same" && change !== "unknown";
}

function item(
  facts: Omit<DropsItem, "kind" | "tone" | "standing" | "since">,
  pairs: readonly DroppedPair[],
): DropsItem {
  const isMore = facts.change === "more" || facts.change === "first";
  const fresh = pairs.filter(
    ({ now, before, median, reason }) => !isNoiseReason(reason) && differenceOf({ now, before, median }) === "first",
  );
  const grown = facts.now - Math.max(facts.before ?? 0, facts.median ?? 0);
  const isTheirs = isMore && fresh.length > 0 && fresh.reduce((sum, { now }) => sum + now, 0) * 2 >= grown;
  const since = isTheirs ? Math.min(...fresh.map(({ first }) => first)) : null;
  return { kind: "drops", tone: isMore ? "warn" : "info", standing: false, since, ...facts };
}
