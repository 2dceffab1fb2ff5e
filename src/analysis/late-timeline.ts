/**
 * The end of a timeline in finer parts than the rest of it: a day is asked for, and the rings hold its last minutes. All parts end at the window's end, and
 * their length is a power of two times the finest, so that clusters can be added up.
 */
export interface LateTimeline {
  /** Length of a part, milliseconds. */
  readonly stepMs: number;
  /** From the first event to the window's end. */
  readonly timeline: readonly number[];
  readonly timelines: Readonly<Record<string, readonly number[]>>;
}

/** So much finer than a part of the whole timeline at most; beyond half the window the whole one tells enough. */
export const finest = 128;
const mostParts = 60;
const leastFiner = 4;

/** `fine` has `finest` numbers for each part of the whole timeline. Undefined where nothing was counted, or early enough. */
export function lateOf(
  fine: ArrayLike<number>,
  byName: readonly (readonly [name: string, fine: ArrayLike<number>])[],
  fineMs: number,
): LateTimeline | undefined {
  const first = Array.prototype.findIndex.call(fine, (count: number) => count > 0);
  if (first < 0) return undefined;
  let factor = 1;
  while ((fine.length - first) / factor > mostParts) factor *= 2;
  if (factor * leastFiner > finest) return undefined;
  const parts = Math.ceil((fine.length - first) / factor);
  return {
    stepMs: fineMs * factor,
    timeline: lastParts(fine, factor, parts),
    timelines: Object.fromEntries(byName.map(([name, row]) => [name, lastParts(row, factor, parts)])),
  };
}

/** In the coarsest of their steps. Undefined where one is. */
export function mergeLate(all: readonly (LateTimeline | undefined)[]): LateTimeline | undefined {
  const known = all.filter((late) => late !== undefined);
  if (known.length === 0 || known.length < all.length) return undefined;
  const stepMs = Math.max(...known.map((late) => late.stepMs));
  const parts = Math.max(...known.map((late) => Math.ceil((late.timeline.length * late.stepMs) / stepMs - 1e-6)));
  const factor = (late: LateTimeline) => Math.round(stepMs / late.stepMs);
  const sum = (rows: readonly number[][]) => addUp(rows, parts);
  const names = [...new Set(known.flatMap(({ timelines }) => Object.keys(timelines)))];
  return {
    stepMs,
    timeline: sum(known.map((late) => lastParts(late.timeline, factor(late), parts))),
    timelines: Object.fromEntries(
      names.map((name) => [name, sum(known.map((late) => lastParts(late.timelines[name] ?? [], factor(late), parts)))]),
    ),
  };
}

/** The last `parts` sums of `factor` neighbours, zeros in front where there are fewer. */
export function lastParts(row: ArrayLike<number>, factor: number, parts: number): number[] {
  const sums = new Array<number>(parts).fill(0);
  for (let at = Math.max(0, row.length - parts * factor); at < row.length; at++) {
    const part = parts - 1 - Math.floor((row.length - 1 - at) / factor);
    sums[part] = (sums[part] ?? 0) + (row[at] ?? 0);
  }
  return sums;
}

function addUp(rows: readonly number[][], parts: number): number[] {
  return Array.from({ length: parts }, (_, at) => rows.reduce((total, row) => total + (row[at] ?? 0), 0));
}
