/**
 * Tables: aligned in a fixed-width face where a phone shows the whole line, else a list with a small record for each row, which wraps. Not Slack's own table
 * block: it allows one in a message, a phone scrolls it sideways, and workspaces are reported that refuse it among `blocks` or move it to the end
 * ("invalid_blocks", "only_one_table_allowed"); a refused block loses the whole answer.
 */
import stringWidth from "string-width";
import type { Block, Column, Text } from "../../message/message.ts";
import { saysNothing } from "../../message/no-value.ts";
import { inlineText } from "../../message/text.ts";
import type { RichTextLeaf, RichTextPart, SlackBlock } from "./block-kit.ts";
import { leaves, lineBreak, preformatted, richText, section, word } from "./render-rich-text.ts";

type TableBlock = Extract<Block, { kind: "table" }>;

/** Fixed-width characters on a phone. */
const widest = 38;
/** A record this short stands on one line. */
const oneLine = 36;
const gap = "  ";

export function renderTable(table: TableBlock): SlackBlock[] {
  return richText([...section(word(table.title ?? "", { bold: true })), ...(aligned(table) ?? recordList(table))]);
}

/** Undefined where it is too wide, or has nothing to compare. */
function aligned({ columns, rows }: TableBlock): RichTextPart[] | undefined {
  // Wide by their titles and gaps alone: no cell need be measured.
  if (rows.length < 2 || columns.length < 2 || columns.length * (gap.length + 1) > widest) return undefined;
  const lines = [columns.map(({ title }) => inlineText(title).toUpperCase())];
  lines.push(...rows.map((row) => columns.map((_, at) => inlineText(row[at] ?? ""))));
  // No script writes more than two units for one column of a screen, and measuring long strings is slow.
  if (lines.some((line) => line.some((cell) => cell.length > 2 * widest))) return undefined;
  const widths = columns.map((_, at) => lines.reduce((most, line) => Math.max(most, stringWidth(line[at] ?? "")), 0));
  if (widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1)) > widest) return undefined;
  const written = lines.map((line) =>
    line.map((cell, at) => padded(cell, widths[at] ?? 0, columns[at]?.align === "right")).join(gap),
  );
  return preformatted(written.map((line) => line.trimEnd()).join("\n"));
}

function padded(cell: string, width: number, right: boolean): string {
  const space = " ".repeat(width - stringWidth(cell));
  return right ? space + cell : cell + space;
}

function recordList({ columns, rows }: TableBlock): RichTextPart[] {
  const records = rows.flatMap((row) => section(record(row, columns)));
  return records.length === 0 ? [] : [{ type: "rich_text_list", style: "bullet", elements: records }];
}

/** The first cell leads, a number with its title; the others follow with theirs, numbers first and in bold. Empty ones say nothing. */
function record(row: readonly Text[], columns: readonly Column[]): RichTextLeaf[] {
  const named = columns[0]?.align === "right" ? word(`${columns[0].title.toLowerCase()} `) : [];
  const lead = leaves(row[0] ?? "");
  const first = lead.length === 0 ? [] : [...named, ...lead];
  const others = columns
    .slice(1)
    .map(({ title }, at) => ({ title, text: row[at + 1] ?? "" }))
    .filter(({ text }) => !saysNothing(text));
  const ordered = [...others.filter(({ text }) => isNumber(text)), ...others.filter(({ text }) => !isNumber(text))];
  const rest = ordered.flatMap(({ title, text }) => {
    const value = leaves(text, isNumber(text) ? { bold: true } : undefined);
    return value.length === 0 ? [] : [[...word(`${title.toLowerCase()} `), ...value]];
  });
  const joined = rest.flatMap((value, at) => (at === 0 ? value : [...dot, ...value]));
  if (first.length === 0 || joined.length === 0) return [...first, ...joined];
  return [...first, ...(length([...first, ...joined]) <= oneLine ? dot : [lineBreak]), ...joined];
}

const dot = word(" · ");
const isNumber = (text: Text): boolean => typeof text === "string" && /^\d[\d,.]*$/.test(text);

function length(elements: readonly RichTextLeaf[]): number {
  return elements.reduce((sum, element) => sum + (element.type === "emoji" ? 2 : element.text.length), 0);
}
