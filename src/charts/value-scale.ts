/** Round numbers for the axis of values: halves and doubles for bytes, clock steps for seconds, tens for everything else. */
import { wordless } from "../message/quantity.ts";

export interface ValueScale {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
}

const minute = 60;
const hour = 3_600;
const day = 86_400;
const clockSteps = [
  ...[10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000].map((n) => n * day),
];
/** Below, doubles run out of digits, and nothing anybody measures is that small. */
const smallest = 1e-100;

/** A scale with zero on it: bars and areas that do not start at zero lie, and a line's height is read as if it did. At most `most` steps. */
export function valueScale(low: number, high: number, unit: string, most: number): ValueScale {
  const [min, max] = [Math.min(0, low), Math.max(0, high)];
  if (max - min < smallest) return { min: 0, max: 1, ticks: [tick(0, unit), tick(1, unit)] };
  let step = stepFor((max - min) / most, unit);
  // Rounding outwards on both sides of zero may need a step more.
  while (Math.ceil(max / step) - Math.floor(min / step) > most) step = stepFor(step * 1.01, unit);
  const [first, last] = [Math.floor(min / step), Math.ceil(max / step)];
  return {
    min: first * step,
    max: last * step,
    ticks: Array.from({ length: last - first + 1 }, (_, n) => tick((first + n) * step, unit)),
  };
}

function tick(value: number, unit: string) {
  // 3 × 0.1 is 0.30000000000000004.
  return { value, label: wordless(Number(value.toPrecision(9)), unit) };
}

/** The smallest round step that is not below. */
function stepFor(least: number, unit: string): number {
  if (unit === "seconds" && least > 5) {
    const step = clockSteps.find((candidate) => candidate >= least);
    if (step !== undefined) return step;
  }
  if (unit.startsWith("bytes") && least > 0.5) return 2 ** Math.ceil(Math.log2(least));
  const ten = 10 ** Math.floor(Math.log10(least));
  return (([1, 2, 2.5, 5] as const).find((n) => n * ten >= least) ?? 10) * ten;
}
