/** A service map as SVG, as high as it needs to be. */
import type { MapChart, MapLine } from "../../message/service-map.ts";
import { windowText } from "../../message/window-text.ts";
import { fitText } from "../fit-text.ts";
import type { Font } from "../font.ts";
import { createHeader } from "../header.ts";
import { inner, lineHeight, type Mark, edge as margin, textSize, width } from "../layout.ts";
import { createLegend, type LegendEntry } from "../legend.ts";
import type { Colours } from "../theme.ts";
import { type Card, type CardRoom, createCard, padding } from "./cards.ts";
import { type Deep, levelsOf } from "./levels.ts";
import { columnsOf, place } from "./place.ts";
import { routes, type Sheet } from "./routes.ts";
import { squeeze } from "./squeeze.ts";
import { num, svgDocument, svgMark } from "./svg.ts";

export interface MapPaper {
  readonly font: Font;
  readonly colours: Colours;
  /** In units of which the width has 800. */
  readonly mostHeight: number;
}

/** A phone is no wider: names in more columns are not read. */
const mostColumns = 4;
const mostCards = 80;
const gapBelowHeader = 14;

/** The clearest first. */
const closest = { density: "closest", deep: "even" } as const;
const looks = [
  { density: "roomy", deep: "last" },
  { density: "close", deep: "last" },
  { density: "close", deep: "even" },
  closest,
] as const;

export function drawMap(chart: MapChart, paper: MapPaper): string {
  const { font, colours, mostHeight } = paper;
  const clocks = windowText(chart.window, chart.zone);
  const header = createHeader(chart.title, { unit: "", ...clocks }, { font, colours, height: mostHeight });
  const top = header.bottom + gapBelowHeader;
  // A line more than there may be, for what has no room.
  const fixed = top + margin + 5 * lineHeight;
  const drawing = largest(chart, paper, mostHeight - fixed);
  const left = chart.edges.length - drawing.lines.length;
  const words = [
    ...(chart.edges.length === 0 ? ["no traffic"] : []),
    ...(left > 0 ? [`${left} more ${left === 1 ? "edge has" : "edges have"} no room here`] : []),
    ...(chart.folded === undefined ? [] : [chart.folded]),
  ];
  const legend = createLegend(legendOf(drawing.lines, colours), 4, { font, colours });
  const legendTop = top + drawing.height + gapBelowHeader;
  const wordsTop = legendTop + legend.height;
  const marks: Mark[] = [
    ...header.marks,
    ...legend.at(legendTop),
    ...words.map((text, index): Mark => {
      const shown = fitText(text, { width: inner, size: textSize }, font);
      return { kind: "text", x: margin, y: wordsTop + (index + 0.5) * lineHeight, text: shown, colour: colours.dim };
    }),
  ];
  const height = Math.ceil(wordsTop + words.length * lineHeight + margin);
  return svgDocument({ width, height, background: colours.background, family: font.family }, [
    ...(drawing.sheet === undefined ? [] : sheetPieces(drawing.lines, { ...drawing.sheet, top })),
    ...marks.map(svgMark),
  ]);
}

interface Look extends Pick<CardRoom, "home" | "density"> {
  readonly deep: Deep;
  readonly mostHeight: number;
}

interface Drawing {
  readonly lines: readonly MapLine[];
  readonly height: number;
  readonly sheet: Omit<Sheet, "top"> | undefined;
}

/** All edges where they fit, be it close together, else as many of the first ones as the height takes. */
function largest({ edges, home }: MapChart, paper: MapPaper, mostHeight: number): Drawing {
  const over = edges.findIndex((_, at) => namesOf(edges.slice(0, at + 1)).length > mostCards);
  const most = over < 0 ? edges.length : over;
  for (const look of looks) {
    const whole = drawn(edges.slice(0, most), { home, mostHeight, ...look }, paper);
    if (whole.height <= mostHeight) return whole;
  }
  let [fits, tooMany] = [0, most];
  let found: Drawing = { lines: [], height: 0, sheet: undefined };
  while (tooMany - fits > 1) {
    const count = Math.floor((fits + tooMany) / 2);
    const drawing = drawn(edges.slice(0, count), { home, mostHeight, ...closest }, paper);
    if (drawing.height <= mostHeight) [fits, found] = [count, drawing];
    else tooMany = count;
  }
  return found;
}

