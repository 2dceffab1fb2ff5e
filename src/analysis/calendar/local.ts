/** A zone's wall clock: what it shows at a moment, and the moments at which it shows something. Source of all offsets: Intl (the IANA database that Node ships). */

/** What a clock on the wall shows, as if it were UTC: epoch milliseconds. Good for sums of days and hours, never for the moment itself. */
export type Wall = number;

export const dayMs = 86_400_000;
/** No zone is farther from UTC. */
const farthestMs = 15 * 3_600_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Throws a RangeError where the zone is not known. */
export function wallAt(epochMs: number, zone: string): Wall {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(epochMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((epochMs % 1_000) + 1_000) % 1_000);
}

/** The first moment at which the clock shows this or, where it jumps over it, the moment of the jump. */
export function firstMoment(wall: Wall, zone: string): number {
  const [before, after] = [-farthestMs, farthestMs].map((far) => offsetAt(wall + far, zone)) as [number, number];
  const shown = [wall - before, wall - after].filter((moment) => wallAt(moment, zone) === wall);
  if (shown.length > 0) return Math.min(...shown);
  // The jump lies between these two; what the clock shows there only grows.
  let [early, late] = [wall - Math.max(before, after), wall - Math.min(before, after)];
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (wallAt(middle, zone) >= wall) late = middle;
    else early = middle;
  }
  return late;
}

function offsetAt(epochMs: number, zone: string): number {
  return wallAt(epochMs, zone) - epochMs;
}

/** As many as there are zones, at most. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const number = { year: "numeric", month: "numeric", day: "numeric" } as const;
  const clock = { hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23" } as const;
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, ...number, ...clock });
  formats.set(zone, format);
  return format;
}
