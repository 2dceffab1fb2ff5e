import { describe, expect, test } from "vitest";
import { drawSvg } from "../../src/charts/draw.ts";
import { openFont } from "../../src/charts/font.ts";
import { levelsOf } from "../../src/charts/map/levels.ts";
import { createPainter } from "../../src/charts/painter.ts";
import type { MapChart, MapLine } from "../../src/message/service-map.ts";
import { randomFrom } from "../fixtures/random.ts";

const font = openFont();
const window = { from: Date.UTC(2026, 10, 21, 10), to: Date.UTC(2026, 10, 21, 10, 5) };
const line = (from: string, to: string, change: Partial<MapLine> = {}): MapLine => ({
  ...{ from, to, port: "80/TCP", rate: 12, lost: 0, l7: 0 },
  ...change,
});
const map = (edges: readonly MapLine[], change: Partial<MapChart> = {}): MapChart => ({
  ...{ kind: "map", title: "ns/shop: who talks to whom in 5m", window, home: "shop", edges },
  ...change,
});
const draw = (chart: MapChart, theme: "light" | "dark" = "light") => drawSvg(chart, { height: 400, theme }, font);

function mesh(count: number, edges: number): MapLine[] {
  const random = randomFrom(count);
  const name = (n: number) =>
    `${n % 7 === 3 ? "platform" : "shop"}/${n % 3 === 0 ? "recommendation-engine" : "cart"}-${n}`;
  const edge = (from: number, to: number): MapLine =>
    line(name(from), name(to), {
      port: random.pick(["80/TCP", "50051/TCP"]),
      ...{ rate: 10 ** (random.below(5) - 1), lost: random.chance(0.1) ? 0.4 : 0, l7: random.chance(0.2) ? 0.4 : 0 },
    });
  const tree = Array.from({ length: count - 1 }, (_, n) => edge(random.below(Math.ceil((n + 1) * 0.6)), n + 1));
  const more = Array.from({ length: Math.max(0, edges - tree.length) }, () => {
    const [one, other] = [random.below(count), random.below(count)];
    return edge(Math.min(one, other), Math.max(one, other));
  });
  return [...tree, ...more];
}

const maps = {
  "10 workloads": map(mesh(10, 14)),
  "50 workloads": map(mesh(50, 62)),
  "many ends": map(mesh(300, 400), { folded: "40 more edges, 1,200 flows" }),
  "two ends": map([line("shop/a", "shop/b")]),
  "an end that calls itself": map([line("shop/a", "shop/a"), line("shop/b", "shop/c")]),
  "a circle": map([line("shop/a", "shop/b"), line("shop/b", "shop/c"), line("shop/c", "shop/a")]),
  "a long chain": map(Array.from({ length: 9 }, (_, n) => line(`shop/${n}`, `shop/${n + 1}`))),
  "a star": map(Array.from({ length: 40 }, (_, n) => line(`shop/client-${n}`, "shop/postgres", { port: "5432/TCP" }))),
  "many ports": map(
    Array.from({ length: 9 }, (_, n) => line("shop/a", "shop/b", { port: `${n + 1}/TCP`, lost: n % 2 })),
  ),
  "everything at once": map([
    line("shop/a", "shop/b", { lost: 0.5, l7: 0.4 }),
    line("shop/b", "world", { look: "audit" }),
    line("shop/a", "kube-system/coredns", { look: "quiet", port: "53/UDP", rate: 0.001 }),
    line("shop/b", "shop/a", { rate: 0, lost: 3, port: "ICMPv4" }),
  ]),
  "some without an answer": map([
    line("shop/a", "shop/b", { lost: 0.5, unanswered: 0.1 }),
    line("shop/b", "shop/c", { rate: 0, unanswered: 0.25 }),
  ]),
  "absurd numbers": map([
    line("shop/a", "shop/b", { rate: 1e300, lost: Number.NaN, l7: 7 }),
    line("shop/a", "shop/c", { rate: Number.POSITIVE_INFINITY, lost: -1, l7: -1 }),
  ]),
  hostile: map(
    [
      line("x/</text><script>alert(1)</script>", '\u0000\u001b[31m\n\u202egpj.exe & "quoted" ]]>', { port: "<b>/TCP" }),
      line(`ns/${"x".repeat(300)}`, "漢字/é😀".repeat(20)),
    ],
    { title: "</svg><image href='file:///etc/passwd'/>", folded: "<!ENTITY x>", home: "<x>" },
  ),
  nobody: map([]),
} satisfies Readonly<Record<string, MapChart>>;

