import { Resvg } from "@resvg/resvg-js";
import { describe, expect, test } from "vitest";
import { drawSvg } from "../../src/charts/draw.ts";
import { openFont } from "../../src/charts/font.ts";
import { from, lines, specs } from "./specs.ts";
import { type SvgText, svgTexts } from "./svg-text.ts";

const font = openFont();
const draw = (name: string, height = 400) => drawSvg(specs[name] ?? lines([]), { height, theme: "light" }, font);
const words = (name: string, height?: number) => svgTexts(draw(name, height), font).map(({ text }) => text);
/** Where the rasteriser's letters really end. */
function drawnBox(text: string, size: number, bold: boolean) {
  const weight = bold ? ' font-weight="bold"' : "";
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="99"><text x="9" y="50" font-family="${font.family}" font-size="${size}"${weight}>${text}</text></svg>`;
  return new Resvg(svg, { font: { loadSystemFonts: false, fontFiles: [...font.files] } }).getBBox();
}

describe.each(Object.keys(specs))("%s", (name) => {
  test.each([360, 400, 800])(
    "has all its words inside of a picture %i high, none on another, none too small",
    (height) => {
      const texts = svgTexts(draw(name, height), font);

      expect(texts.length).toBeGreaterThan(1);
      expect(texts.filter(({ size }) => !(size >= 20))).toEqual([]);
      expect(
        texts.filter(({ left, right, top, bottom }) => !(left >= 0 && right <= 800 && top >= 0 && bottom <= height)),
      ).toEqual([]);
      expect(overlapping(texts)).toEqual([]);
    },
  );

  test("is the same in another drawing, and in the other theme but for its colours", () => {
    // The library counts its drawings in the names of its own elements.
    const bare = (svg: string) => svg.replaceAll(/#[0-9a-f]{6}/g, "#").replaceAll(/zr\d+-|cls-\d+/g, "");
    const first = bare(draw(name));

    // Compared here, because a difference of two drawings is no message.
    expect(bare(draw(name)) === first).toBe(true);
    expect(bare(drawSvg(specs[name] ?? lines([]), { height: 400, theme: "dark" }, font)) === first).toBe(true);
  });
});

test.each([
  ["cilium-7xk2p cilium_ct4_global update", 20, false],
  ["Map operations, top 5 of all pods", 25, true],
  ["0123456789 KiB/s · 19:00–20:00 …", 20, false],
])("the measured width of %s is the drawn one", (text, size, bold) => {
  const box = drawnBox(text, size, bold);

  expect(box?.width).toBeGreaterThan(100);
  // The advance includes the blank on both sides of the outer letters.
  expect(Math.abs((box?.width ?? 0) - font.width(text, size, bold))).toBeLessThan(size * 0.2);
});

test("the time stands on both clocks, the unit once, and the axes in round numbers", () => {
  expect(words("top 5")).toEqual(
    expect.arrayContaining([
      "ops/s · Nov 21 10:00–11:00 UTC (19:00–20:00 Asia/Seoul)",
      ...["0", "200", "400", "600"],
      ...["10:00", "10:15", "10:30", "10:45", "11:00"],
    ]),
  );
  expect(words("memory in areas")).toEqual(expect.arrayContaining(["0 B", "256 MiB", "512 MiB"]));
  expect(words("share of a map")).toEqual(expect.arrayContaining(["0%", "20%", "100%", "full", "90% warning"]));
  expect(words("tiny")).toEqual(expect.arrayContaining(["0", "5e-10", "1e-9"]));
  expect(words("huge")).toEqual(expect.arrayContaining(["0", "500G", "1T"]));
  expect(words("half a minute")).toEqual(expect.arrayContaining(["10:00:00", "10:00:10", "0 s", "10 s"]));
  expect(words("a week")).toEqual(expect.arrayContaining(["Nov 15", "Nov 17"]));
});

test("eight series have a name; the others are added up where they stack, and counted where they are lines", () => {
  const named = (list: readonly string[]) => list.filter((word) => word.startsWith("pod-"));

  expect(named(words("300 series"))).toHaveLength(8);
  expect(words("300 series")).toContain("and 292 more");
  expect(named(words("300 series in areas"))).toHaveLength(8);
  expect(words("300 series in areas")).toContain("others (292)");
});

test("names that look the same are numbered", () => {
  expect(words("identical labels")).toEqual(expect.arrayContaining(["same name", "same name (2)", "same name (3)"]));
});

test("what is long is cut in its middle", () => {
  const cut = words("long names").filter((word) => word.includes("…"));

  expect(cut.length).toBeGreaterThan(8);
  expect(cut.filter((word) => word.startsWith("cluster-eu-west-1") && /-abcd\d$/.test(word))).toHaveLength(8);
});

test("a gap ends the line, and a value alone in it is a dot", () => {
  const paths = (points: readonly (readonly [number, number | null])[]) => {
    const svg = drawSvg(lines([{ name: "one", points }]), { height: 400, theme: "light" }, font);
    const path = /<path d="([^"]*)"[^>]*stroke="#0072b2"[^>]*stroke-width="3.5"/.exec(svg)?.[1] ?? "";
    return { pieces: path.split("M").length - 1, dots: (svg.match(/fill="#0072b2"/g) ?? []).length };
  };
  const at = (...steps: readonly number[]) => steps.map((step) => [from + step * 30_000, 5 + (step % 3)] as const);

  expect(paths(at(0, 1, 2, 3))).toEqual({ pieces: 1, dots: 0 });
  expect(paths(at(0, 1, 3, 4))).toEqual({ pieces: 2, dots: 0 });
  expect(paths([...at(0, 1), [from + 60_000, null], ...at(3, 4)])).toEqual({ pieces: 2, dots: 0 });
  expect(paths(at(0, 1, 5, 9, 10)).dots).toBe(1);
});

test("columns stand between the clocks of their beginning and end", () => {
  const points = Array.from({ length: 10 }, (_, step) => [from + step * 60_000, 5] as const);
  const window = { from, to: from + 600_000 };
  const chart = { ...lines([{ name: "one", points }]), kind: "columns" as const, window, stepMs: 60_000 };
  const svg = drawSvg(chart, { height: 400, theme: "light" }, font);

  const columns = [...svg.matchAll(/<path d="M([\d.]+) [\d.]+l([\d.]+) 0l0 -[^"]*"[^>]*fill="#0072b2"/g)];
  const ticks = [...svg.matchAll(/<path d="M([\d.]+) 327L\1 333"/g)].map(([, x]) => Number(x));
  expect(columns).toHaveLength(10);
  expect(ticks).toHaveLength(6);
  const [first = [], last = []] = [columns[0], columns.at(-1)];
  expect(Math.abs(Number(first[1]) - (ticks[0] ?? 0))).toBeLessThan(1.5);
  expect(Math.abs(Number(last[1]) + Number(last[2]) - (ticks.at(-1) ?? 0))).toBeLessThan(1.5);
});

test("a failure is dashed as a line and striped as an area, and nothing else is", () => {
  expect(draw("marks and thresholds")).toMatch(/<path [^>]*stroke="#d32f2f"[^>]*stroke-dasharray="11,5"/);
  expect(draw("top 5")).not.toContain("#d32f2f");
  for (const name of ["memory in areas", "drops in columns", "ranking of long names"])
    expect(draw(name)).toContain("<pattern");
  expect(draw("300 series in areas")).not.toContain("<pattern");
});

test("nothing that strangers wrote becomes markup", () => {
  const svg = draw("hostile");

  expect(/<script|<image|<!ENTITY/.exec(svg)).toBeNull();
  expect(/[^\P{Cc}\n]|\p{Cf}/u.exec(svg)).toBeNull();
  expect(svg.match(/<\/svg>/g)).toHaveLength(1);
  expect(words("hostile")).toEqual(
    expect.arrayContaining([
      "</text><script>alert(1)</script>",
      "<!ENTITY x>",
      "{title|x} </svg><image href='file:///etc/passwd'/>",
    ]),
  );
});

test("marks and thresholds inside the picture are named, one far above points there", () => {
  const shown = words("marks and thresholds");

  expect(shown).toEqual(
    expect.arrayContaining(["rule1 applied", "deathstar restarted", "rule1 removed", "usual most"]),
  );
  expect(shown).toContain("far above (1G ops/s) ↑");
  expect(shown).not.toContain("before the picture");
});

test("no values are said to be none", () => {
  expect(words("no series")).toContain("no data");
  expect(words("ranking of nobody")).toContain("no data");
  expect(words("ranking with nothing, less, and no value")).toContain("no value");
});

function overlapping(texts: readonly SvgText[]): string[] {
  return texts.flatMap((one, index) =>
    texts
      .slice(index + 1)
      .filter(
        (other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom,
      )
      .map((other) => `${one.text} / ${other.text}`),
  );
}
