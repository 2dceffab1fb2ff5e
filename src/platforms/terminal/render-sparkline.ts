/** A row of bars with its axis: when, how much at most, and how long a bar lasts. */
import { drawBars } from "../../message/bars.ts";
import type { Block } from "../../message/message.ts";
import { plain } from "../../message/plain.ts";
import { asIs, type Styles, wrap } from "./render-text.ts";

type SparklineBlock = Extract<Block, { kind: "sparkline" }>;

export function sparklineLines(block: SparklineBlock, width: number, styles: Styles): string[] {
  const bars = drawBars(block, width);
  if (!bars) return [];
  return [
    ...wrap(
      [
        { text: plain(block.title), style: styles.strong },
        { text: `, ${bars.scale}`, style: asIs },
      ],
      width,
    ),
    bars.most > 0 ? styles.bad(bars.line) : bars.line,
    styles.dim(bars.axis),
  ];
}
