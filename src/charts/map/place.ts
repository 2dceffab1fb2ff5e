/** Where the cards of a map stand and between which cards its lines pass: columns are ours, the order and the heights in them are the library's. */
import { Graph, layout } from "@dagrejs/dagre";
import { inner, edge as margin } from "../layout.ts";
import type { Card } from "./cards.ts";
import { componentsOf, type Link } from "./components.ts";

/** Columns of equal width over the picture's. */
export interface Columns {
  readonly width: number;
  readonly gap: number;
  left(level: number): number;
}

const widestCard = 290;
const gaps = [0, 0, 110, 74, 52] as const;

export function columnsOf(count: number): Columns {
  const least = gaps[count] ?? 52;
  const width = Math.min(widestCard, (inner - least * (count - 1)) / count);
  const gap = count < 2 ? 0 : (inner - width * count) / (count - 1);
  return { width, gap, left: (level) => margin + level * (width + gap) };
}

export interface Placed {
  /** Of each card, by name. */
  readonly tops: ReadonlyMap<string, number>;
  /** Heights at which a link crosses the columns between its ends, in its own direction; by `linkKey`. */
  readonly crossings: ReadonlyMap<string, readonly number[]>;
  readonly height: number;
}

export function linkKey({ from, to }: Link): string {
  return JSON.stringify([from, to]);
}

const betweenCards = 10;
const betweenLines = 9;

/** The same for the same cards and links, in whatever order they are given. Parts without a link between them are laid out apart, the largest on top. */
export function place(
  cards: readonly Card[],
  links: readonly Link[],
  levels: ReadonlyMap<string, number>,
  { width, gap }: Columns,
): Placed {
  const tops = new Map<string, number>();
  const crossings = new Map<string, readonly number[]>();
  const heights: number[] = [];
  const names = cards.map(({ name }) => name);
  for (const members of componentsOf(names.toSorted(), links)) {
    const own = new Set(members);
    const part = {
      cards: cards.filter(({ name }) => own.has(name)),
      links: links.filter(({ from }) => own.has(from)),
      ...{ levels, width, gap },
    };
    const { spans, ...placed } = placePart(part);
    // As high as its columns have room.
    const down = Math.max(0, ...[...spans].map(([level, span]) => (heights[level] ?? 0) - span.top));
    for (const [name, top] of placed.tops) tops.set(name, top + down);
    for (const [key, own] of placed.crossings)
      crossings.set(
        key,
        own.map((height) => height + down),
      );
    for (const [level, { bottom }] of spans) heights[level] = bottom + down + betweenCards;
  }
  return { tops, crossings, height: Math.max(0, ...heights.map((height) => height ?? 0)) };
}

interface Part {
  readonly cards: readonly Card[];
  readonly links: readonly Link[];
  readonly levels: ReadonlyMap<string, number>;
  readonly width: number;
  readonly gap: number;
}

function placePart({ cards, links, levels, width, gap }: Part) {
  const levelOf = (name: string) => levels.get(name) ?? 0;
  const lowest = Math.min(...cards.map(({ name }) => levelOf(name)));
  const graph = new Graph();
  // `none` leaves ranks as they are: every second one is a column, those between are where it bends lines.
  graph.setGraph({ rankdir: "LR", ranker: "none", nodesep: betweenCards, edgesep: betweenLines, ranksep: gap });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { name, height } of cards.toSorted(byName))
    graph.setNode(name, { width, height, rank: 2 * (levelOf(name) - lowest) });
  const across = links
    .filter(({ from, to }) => levelOf(from) !== levelOf(to))
    .map((link) => (levelOf(link.from) < levelOf(link.to) ? link : { from: link.to, to: link.from }))
    .toSorted((one, other) => compare(linkKey(one), linkKey(other)));
  for (const { from, to } of across) graph.setEdge(from, to, { minlen: levelOf(to) - levelOf(from) });
  layout(graph);

  const spans = new Map<number, { top: number; bottom: number }>();
  const covers = (level: number, top: number, bottom: number) => {
    const span = spans.get(level) ?? { top, bottom };
    spans.set(level, { top: Math.min(span.top, top), bottom: Math.max(span.bottom, bottom) });
  };
  const tops = new Map<string, number>();
  for (const { name, height } of cards) {
    const top = (graph.node(name).y ?? 0) - height / 2;
    tops.set(name, top);
    covers(levelOf(name), top, top + height);
  }
  const crossings = new Map<string, readonly number[]>();
  for (const link of links.filter(({ from, to }) => Math.abs(levelOf(from) - levelOf(to)) > 1)) {
    const forward = levelOf(link.from) < levelOf(link.to);
    const [left, right] = forward ? [link.from, link.to] : [link.to, link.from];
    const found: readonly { readonly y: number }[] = graph.edge(left, right)?.points ?? [];
    // The ends, and between them a bend for each gap and each column.
    const heights = found.filter((_, at) => at > 0 && at % 2 === 0 && at < found.length - 1).map(({ y }) => y);
    for (const [index, y] of heights.entries()) covers(levelOf(left) + 1 + index, y, y);
    crossings.set(linkKey(link), forward ? heights : heights.toReversed());
  }
  return { tops, crossings, spans };
}

function byName(one: Card, other: Card): number {
  return compare(one.name, other.name);
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
