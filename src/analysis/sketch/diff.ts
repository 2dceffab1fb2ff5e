/**
 * Hourly sketches in, what changed out. Hours come in any order within a time, but all of `now` before the others, which are brought hour by hour to what was observed now, and
 * `before` before the days: of a day only the edges that these two have are looked at, which bounds the memory.
 */
import type { Window } from "../select.ts";
import type { CountChange, Observed } from "./changes.ts";
import { type Edge, portlessKey } from "./edge.ts";
import { createEdgeTable } from "./edge-table.ts";
import { addObserved, type EdgeTimes, type HourObserved, type HourSketch, hourMs, unobserved } from "./hour.ts";
import { type Followed, nodeShare, shareOf } from "./observed.ts";
import { type Counted, foldedOf } from "./space-saving.ts";

export interface Scope {
  /** Undefined: everything. */
  readonly visible?: readonly string[] | undefined;
  readonly namespaces?: readonly string[] | undefined;
}

/** `earlier`: hours that only prove that something was there. A number is one of the days. */
export type Part = "now" | "before" | "earlier" | number;

export interface EdgeHistoryRow {
  readonly edge: Edge;
  now: number;
  before: number;
  /** Of these hours' `now`, epoch milliseconds. */
  first: number;
  last: number;
  lastBefore: number;
  /** Per day; empty until one has it. */
  days: number[];
  /** On none of the days nor in `before`, but in an hour between. */
  earlier: boolean;
  /** Of a dropped or refused pair: `before` and `days` as much as would have been seen with what was observed now. */
  readonly fair: { before: number; days: number[] } | null;
}

export interface PartSums {
  readonly window: Window;
  observed: typeof unobserved;
  sketched: number;
  unreadable: number;
  folded: number;
  /** The most an absent edge may weigh. */
  floor: number;
  crowded: boolean;
  /** From here on brought to what was observed now. */
  drops: number;
  openings: number;
  readonly reasons: Map<string, number>;
  readonly namespaces: Map<string, number>;
}

export interface Gathered {
  readonly now: PartSums;
  readonly before: PartSums;
  readonly days: readonly PartSums[];
  readonly rows: readonly EdgeHistoryRow[];
  /** Pairs whose ports were folded at an earlier time, and pairs that were there at all, of those that `now` has folded. */
  readonly folded: ReadonlySet<string>;
  readonly wholes: ReadonlyMap<string, boolean>;
  readonly scope: Scope;
}

export interface EdgeDiff {
  add(part: Part, hour: HourSketch): void;
  unreadable(part: Part): void;
  gathered(): Gathered;
}

/** Of what was dropped or refused, and of what passed. */
interface Weights {
  readonly stopped: number;
  readonly passed: number;
}

/** Distinct edges of two times; beyond it they are folded. */
const mostRows = 60_000;

export function createEdgeDiff(
  { window, before, days }: { readonly window: Window; readonly before: Window; readonly days: readonly Window[] },
  scope: Scope,
): EdgeDiff {
  const sums = { now: newSums(window), before: newSums(before), earlier: newSums(before) };
  const daySums = days.map(newSums);
  const rows = createEdgeTable<EdgeHistoryRow>();
  const folded = new Set<string>();
  const wholes = new Map<string, boolean>();
  /** What was observed now, by the hour's place in its window. */
  const seen = new Map<number, HourObserved>();
  const isShown = shownEdge(scope);
  const isWhole = scope.visible === undefined && scope.namespaces === undefined;

  function sumsOf(part: Part): PartSums | undefined {
    return typeof part === "number" ? daySums[part] : sums[part];
  }

  function placeOf({ window: { from } }: PartSums, hour: number): number {
    return Math.round((hour - Math.ceil(from / hourMs) * hourMs) / hourMs);
  }

  /** How much of an earlier hour would have been seen with what was observed in the same hour now. */
  function weighing(part: Part, sum: PartSums, { hour, observed }: HourSketch): Weights {
    if (part === "now") return { stopped: 1, passed: 1 };
    const place = placeOf(sum, hour);
    // The clocks went back: a day that has an hour more.
    const twin = seen.get(place) ?? (place < hoursOf(window).length ? unobserved : observed);
    const weight = (of: Followed) => {
      const [now, then] = [shareOf(twin, of, 3_600), shareOf(observed, of, 3_600)];
      // Half a minute of an hour is no difference.
      return then === 0 || now > 0.99 * then ? 1 : now / then;
    };
    return { stopped: weight("dropSeconds"), passed: weight("openingSeconds") };
  }

  function addRow(part: Part, entry: Counted<EdgeTimes>, sum: PartSums, weight: number): void {
    const { edge, first, last } = entry.value;
    const count = entry.count - entry.error;
    if (count <= 0) return;
    if (edge.port === 0 && part !== "now") folded.add(portlessKey(edge));
    if (part !== "now" && wholes.size > 0) {
      const pair = portlessKey(edge);
      if (wholes.has(pair)) wholes.set(pair, true);
    }
    let row = rows.find(edge);
    if (row === undefined) {
      if (part !== "now" && part !== "before") return;
      if (rows.size() >= mostRows) {
        sum.folded += count;
        return;
      }
      const fair = edge.verdict === "forwarded" ? null : { before: 0, days: [] };
      row = { edge, now: 0, before: 0, first, last, lastBefore: 0, days: [], earlier: false, fair };
      rows.add(edge, row);
      if (edge.port === 0 && part === "now") wholes.set(portlessKey(edge), false);
    }
    if (part === "now") {
      row.first = row.now === 0 ? first : Math.min(row.first, first);
      row.last = row.now === 0 ? last : Math.max(row.last, last);
      row.now += count;
    } else if (part === "before") {
      row.before += count;
      row.lastBefore = Math.max(row.lastBefore, last);
      if (row.fair) row.fair.before += count * weight;
    } else if (part === "earlier") row.earlier = true;
    else {
      row.days[part] = (row.days[part] ?? 0) + count;
      if (row.fair) row.fair.days[part] = (row.fair.days[part] ?? 0) + count * weight;
    }
  }

  function addEdgeSums(sum: PartSums, { count, error, value: { edge } }: Counted<EdgeTimes>, weight: number): void {
    const sure = (count - error) * weight;
    if (edge.verdict === "forwarded") {
      sum.openings += sure;
      return;
    }
    sum.drops += sure;
    addTo(sum.reasons, edge.reason, sure);
    for (const namespace of new Set([edge.sourceNamespace, edge.destinationNamespace]))
      if (isNamed(scope, namespace)) addTo(sum.namespaces, namespace, sure);
  }

  function addTotals(sum: PartSums, hour: HourSketch, { stopped, passed }: Weights): void {
    sum.drops += hour.stopped.total * stopped;
    sum.openings += hour.passed.total * passed;
    for (const [reason, count] of Object.entries(hour.reasons)) addTo(sum.reasons, reason, count * stopped);
    for (const { namespace, dropped, refused } of hour.namespaces)
      if (dropped + refused > 0) addTo(sum.namespaces, namespace, (dropped + refused) * stopped);
  }

  return {
    add(part, hour) {
      const sum = sumsOf(part);
      if (sum === undefined) return;
      sum.sketched += 1;
      sum.observed = addObserved(sum.observed, hour.observed);
      sum.folded += foldedOf(hour.stopped) + foldedOf(hour.passed);
      sum.floor += hour.passed.floor;
      sum.crowded ||= hour.crowded;
      if (part === "now") seen.set(placeOf(sum, hour.hour), hour.observed);
      const weights = weighing(part, sum, hour);
      if (isWhole) addTotals(sum, hour, weights);
      for (const entry of [...hour.stopped.entries, ...hour.passed.entries]) {
        if (!isShown(entry.value.edge)) continue;
        const weight = entry.value.edge.verdict === "forwarded" ? weights.passed : weights.stopped;
        if (!isWhole) addEdgeSums(sum, entry, weight);
        addRow(part, entry, sum, weight);
      }
    },
    unreadable(part) {
      const sum = sumsOf(part);
      if (sum !== undefined) sum.unreadable += 1;
    },
    gathered: () => ({ now: sums.now, before: sums.before, days: daySums, rows: rows.all(), folded, wholes, scope }),
  };
}

