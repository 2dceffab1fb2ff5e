/** What a coverage does not cover, and the coverage of several clusters as one. */
import type { Coverage, RecordedPart } from "./coverage.ts";
import type { Window } from "./select.ts";

export interface Gaps {
  /** Names of nodes that did not answer. */
  readonly nodes: readonly string[];
  /** Nodes that did not answer, also those without a name. */
  readonly nodeCount: number;
  /** The rings hold nothing at all. */
  readonly empty: boolean;
  /** Milliseconds at the window's beginning that are older than the oldest flow. */
  readonly unreachedMs: number;
  readonly lost: number;
  readonly shed: number;
  readonly truncated: boolean;
  /** Milliseconds that are missing in the recording. */
  readonly unrecordedMs: number;
  /** No gap at all: a zero is a zero. */
  readonly none: boolean;
}

/** Rings begin with the first flow after the window's beginning, not with the beginning itself: a hundredth of the window, and this at most. */
const mostTolerated = 2_000;

export function gapsOf(coverage: Coverage, window: Window): Gaps {
  const { answered, total, missing } = coverage.nodes;
  const oldest = coverage.oldest === null ? undefined : Date.parse(coverage.oldest);
  const late = oldest === undefined ? 0 : Math.max(0, Math.min(oldest, window.to) - window.from);
  const gaps = {
    nodes: missing,
    nodeCount: Math.max(missing.length, total - answered),
    empty: oldest === undefined,
    unreachedMs: late > Math.min(mostTolerated, (window.to - window.from) / 100) ? late : 0,
    lost: Object.values(coverage.lost).reduce((sum, count) => sum + count, 0),
    shed: coverage.shed + (coverage.recorded?.shed ?? 0),
    truncated: coverage.truncated,
    unrecordedMs: coverage.recorded?.gapMs ?? 0,
  };
  const none =
    gaps.nodeCount === 0 &&
    !gaps.empty &&
    gaps.unreachedMs === 0 &&
    gaps.lost === 0 &&
    gaps.shed === 0 &&
    gaps.unrecordedMs === 0 &&
    !gaps.truncated;
  return { ...gaps, none };
}

/** Node names get their cluster in front where there are several; the oldest flow is the youngest of them, because from there on all can be seen. */
export function mergeCoverage(
  parts: readonly { readonly cluster: string; readonly coverage: Coverage }[],
): Coverage | null {
  const first = parts[0];
  if (first === undefined || parts.length === 1) return first?.coverage ?? null;
  const all = parts.map(({ coverage }) => coverage);
  const sum = (pick: (coverage: Coverage) => number) => all.reduce((total, coverage) => total + pick(coverage), 0);
  const lost = new Map<string, number>();
  for (const [source, count] of all.flatMap((coverage) => Object.entries(coverage.lost)))
    lost.set(source, (lost.get(source) ?? 0) + count);
  const oldest = all.map((coverage) => coverage.oldest);
  return {
    nodes: {
      answered: sum(({ nodes }) => nodes.answered),
      total: sum(({ nodes }) => nodes.total),
      missing: parts.flatMap(({ cluster, coverage }) => coverage.nodes.missing.map((node) => `${cluster}/${node}`)),
    },
    oldest: oldest.includes(null)
      ? null
      : (oldest
          .filter((time) => time !== null)
          .sort(byTime)
          .at(-1) ?? null),
    lost: Object.fromEntries(lost),
    shed: sum(({ shed }) => shed),
    truncated: all.some(({ truncated }) => truncated),
    ...mergeRecorded(all),
  };
}

function mergeRecorded(all: readonly Coverage[]): Pick<Coverage, "recorded"> {
  const parts = all.flatMap(({ recorded }) => (recorded ? [recorded] : []));
  const latest = (times: readonly string[]) => times.toSorted(byTime).at(-1);
  const until = latest(parts.map((part) => part.until));
  if (until === undefined) return {};
  const dropsFrom = latest(parts.flatMap((part) => part.dropsFrom ?? []));
  const sum = (pick: (part: RecordedPart) => number) => parts.reduce((total, part) => total + pick(part), 0);
  const lacks = { gapMs: sum(({ gapMs }) => gapMs), shed: sum(({ shed }) => shed) };
  return { recorded: { until, ...lacks, ...(dropsFrom !== undefined && { dropsFrom }) } };
}

function byTime(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b);
}
