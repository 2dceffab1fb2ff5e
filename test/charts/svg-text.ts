/** Reads the words of a drawn SVG back, each with the box it takes by the font's own measures. */
import type { Font } from "../../src/charts/font.ts";

export interface SvgText {
  readonly text: string;
  readonly size: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Letters reach so far above and below the middle of their line, in em: from a parenthesis' foot to a capital's top. */
const half = 0.5;

export function svgTexts(svg: string, font: Font): SvgText[] {
  return [...svg.matchAll(/<text([^>]*)>([^<]*)<\/text>/g)].map(([, attributes = "", raw = ""]) => {
    const attribute = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(attributes)?.[1] ?? "";
    const style = (name: string) => new RegExp(`${name}:([^;]*);`).exec(attribute("style"))?.[1] ?? "";
    const [x = Number.NaN, y = Number.NaN] = (/translate\(([^)]*)\)/.exec(attributes)?.[1] ?? "")
      .split(" ")
      .map(Number);
    const [size, text] = [Number.parseFloat(style("font-size")), decoded(raw)];
    const width = font.width(text, size, style("font-weight") === "bold");
    const anchors: Readonly<Record<string, number>> = { start: 0, middle: 0.5, end: 1 };
    const left = x - width * (anchors[attribute("text-anchor")] ?? Number.NaN);
    return { text, size, left, right: left + width, top: y - half * size, bottom: y + half * size };
  });
}

function decoded(text: string): string {
  const characters: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };
  return text.replaceAll(/&([a-z#0-9]+);/g, (_, name: string) => characters[name] ?? "?");
}
