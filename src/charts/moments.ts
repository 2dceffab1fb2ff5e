/** Moments worth a line: dashed from top to bottom, each with its label in a strip above the plot. */
import { fitText } from "./fit-text.ts";
import { type Box, edge, lineHeight, type Mark, textSize, width } from "./layout.ts";
import type { Paper } from "./picture.ts";

export interface Moments {
  /** Of the strip. */
  readonly height: number;
  marks(plot: Box, xOf: (time: number) => number): Mark[];
}

interface Moment {
  readonly time: number;
  readonly label: string;
}

const mostRows = 2;
const widestLabel = 260;
/** More lines than that hide what they stand in. */
const mostLines = 20;
const between = 14;
/** From a line to its label. */
const beside = 5;

interface Span {
  readonly left: number;
  readonly right: number;
}

/** `xOf` must be known before the plot's top is: the strip's height follows from where the labels are. */
export function createMoments(moments: readonly Moment[], xOf: (time: number) => number, paper: Paper): Moments {
  const shown = moments.toSorted((left, right) => left.time - right.time).slice(0, mostLines);
  const rows: Span[][] = [];
  const placed = shown.map(({ time, label }) => {
    const text = fitText(label, { width: widestLabel, size: textSize }, paper.font);
    const size = paper.font.width(text, textSize);
    const x = xOf(time);
    // On the right of its own line and, the earlier the higher, clear of the lines that follow.
    const left = x + beside + size <= width - edge ? x + beside : x - beside - size;
    const span = { left, right: left + size };
    let row = rows.findIndex((taken) => taken.every((other) => apart(span, other)));
    if (row < 0 && rows.length < mostRows) row = rows.push([]) - 1;
    rows[row]?.push(span);
    return { time, text, left, row };
  });
  const { colours } = paper;
  return {
    height: rows.length * lineHeight,
    marks(plot, at) {
      const top = plot.top - rows.length * lineHeight - 4;
      return placed.flatMap(({ time, text, left, row }): Mark[] => {
        const [x, y] = [at(time), top + (row + 0.5) * lineHeight];
        return [
          {
            kind: "line",
            from: [x, row < 0 ? plot.top : y - lineHeight / 2 + 4],
            to: [x, plot.bottom],
            colour: colours.text,
            thickness: 2,
            dash: [4, 4],
          },
          ...(row < 0
            ? []
            : [{ kind: "text" as const, x: left, y, text, colour: colours.text, rim: colours.background }]),
        ];
      });
    },
  };
}

function apart(one: Span, other: Span): boolean {
  return one.right + between <= other.left || other.right + between <= one.left;
}