/** Whether an edge may be shown and was asked for. */
function shownEdge({ visible, namespaces }: Scope): (edge: Edge) => boolean {
  const holds = (list: readonly string[] | undefined) => {
    const set = new Set(list?.filter((namespace) => namespace !== ""));
    return ({ sourceNamespace, destinationNamespace }: Edge) =>
      list === undefined || set.has(sourceNamespace) || set.has(destinationNamespace);
  };
  const [isVisible, isAsked] = [holds(visible), holds(namespaces)];
  return (edge) => isVisible(edge) && isAsked(edge);
}

/** Whether a namespace's own row, or its policy, may be shown: "" is the cluster's. */
export function isNamed({ visible, namespaces }: Scope, namespace: string): boolean {
  return (
    (visible === undefined || namespace === "" || visible.includes(namespace)) &&
    (namespaces === undefined || namespaces.includes(namespace))
  );
}

/** `until`: what lies behind it has not happened yet, epoch milliseconds. */
export function observedOf(sum: PartSums, until: number): Observed {
  const { window, sketched, unreadable, folded, observed } = sum;
  const { dropSeconds, openingSeconds, openings, shed, lost, connected, total } = observed;
  return {
    window,
    hours: hoursOf(window).length,
    ...{ sketched, unreadable, folded },
    seconds: Math.max(0, Math.round((Math.min(window.to, until) - window.from) / 1_000)),
    ...{ dropSeconds, openingSeconds, openings, shed, lost },
    nodes: { connected, total },
    nodeShare: nodeShare(observed),
  };
}

/** The hours that begin in a window. */
export function hoursOf({ from, to }: Window): number[] {
  const first = Math.ceil(from / hourMs) * hourMs;
  const count = Math.max(0, Math.ceil((to - first) / hourMs));
  return Array.from({ length: Math.min(count, 400) }, (_, at) => first + at * hourMs);
}

/** Times with less than half of them observed say nothing of how much there was. */
export function isWatched({ window, observed }: PartSums, of: Followed): boolean {
  return shareOf(observed, of, hoursOf(window).length * 3_600) >= 0.5;
}

/** `pick` gives what was brought to what was observed now. */
export function createChange({ now, before, days }: Gathered, of: Followed) {
  const watched = days.map((day) => isWatched(day, of));
  const hasBefore = isWatched(before, of);
  return (pick: (sum: PartSums, at: Part) => number): CountChange => ({
    now: pick(now, "now"),
    before: hasBefore ? Math.round(pick(before, "before")) : null,
    median: medianOf(days.flatMap((day, at) => (watched[at] ? [pick(day, at)] : []))),
  });
}

function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((one, other) => one - other);
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? 0, sorted[sorted.length >> 1] ?? 0];
  return Math.round((low + high) / 2);
}

function newSums(window: Window): PartSums {
  return {
    ...{ window, observed: unobserved, sketched: 0, unreadable: 0, folded: 0, floor: 0, crowded: false },
    ...{ drops: 0, openings: 0, reasons: new Map(), namespaces: new Map() },
  };
}

function addTo(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
