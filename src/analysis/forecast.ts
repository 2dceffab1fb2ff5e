/** When something that fills up will be full, as far as its past deserves to be drawn on. */

export interface Forecast {
  /** Epoch milliseconds at which the fitted line reaches 1. */
  readonly fullAt: number;
  /** Growth of the fitted line, in shares of the whole. */
  readonly perHour: number;
  /** How much of the movement the line explains, 0 to 1. */
  readonly r2: number;
}

/** Fewer say nothing about a line. */
const leastPoints = 12;
/** Less is noise that looks like a line. */
const leastMs = 600_000;
/** A line that explains less is none. With twelve points this much puts the slope six standard errors above zero, with more points further still. */
const leastR2 = 0.8;
/** The newer half must still rise at this share of the whole's slope: what has levelled off is not drawn on. */
const stillRising = 0.5;
/** How far ahead, in lengths of the history: an hour tells of ten hours. */
const farthest = 10;
/** The newest point may be this share of the history old. */
const freshness = 0.1;

/**
 * A straight line by least squares through `points` (epoch milliseconds and fill ratio from 0 to 1, oldest first; null is a gap), drawn on to 1.
 * Undefined unless all of this holds:
 * - at least 12 points over at least 10 minutes, the newest at most a tenth of that older than `now`;
 * - the newest is below 1: what is full needs no forecast;
 * - the slope is positive, and r² at least 0.8: nearly all of the movement is the line, not what swings around it, and the slope is at least six times its
 *   standard error;
 * - the newer half alone still rises at half of that slope or more;
 * - the line reaches 1 within ten times the length of the history, and not before `now`.
 */
export function forecastFull(
  points: readonly (readonly [time: number, value: number | null])[],
  now: number,
): Forecast | undefined {
  const known = points.flatMap(([x, y]) => (y === null || !Number.isFinite(y) ? [] : [{ x, y }]));
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || known.length < leastPoints) return undefined;
  const span = last.x - first.x;
  if (span < leastMs || now - last.x > span * freshness || last.y >= 1) return undefined;
  const line = lineThrough(known);
  if (line === undefined || line.slope <= 0 || line.r2 < leastR2) return undefined;
  const newer = lineThrough(known.filter(({ x }) => x >= first.x + span / 2));
  if (newer === undefined || newer.slope < stillRising * line.slope) return undefined;
  const fullAt = line.x + (1 - line.y) / line.slope;
  if (fullAt <= now || fullAt - now > farthest * span) return undefined;
  return { fullAt: Math.round(fullAt), perHour: line.slope * 3_600_000, r2: line.r2 };
}

interface Line {
  /** The middle of the points, which lies on the line. */
  readonly x: number;
  readonly y: number;
  /** Per millisecond. */
  readonly slope: number;
  readonly r2: number;
}

/** Undefined where all points stand at one time, or there is none. */
function lineThrough(points: readonly { readonly x: number; readonly y: number }[]): Line | undefined {
  const count = points.length;
  const x = points.reduce((sum, point) => sum + point.x, 0) / count;
  const y = points.reduce((sum, point) => sum + point.y, 0) / count;
  let [xx, xy, yy] = [0, 0, 0];
  for (const point of points) {
    xx += (point.x - x) ** 2;
    xy += (point.x - x) * (point.y - y);
    yy += (point.y - y) ** 2;
  }
  if (xx === 0) return undefined;
  const slope = xy / xx;
  const left = Math.max(0, yy - slope * xy);
  // A flat row has nothing to explain.
  return { x, y, slope, r2: yy === 0 ? 0 : 1 - left / yy };
}