function drawn(
  lines: readonly MapLine[],
  { home, density, deep, mostHeight }: Look,
  { font, colours }: MapPaper,
): Drawing {
  if (lines.length === 0) return { lines, height: 0, sheet: undefined };
  const levels = levelsOf(lines, mostColumns, deep);
  const columns = columnsOf(Math.max(0, ...levels.values()) + 1);
  const room = { home, density, width: columns.width, font };
  const cards = namesOf(lines).map((name) =>
    createCard(
      name,
      lines.filter(({ to }) => to === name),
      room,
    ),
  );
  const pairs = links(lines);
  const spacious = place(cards, pairs, levels, columns);
  const placed =
    spacious.height > mostHeight ? squeeze(spacious, { cards, links: pairs, levels }, mostHeight) : spacious;
  const sheet = { cards: new Map(cards.map((card) => [card.name, card])), levels, columns, placed, colours };
  return { lines, height: placed.height, sheet };
}

function namesOf(lines: readonly MapLine[]): string[] {
  return [...new Set(lines.flatMap(({ from, to }) => [from, to]))].sort();
}

/** Each pair once. */
function links(lines: readonly MapLine[]) {
  const pairs = new Map(lines.map(({ from, to }) => [JSON.stringify([from, to]), { from, to }]));
  return [...pairs.values()].filter(({ from, to }) => from !== to);
}

/** Lines below, cards above them. */
function sheetPieces(lines: readonly MapLine[], sheet: Sheet): string[] {
  return [...routes(lines, sheet), ...[...sheet.cards.values()].flatMap((card) => cardPieces(card, sheet))];
}

function cardPieces(card: Card, { levels, columns, placed, top, colours }: Sheet): string[] {
  const x = columns.left(levels.get(card.name) ?? 0);
  const y = top + (placed.tops.get(card.name) ?? 0);
  const isHit = card.lines.some(({ tone }) => tone === "lost" || tone === "unheard");
  const rim = isHit ? (colours.bad[0] ?? "") : colours.rest;
  const bad = colours.bad[0] ?? "";
  const colourOf = { name: colours.text, group: colours.dim, port: colours.dim, lost: bad, unheard: bad };
  const marks = card.lines.flatMap(({ left, right, tone, y: middle }): Mark[] => {
    const common = { kind: "text", y: y + middle, colour: colourOf[tone], bold: tone === "name" } as const;
    return [
      ...(left === "" ? [] : [{ ...common, x: x + padding, text: left }]),
      ...(right === "" ? [] : [{ ...common, x: x + columns.width - padding, text: right, align: "right" as const }]),
    ];
  });
  return [
    `<rect x="${num(x)}" y="${num(y)}" width="${num(columns.width)}" height="${num(card.height)}" rx="6" fill="${colours.background}" stroke="${rim}" stroke-width="1.5"/>`,
    ...marks.map(svgMark),
  ];
}

function legendOf(lines: readonly MapLine[], colours: Colours): LegendEntry[] {
  const has = (test: (line: MapLine) => boolean) => lines.some(test);
  return [
    ...(has(({ look, rate }) => look === undefined && rate > 0)
      ? [{ name: "passed, thicker is more", colour: colours.named[0] ?? "", look: "line" } as const]
      : []),
    ...(has(({ lost }) => lost > 0)
      ? [{ name: "✕ dropped", colour: colours.bad[0] ?? "", look: "dashed" } as const]
      : []),
    ...(has(({ unanswered = 0 }) => unanswered > 0)
      ? [{ name: "? leaves, no answer seen", colour: colours.bad[0] ?? "", look: "dotted" } as const]
      : []),
    ...(has(({ look }) => look === "audit")
      ? [{ name: "passed, audited", colour: colours.named[1] ?? "", look: "dashed" } as const]
      : []),
    ...(has(({ look, rate }) => look === "quiet" && rate > 0)
      ? [{ name: "lookups, probes", colour: colours.rest, look: "line" } as const]
      : []),
  ];
}
