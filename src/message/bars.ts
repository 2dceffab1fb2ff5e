/** A sparkline as text: bars, how much they stand for, and their time. */
import type { Block } from "./message.ts";
import { plain } from "./plain.ts";

export interface Bars {
  /** One character per bar. */
  readonly line: string;
  /** "at most 13 packets in 15s" */
  readonly scale: string;
  /** From and to, as wide as the bars where they are wide enough. */
  readonly axis: string;
  /** Of one bar. */
  readonly most: number;
}

const bars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/** Zero is not a small bar. */
const none = "·";

/** At most `width` bars; null where there is nothing to draw. */
export function drawBars(block: Extract<Block, { kind: "sparkline" }>, width: number): Bars | null {
  if (block.values.length === 0 || block.to <= block.from) return null;
  const factor = Math.ceil(block.values.length / width);
  const values = merged(block.values, factor);
  const bucketMs = ((block.to - block.from) / block.values.length) * factor;
  const most = values.reduce((left, right) => Math.max(left, right), 0);
  const unit = most === 1 ? plain(block.unit).replace(/s$/, "") : plain(block.unit);
  return {
    line: values.map((value) => bar(value, most)).join(""),
    scale: `at most ${most.toLocaleString("en-US")} ${unit} in ${seconds(bucketMs)}`,
    axis: axis(block.from, block.to, values.length),
    most,
  };
}

function bar(value: number, most: number): string {
  if (value <= 0) return none;
  return bars[Math.min(bars.length - 1, Math.ceil((value / most) * bars.length) - 1)] ?? none;
}

/** Too many buckets for the room: neighbours are added up, so that nothing vanishes. */
function merged(values: readonly number[], factor: number): number[] {
  const sums: number[] = [];
  for (let at = 0; at < values.length; at += factor) {
    sums.push(values.slice(at, at + factor).reduce((sum, value) => sum + value, 0));
  }
  return sums;
}

function axis(from: number, to: number, width: number): string {
  const clock = (time: number) => new Date(time).toISOString().slice(11, 19);
  const left = clock(from);
  const right = `${clock(to)} UTC`;
  // A short row: the end's time stands after it instead of below its end.
  return left + " ".repeat(Math.max(3, width - left.length - right.length)) + right;
}

function seconds(ms: number): string {
  const rounded = Math.round(ms / 100) / 10;
  return rounded >= 120 && Number.isInteger(rounded / 60) ? `${rounded / 60}m` : `${rounded}s`;
}
