/** SVG to PNG, with our font alone: the same bytes on every machine. */
import { Resvg } from "@resvg/resvg-js";
import type { Font } from "./font.ts";

/** PNG bytes of so many pixels in width. */
export function rasterise(svg: string, pixels: number, font: Font): Buffer {
  return read(svg, font, { fitTo: { mode: "width", value: pixels } })
    .render()
    .asPng();
}

/** Throws where the rasteriser shows no letters: it does not say so itself. */
export function provesFont(font: Font): void {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text y="30" font-size="20">M</text></svg>';
  if (read(svg, font, {}).getBBox() === undefined) {
    throw new Error("pictures would have no words: the font of the package dejavu-fonts-ttf cannot be read");
  }
}

function read(
  svg: string,
  { files, family }: Font,
  options: { readonly fitTo?: { readonly mode: "width"; readonly value: number } },
) {
  return new Resvg(svg, {
    ...options,
    font: { loadSystemFonts: false, fontFiles: [...files], defaultFontFamily: family },
    logLevel: "off",
  });
}
