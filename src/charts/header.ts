/** Title, and below it the unit and the time on both clocks. */
import { fitText } from "./fit-text.ts";
import { edge, inner, lineHeight, type Mark, textSize, titleSize } from "./layout.ts";
import type { Paper } from "./picture.ts";

export interface Header {
  readonly bottom: number;
  readonly marks: readonly Mark[];
}

/** A short unit leaves room for the clocks. */
const widestUnit = 200;

export function createHeader(
  title: string,
  { unit, utc, local }: { readonly unit: string; readonly utc?: string; readonly local?: string | undefined },
  { font, colours }: Paper,
): Header {
  const shownUnit = fitText(unit, { width: widestUnit, size: textSize }, font);
  const clock = [...(utc === undefined ? [] : [utc]), ...(local === undefined ? [] : [`(${local})`])].join(" ");
  const parts = [shownUnit, clock].filter((part) => part !== "");
  const whole = parts.join(" · ");
  const lines =
    font.width(whole, textSize) <= inner || utc === undefined || local === undefined
      ? parts.length === 0
        ? []
        : [whole]
      : [[shownUnit, utc].filter((part) => part !== "").join(" · "), local];
  const top = edge + 30;
  return {
    bottom: top + lines.length * lineHeight,
    marks: [
      {
        kind: "text",
        x: edge,
        y: edge + 12,
        text: fitText(title, { width: inner, size: titleSize, bold: true }, font),
        colour: colours.text,
        size: titleSize,
        bold: true,
      },
      ...lines.map((text, index): Mark => {
        const shown = fitText(text, { width: inner, size: textSize }, font);
        return { kind: "text", x: edge, y: top + (index + 0.5) * lineHeight, text: shown, colour: colours.dim };
      }),
    ],
  };
}
