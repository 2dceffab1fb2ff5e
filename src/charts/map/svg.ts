/** Pieces of SVG as text. Every word is escaped: names in flows are written by strangers. */
import { type Mark, textSize } from "../layout.ts";

export function svgDocument(
  {
    width,
    height,
    background,
    family,
  }: Readonly<Record<"width" | "height", number>> & {
    readonly background: string;
    readonly family: string;
  },
  pieces: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${num(height)}" viewBox="0 0 ${width} ${num(height)}" font-family="${escaped(family)}">`,
    `<rect width="${width}" height="${num(height)}" fill="${background}"/>`,
    ...pieces,
    "</svg>",
  ].join("\n");
}

export function svgMark(mark: Mark): string {
  switch (mark.kind) {
    case "text":
      return svgText(mark);
    case "line": {
      const [[x1, y1], [x2, y2]] = [mark.from, mark.to];
      const { colour, thickness, dash } = mark;
      return svgPath(`M${num(x1)} ${num(y1)}L${num(x2)} ${num(y2)}`, { colour, thickness, ...(dash && { dash }) });
    }
    case "box": {
      const { left, top, right, bottom } = mark.box;
      return `<rect x="${num(left)}" y="${num(top)}" width="${num(right - left)}" height="${num(bottom - top)}" fill="${mark.colour}"/>`;
    }
  }
}

export interface Stroke {
  readonly colour: string;
  readonly thickness: number;
  readonly dash?: readonly number[];
}

export function svgPath(path: string, { colour, thickness, dash }: Stroke): string {
  const dashes = dash === undefined ? "" : ` stroke-dasharray="${dash.join(" ")}"`;
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${num(thickness)}"${dashes}/>`;
}

export function num(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Letters hang from a line a good third of their size below their middle: the rasteriser knows no other baseline. */
const belowMiddle = 0.35;

function svgText(mark: Extract<Mark, { kind: "text" }>): string {
  const { text, x, y, colour, align = "left", size = textSize, bold = false } = mark;
  const anchor = { left: "start", center: "middle", right: "end" }[align];
  const weight = bold ? ' font-weight="bold"' : "";
  return `<text x="${num(x)}" y="${num(y + size * belowMiddle)}" font-size="${size}"${weight} text-anchor="${anchor}" fill="${colour}">${escaped(text)}</text>`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (glyph) => entities[glyph] ?? "");
}
