/** A row of bars with its axis: when, how much at most, and how long a bar lasts. */
import type { Block } from "../../message/message.ts";
import { plain } from "../../message/plain.ts";
import { asIs, type Styles, wrap } from "./render-text.ts";

type SparklineBlock = Extract<Block, { kind: "sparkline" }>;

const bars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/** Zero is not a small bar. */
const none = "·";

export function sparklineLines(block: SparklineBlock, width: number, styles: Styles): string[] {
  if (block.values.length === 0 || block.to <= block.from) return [];
  const factor = Math.ceil(block.values.length / width);
  const values = merged(block.values, factor);
  const bucketMs = ((block.to - block.from) / block.values.length) * factor;
  const most = Math.max(0, ...values);
  const line = values.map((value) => bar(value, most)).join("");
  const unit = most === 1 ? plain(block.unit).replace(/s$/, "") : plain(block.unit);
  const scale = `, at most ${most.toLocaleString("en-US")} ${unit} in ${seconds(bucketMs)}`;
  return [
    ...wrap(
      [
        { text: plain(block.title), style: styles.strong },
        { text: scale, style: asIs },
      ],
      width,
    ),
    most > 0 ? styles.bad(line) : line,
    styles.dim(axis(block.from, block.to, values.length)),
  ];
}

function bar(value: number, most: number): string {
  if (value <= 0) return none;
  return bars[Math.min(bars.length - 1, Math.ceil((value / most) * bars.length) - 1)] ?? none;
}

/** Too many buckets for the screen: neighbours are added up, so that nothing vanishes. */
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
