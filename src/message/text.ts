/** A message as plain text: what a notification, a log line or a screen reader gets. No markup, one line per row, bounded. */
import { chartLines } from "./chart-text.ts";
import type { Block, Inline, Message, Text } from "./message.ts";
import { cutEnd, plain } from "./plain.ts";

/** Slack recommends 4,000 characters for a message's fallback text. */
const defaultLimit = 4_000;

export function messageText(message: Message, limit: number = defaultLimit): string {
  const lines = [plain(message.title), ...message.blocks.flatMap(blockLines)];
  return cutEnd(lines.filter((line) => line !== "").join("\n"), limit);
}

/** Structure away, safe words left. */
export function inlineText(text: Text): string {
  return (isList(text) ? text : [text]).map(inlineWord).join("");
}

function blockLines(block: Block): string[] {
  switch (block.kind) {
    case "text":
    case "note":
      return [inlineText(block.text)];
    case "facts":
      return block.facts.map(({ name, value }) => `${plain(name)}: ${inlineText(value)}`);
    case "table":
      return [
        ...titleLine(block.title),
        block.columns.map((column) => plain(column.title)).join(" | "),
        ...block.rows.map((row) => row.map(inlineText).join(" | ")),
        ...titleLine(block.folded),
      ];
    case "code":
      return [...titleLine(block.title), ...codeLines(block.code)];
    case "chart":
      return [plain(block.chart.title), ...chartLines(block.chart)];
    case "actions":
      return block.actions.map(({ label, command }) => `${plain(label)}: ${plain(command)}`);
  }
}

/** Lines stay lines, because code is copied as it is; everything else that cannot be seen is shown. */
export function codeLines(code: string): string[] {
  return code.split("\n").map((line) => plain(line, 20_000));
}

function inlineWord(word: Inline): string {
  if (typeof word === "string") return plain(word);
  if ("code" in word) return plain(word.code);
  if ("strong" in word) return plain(word.strong);
  return `${plain(word.link)} (${plain(word.href)})`;
}

const titleLine = (title: string | undefined): string[] => (title === undefined ? [] : [plain(title)]);

function isList(text: Text): text is readonly Inline[] {
  return Array.isArray(text);
}