interface Word {
  readonly text: string;
  readonly size: number;
  readonly box: readonly [left: number, top: number, right: number, bottom: number];
}

function wordsOf(svg: string): Word[] {
  return [...svg.matchAll(/<text([^>]*)>([^<]*)<\/text>/g)].map(([, attributes = "", raw = ""]) => {
    const attribute = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(attributes)?.[1] ?? "";
    const [x = 0, y = 0, size = 0] = ["x", "y", "font-size"].map((name) => Number(attribute(name)));
    const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };
    const text = raw.replaceAll(/&([a-z#0-9]+);/g, (_, name: string) => entities[name] ?? "?");
    const width = font.width(text, size, attribute("font-weight") === "bold");
    const left = attribute("text-anchor") === "end" ? x - width : x;
    return { text, size, box: [left, y - 0.8 * size, left + width, y + 0.2 * size] };
  });
}

const cardsOf = (svg: string) =>
  [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" rx/g)].map(
    (found): Word["box"] => {
      const [x = 0, y = 0, width = 0, height = 0] = found.slice(1).map(Number);
      return [x, y, x + width, y + height];
    },
  );

const overlaps = (boxes: readonly Word["box"][]) =>
  boxes.flatMap((one, index) =>
    boxes
      .slice(index + 1)
      .filter((other) => one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3])
      .map((other) => [one, other]),
  );

describe.each(Object.entries(maps))("the map of %s", (_, chart) => {
  const svg = draw(chart);
  const height = Number(/height="(\d+)"/.exec(svg)?.[1]);
  const words = wordsOf(svg);

  test("has all its words inside, none on another, none smaller than a phone shows, and no card on another", () => {
    expect(height).toBeLessThanOrEqual(2_400);
    expect(words.length).toBeGreaterThan(1);
    expect(words.filter(({ size }) => !(size >= 20))).toEqual([]);
    expect(words.filter(({ box: [l, t, r, b] }) => !(l >= 0 && t >= 0 && r <= 800 && b <= height))).toEqual([]);
    expect(overlaps(words.map(({ box }) => box))).toEqual([]);
    expect(overlaps(cardsOf(svg))).toEqual([]);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  test("is the same bytes again, after others were drawn, and in the other theme but for its colours", () => {
    draw(map(mesh(20, 30)));
    expect(draw(chart) === svg).toBe(true);
    const bare = (text: string) => text.replaceAll(/#[0-9a-f]{6}/g, "#");
    expect(bare(draw(chart, "dark")) === bare(svg)).toBe(true);
  });
});

test("each end is a card, each edge a line to it", () => {
  const svg = draw(maps["50 workloads"]);
  const lines = svg.match(/<path [^>]*fill="none"[^>]*\/>/g) ?? [];
  const { edges } = maps["50 workloads"];
  const drawn = edges.filter(({ from, to }) => from !== to).flatMap(({ lost }) => (lost > 0 ? [1, 2] : [1]));

  expect(cardsOf(svg)).toHaveLength(50);
  expect(svg).not.toContain("no room");
  // Two of them are the legend's.
  expect(lines).toHaveLength(drawn.length + 2);
});

test("edges that do not fit are the last ones, and they are counted beside what was folded before", () => {
  const svg = draw(maps["many ends"]);
  const words = wordsOf(svg).map(({ text }) => text);

  expect(words).toContain("40 more edges, 1,200 flows");
  const told = words.find((text) => /^\d+ more edges have no room here$/.test(text));
  expect(Number.parseInt(told ?? "", 10)).toBeGreaterThan(200);
  expect(cardsOf(svg).length).toBeGreaterThan(30);
});

test("a drop is red and dashed, on the card and on the line, and nothing else is", () => {
  const svg = draw(map([line("shop/a", "shop/b", { lost: 0.5 }), line("shop/a", "shop/c")]));

  expect(svg.match(/stroke="#d32f2f" stroke-width="3" stroke-dasharray="9 5"/g)).toHaveLength(1);
  expect(wordsOf(svg).map(({ text }) => text)).toEqual(expect.arrayContaining(["✕ 0.5/s", "✕ dropped", "12/s"]));
  expect(draw(map([line("shop/a", "shop/b")]))).not.toContain("#d32f2f");
});

test("what has no answer is told from what passes and from what is dropped", () => {
  const edges = [line("shop/a", "shop/b", { rate: 0, unanswered: 0.25 }), line("shop/a", "shop/c")];
  const words = wordsOf(draw(map(edges))).map(({ text }) => text);
  expect(words).toEqual(expect.arrayContaining(["? 0.25/s", "? leaves, no answer seen", "12/s"]));
  expect(words.join()).not.toContain("✕");
  const [own] = draw(map(edges.slice(0, 1))).match(/<path [^>]*stroke-dasharray="2 7"[^>]*>/g) ?? [];
  expect(own).toContain('stroke="#d32f2f"');
  // Nothing passes there: no line of what does.
  expect(draw(map(edges.slice(0, 1)))).not.toContain("passed, thicker");
  const lines = draw(map(edges.slice(0, 1))).match(/<path [^>]*fill="none"[^>]*\/>/g) ?? [];
  expect(lines).toHaveLength(1 + 1);
});

test("a card tells port, rate and L7 share, sums over clients, and names another namespace than the map's", () => {
  const chart = map([
    line("shop/a", "platform/b", { rate: 3, l7: 0.5 }),
    line("shop/c", "platform/b", { rate: 1, l7: 0.1 }),
    // A service that has no endpoint.
    line("shop/c", "svc/edge/d"),
  ]);
  const words = wordsOf(draw(chart)).map(({ text }) => text);

  expect(words).toEqual(expect.arrayContaining(["b", "in platform", "80/TCP", "L7 40% · 4/s", "a", "c"]));
  expect(words).toEqual(expect.arrayContaining(["svc/d", "in edge"]));
  expect(words).not.toContain("in shop");
});

test("nothing that strangers wrote becomes markup", () => {
  const svg = draw(maps.hostile);

  expect(/<script|<image|<!ENTITY|<b>/.exec(svg)).toBeNull();
  expect(/[^\P{Cc}\n]|\p{Cf}/u.exec(svg)).toBeNull();
  expect(svg.match(/<\/svg>/g)).toHaveLength(1);
});

test("clients stand left of what they call, circles and depth notwithstanding", () => {
  const links = [
    ...[line("a", "b"), line("b", "c"), line("c", "a"), line("c", "d"), line("d", "e"), line("e", "f")],
    line("x", "e"),
  ];
  const levels = levelsOf(links, 4, "last");
  expect(Object.fromEntries(levels)).toEqual({ c: 0, a: 1, b: 2, d: 1, e: 2, f: 3, x: 1 });
  expect(levelsOf(links.toReversed(), 4, "last")).toEqual(levels);
  const chain = ["a", "b", "c", "d", "e"].map((from, n) => line(from, "bcdef".charAt(n)));
  expect([...levelsOf(chain, 4, "last").values()]).toEqual([0, 1, 2, 3, 3, 3]);
  expect([...levelsOf(chain, 4, "even").values()]).toEqual([0, 1, 1, 2, 2, 3]);
});

test("the painter paints it in its thread, as high as it is", async () => {
  const painter = createPainter();
  try {
    const png = await painter.paint(maps["50 workloads"]);
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect(png.readUInt32BE(16)).toBe(800);
    expect(png.readUInt32BE(20)).toBeGreaterThan(1_200);
  } finally {
    await painter.close();
  }
});
