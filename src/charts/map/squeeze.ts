/** A map that is too high, made lower: its columns keep their order and about their places, the room between their cards goes. */
import type { Card } from "./cards.ts";
import type { Link } from "./components.ts";
import { linkKey, type Placed } from "./place.ts";

const betweenCards = 10;
const besideLine = 7;

interface Item {
  readonly height: number;
  top: number;
}

/** As high as `limit` where that is enough, else as high as its fullest column. */
export function squeeze(
  placed: Placed,
  {
    cards,
    links,
    levels,
  }: { readonly cards: readonly Card[]; readonly links: readonly Link[]; readonly levels: ReadonlyMap<string, number> },
  limit: number,
): Placed {
  const columns = new Map<number, Item[]>();
  const scale = limit / placed.height;
  const put = (level: number, top: number, height: number): Item => {
    const item = { height, top: (top + height / 2) * scale - height / 2 };
    columns.set(level, [...(columns.get(level) ?? []), item]);
    return item;
  };
  const levelOf = (name: string) => levels.get(name) ?? 0;
  const tops = cards.map(({ name, height }) => [name, put(levelOf(name), placed.tops.get(name) ?? 0, height)] as const);
  const crossings = links.flatMap((link) => {
    const way = Math.sign(levelOf(link.to) - levelOf(link.from));
    const heights = placed.crossings.get(linkKey(link)) ?? [];
    const items = heights.map((y, index) => put(levelOf(link.from) + way * (index + 1), y, 0));
    return [[linkKey(link), items] as const];
  });
  const heights = [...columns.values()].map((items) => settle(items, limit));
  return {
    tops: new Map(tops.map(([name, { top }]) => [name, top])),
    crossings: new Map(crossings.map(([key, items]) => [key, items.map(({ top }) => top)])),
    height: Math.max(limit, ...heights),
  };
}

/** Down until none lies on another, then up until all are inside. Returns where the last one ends. */
function settle(items: Item[], limit: number): number {
  items.sort((one, other) => one.top + one.height / 2 - (other.top + other.height / 2));
  let free = 0;
  for (const [index, item] of items.entries()) {
    item.top = Math.max(item.top, free);
    free = item.top + item.height + gapBehind(item, items[index + 1]);
  }
  let end = limit;
  for (const [index, item] of [...items.entries()].reverse()) {
    item.top = Math.min(item.top, end - item.height);
    end = item.top - gapBehind(items[index - 1] ?? item, item);
  }
  const first = items[0]?.top ?? 0;
  if (first >= 0) return (items.at(-1)?.top ?? 0) + (items.at(-1)?.height ?? 0);
  // More than there is room for: from the top on.
  for (const item of items) item.top -= first;
  return limit - first;
}

function gapBehind(item: Item, next: Item | undefined): number {
  return item.height > 0 && (next?.height ?? 1) > 0 ? betweenCards : besideLine;
}
