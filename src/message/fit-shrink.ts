/** A message with fewer rows and shorter texts, and the count of what is gone. */
import type { ChartSpec } from "./chart.ts";
import type { Block, Inline, Message, Text } from "./message.ts";
import { cutEnd } from "./plain.ts";

export interface Left {
  readonly rows: number;
  readonly buttons: number;
  readonly texts: number;
  readonly code: number;
}

export interface Bounds {
  readonly rows: number;
  readonly text: number;
}

type Of<Kind extends Block["kind"]> = Extract<Block, { kind: Kind }>;

export function shrink(message: Message, bounds: Bounds): { readonly message: Message; readonly left: Left } {
  const shears = createShears(bounds);
  const blocks = message.blocks.map((block) => shrunk(block, shears));
  return { message: { ...message, title: shears.cut(message.title), blocks }, left: shears.left() };
}

/** Notes that say how much the answer can be trusted come before the others. */
const mostNotes = 5;
const longestNote = 300;
const longestParagraph = 400;

export function summaryOf({ tone, title, blocks }: Message, longest: number): Message {
  const shears = createShears({ rows: mostNotes, text: Math.min(longest, longestNote) });
  const first = blocks.find((block) => block.kind === "text");
  const notes = blocks.filter((block) => block.kind === "note");
  const grave = notes.filter((note) => note.tone === "warn" || note.tone === "bad");
  const kept = new Set([...grave, ...notes].slice(0, mostNotes));
  const paragraph = createShears({ rows: 1, text: Math.min(longest, longestParagraph) });
  return {
    tone,
    title: paragraph.cut(title),
    blocks: [
      ...(first ? [shrunk(first, paragraph)] : []),
      ...notes.filter((note) => kept.has(note)).map((note) => shrunk(note, shears)),
    ],
  };
}

const longestName = 200;

interface Shears {
  readonly bounds: Bounds;
  cut(text: string): string;
  cutText(text: Text): Text;
  first<Item>(items: readonly Item[], what: "rows" | "buttons"): readonly Item[];
  dropCode(): void;
  left(): Left;
}

function shrunk(block: Block, shears: Shears): Block {
  switch (block.kind) {
    case "text":
    case "note":
      return { ...block, text: shears.cutText(block.text) };
    case "facts":
      return { ...block, facts: shears.first(block.facts, "rows").map((fact) => shrunkFact(fact, shears)) };
    case "table":
      return shrunkTable(block, shears);
    case "code":
      return shrunkCode(block, shears);
    case "chart":
      return { ...block, chart: shrunkChart(block.chart, shears) };
    case "actions":
      // A command is no text: it is never shown cut.
      return { ...block, actions: shears.first(block.actions, "buttons") };
  }
}

function shrunkFact({ name, value }: Of<"facts">["facts"][number], shears: Shears) {
  return { name: shears.cut(name), value: shears.cutText(value) };
}

/** Its points are drawn, not read, and few of its names are shown however many there are. */
function shrunkChart(chart: ChartSpec, { bounds, cut }: Shears): ChartSpec {
  const title = cut(chart.title);
  const named = <Item extends { readonly name: string }>(item: Item): Item => ({
    ...item,
    name: cutEnd(item.name, Math.min(bounds.text, longestName)),
  });
  // A map's names are its nodes: cut, two of them might become one.
  if (chart.kind === "map") return { ...chart, title };
  return chart.kind === "ranking"
    ? { ...chart, title, bars: chart.bars.map(named) }
    : { ...chart, title, series: chart.series.map(named) };
}

function shrunkTable(table: Of<"table">, shears: Shears): Block {
  const rows = shears.first(table.rows, "rows");
  const gone = table.rows.length - rows.length;
  const folded = [
    ...(gone > 0 ? [`${gone.toLocaleString("en-US")} more ${gone === 1 ? "row" : "rows"} left out here`] : []),
    ...(table.folded === undefined ? [] : [shears.cut(table.folded)]),
  ].join("; ");
  return {
    kind: "table",
    ...(table.title !== undefined && { title: shears.cut(table.title) }),
    columns: table.columns.map((column) => ({ ...column, title: shears.cut(column.title) })),
    rows: rows.map((row) => row.map((cell) => shears.cutText(cell))),
    ...(folded !== "" && { folded }),
  };
}

/** Half a command or half a policy is worse than none: somebody would run it. */
function shrunkCode(block: Of<"code">, shears: Shears): Block {
  const title = shears.cut(block.title ?? "");
  if (block.code.length <= shears.bounds.text) return { ...block, ...(block.title !== undefined && { title }) };
  shears.dropCode();
  return {
    kind: "note",
    text: title === "" ? "A piece of code is too long to show here." : `${title}: too long to show here.`,
  };
}

function createShears(bounds: Bounds): Shears {
  const left = { rows: 0, buttons: 0, texts: 0, code: 0 };
  const cut = (text: string) => {
    if (text.length > bounds.text) left.texts += 1;
    return cutEnd(text, bounds.text);
  };
  return {
    bounds,
    cut,
    cutText(text) {
      if (typeof text === "string") return cut(text);
      const { kept, whole } = firstWords(isList(text) ? text : [text], bounds.text);
      if (whole) return text;
      left.texts += 1;
      return kept;
    },
    first(items, what) {
      left[what] += Math.max(0, items.length - bounds.rows);
      return items.slice(0, bounds.rows);
    },
    dropCode() {
      left.code += 1;
    },
    left: () => ({ ...left }),
  };
}

/** Words until the room is used up; the one that does not fit is cut. */
function firstWords(
  words: readonly Inline[],
  room: number,
): { readonly kept: readonly Inline[]; readonly whole: boolean } {
  const kept: Inline[] = [];
  let used = 0;
  for (const word of words) {
    const length = textOf(word).length;
    if (used + length > room) {
      kept.push(shorter(word, room - used));
      return { kept, whole: false };
    }
    used += length;
    kept.push(word);
  }
  return { kept, whole: true };
}

function textOf(word: Inline): string {
  if (typeof word === "string") return word;
  if ("code" in word) return word.code;
  return "strong" in word ? word.strong : word.link;
}

function shorter(word: Inline, room: number): Inline {
  const text = cutEnd(textOf(word), Math.max(1, room));
  if (typeof word === "string") return text;
  if ("code" in word) return { code: text };
  return "strong" in word ? { strong: text } : { ...word, link: text };
}

function isList(text: Text): text is readonly Inline[] {
  return Array.isArray(text);
}
