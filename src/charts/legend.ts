/** Names beside what they are drawn like, in as few rows as show them whole. */

import { fitNames } from "./fit-text.ts";
import type { Font } from "./font.ts";
import { edge, inner, lineHeight, type Mark, textSize, width } from "./layout.ts";
import type { Colours } from "./theme.ts";

export interface LegendEntry {
  readonly name: string;
  readonly colour: string;
  readonly look: "line" | "dashed" | "dotted" | "box" | "hatched";
  /** Its numbers in few words, written where there is room. */
  readonly note?: string;
}

export interface Legend {
  readonly height: number;
  at(top: number): Mark[];
}

const swatch = 30;
const swatchGap = 8;
const columnGap = 18;
/** Names that are cut stand in so many columns: one third of a picture is too narrow for what is left of them. */
const columnsOfCut = 2;

/** Long lines of what bad series look like, everywhere. */
export const badDash: readonly number[] = [11, 5];
/** Of what is not known to have come to anything. */
export const dots: readonly number[] = [2, 7];

export function createLegend(
  entries: readonly LegendEntry[],
  mostRows: number,
  { font, colours }: { readonly font: Font; readonly colours: Colours },
): Legend {
  const widest = Math.max(0, ...entries.map(({ name }) => font.width(name, textSize)));
  const nameWidth = (columns: number) => (inner - columnGap * (columns - 1)) / columns - swatch - swatchGap;
  const whole = [4, 3, 2, 1].find(
    (count) => count <= entries.length && nameWidth(count) >= widest && Math.ceil(entries.length / count) <= mostRows,
  );
  const columns = whole ?? (entries.length <= mostRows / 2 ? 1 : columnsOfCut);
  const rows = Math.ceil(entries.length / columns);
  const room = { width: nameWidth(columns), size: textSize };
  const names = fitNames(
    entries.map(({ name }) => name),
    room,
    font,
  );
  const widestNote = Math.max(0, ...entries.map(({ note = "" }) => font.width(note, textSize)));
  const noted = columns === 1 && widest + widestNote + columnGap <= room.width;
  return {
    height: rows * lineHeight,
    at(top) {
      return entries.flatMap((entry, index) => {
        const x = edge + Math.floor(index / rows) * (room.width + swatch + swatchGap + columnGap);
        const y = top + ((index % rows) + 0.5) * lineHeight;
        return [
          ...sample(entry, x, y, colours.background),
          { kind: "text", x: x + swatch + swatchGap, y, text: names[index] ?? "", colour: colours.text },
          ...(noted && entry.note !== undefined
            ? [
                {
                  kind: "text" as const,
                  x: width - edge,
                  y,
                  text: entry.note,
                  colour: colours.dim,
                  align: "right" as const,
                },
              ]
            : []),
        ];
      });
    },
  };
}

function sample({ colour, look }: LegendEntry, x: number, y: number, background: string): Mark[] {
  if (look === "line" || look === "dashed" || look === "dotted") {
    const dash = { line: {}, dashed: { dash: badDash }, dotted: { dash: dots } }[look];
    const thickness = look === "dotted" ? 2.5 : 5;
    return [{ kind: "line", from: [x, y], to: [x + swatch, y], colour, thickness, ...dash }];
  }
  const box: Mark = { kind: "box", box: { left: x, top: y - 8, right: x + swatch, bottom: y + 8 }, colour };
  if (look === "box") return [box];
  const stripe = (left: number): Mark => {
    return { kind: "line", from: [left, y + 8], to: [left + 16, y - 8], colour: background, thickness: 2.5 };
  };
  return [box, ...[0, 7, 14].map((offset) => stripe(x + offset))];
}
