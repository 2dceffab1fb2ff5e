/**
 * Tables as rows of columns, which every client shows. Beside each other where a phone has room for all columns; else each row is a small record that wraps, with
 * the number that is compared in front of it.
 */
import stringWidth from "string-width";
import type { Block, Column as TableColumn, Text } from "../../message/message.ts";
import { saysNothing } from "../../message/no-value.ts";
import { inlineText } from "../../message/text.ts";
import type { CardElement, Column, ColumnSet, RichTextBlock, TextRun, TextStyle } from "./card.ts";
import { paragraph, runs, word } from "./render-text.ts";

type TableBlock = Extract<Block, { kind: "table" }>;

/** Pixels inside a card on a phone 360 pixels wide. */
const phone = 280;
/** Between columns, as Teams sets it. */
const gap = 8;
/** Of one letter in Teams' face, also in bold, rounded up; and the least column. */
const letter = 9;
const narrowest = 24;
/** A longer title of a number wraps. */
const widestNumber = 88;

const small = { size: "Small", isSubtle: true } as const satisfies TextStyle;

export function renderTable(table: TableBlock): CardElement[] {
  return [...paragraph(word(table.title ?? "", { weight: "Bolder" })), ...(aligned(table) ?? records(table))];
}

/** Undefined where it is too wide, or has nothing to compare. */
function aligned({ columns, rows }: TableBlock): ColumnSet[] | undefined {
  // Wide by their gaps alone: no cell need be measured.
  if (rows.length < 2 || columns.length < 2 || columns.length * (narrowest + gap) > phone) return undefined;
  const written = [
    columns.map(({ title }) => inlineText(title)),
    ...rows.map((row) => columns.map((_, at) => inlineText(row[at] ?? ""))),
  ];
  // No script writes more than two units for one letter's room, and measuring long strings is slow.
  if (written.some((row) => row.some((cell) => cell.length * letter > 2 * phone))) return undefined;
  const widths = columns.map((_, at) => widest(written.map((row) => row[at] ?? "")));
  if (widths.reduce((sum, width) => sum + width, gap * (widths.length - 1)) > phone) return undefined;
  const cellsOf = (cells: readonly RichTextBlock[][]): ColumnSet[] =>
    columnSet(cells.map((items, at) => column(items, `${widths[at] ?? narrowest}px`)));
  const aligning = (at: number) => (columns[at]?.align === "right" ? ({ horizontalAlignment: "Right" } as const) : {});
  return [
    ...cellsOf(columns.map(({ title }, at) => paragraph(word(title, small), aligning(at)))),
    ...rows.flatMap((row) => cellsOf(columns.map((_, at) => paragraph(runs(row[at] ?? ""), aligning(at))))),
  ];
}

function widest(cells: readonly string[]): number {
  return Math.max(narrowest, ...cells.map((cell) => Math.ceil(stringWidth(cell) * letter)));
}

function records({ columns, rows }: TableBlock): CardElement[] {
  const numberAt = columns.findIndex(({ align }, at) => align === "right" && at > 0);
  const number = columns[numberAt];
  if (!number) return rows.flatMap((row) => record(row, columns, numberAt));
  const shown = [number.title, ...rows.map((row) => inlineText(row[numberAt] ?? ""))];
  const width = `${Math.min(widestNumber, widest(shown.map((text) => text.slice(0, 20))) + gap)}px` as const;
  const right = { horizontalAlignment: "Right" } as const;
  const head = [
    column(paragraph(word(number.title, small), right), width),
    column(paragraph(word(columns[0]?.title ?? "", small)), "stretch"),
  ];
  return [
    ...columnSet(head),
    ...rows.flatMap((row) => {
      const cell = runs(row[numberAt] ?? "", { weight: "Bolder" });
      return columnSet([column(paragraph(cell, right), width), column(record(row, columns, numberAt), "stretch")]);
    }),
  ];
}

/** The first cell leads, a number with its title; the others follow below it with theirs. Empty ones say nothing. */
function record(row: readonly Text[], columns: readonly TableColumn[], except: number): RichTextBlock[] {
  const rest = columns.flatMap(({ title }, at) => {
    const text = row[at] ?? "";
    const value = at === 0 || at === except || saysNothing(text) ? [] : runs(text, small);
    return value.length === 0 ? [] : [[...word(`${title.toLowerCase()} `, small), ...value]];
  });
  const joined = rest.flatMap((value, at): TextRun[] => (at === 0 ? value : [...word(" · ", small), ...value]));
  const named = columns[0]?.align === "right" ? word(`${columns[0].title.toLowerCase()} `) : [];
  const lead = runs(row[0] ?? "");
  const first = lead.length === 0 ? [] : [...named, ...lead];
  return [...paragraph(first, { spacing: "Small" }), ...paragraph(joined, { spacing: "None" })];
}

function column(items: readonly RichTextBlock[], width: Column["width"]): Column {
  return { type: "Column", width, items };
}

function columnSet(columns: readonly Column[]): ColumnSet[] {
  return columns.every(({ items }) => items.length === 0) ? [] : [{ type: "ColumnSet", spacing: "Small", columns }];
}
