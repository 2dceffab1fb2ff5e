/**
 * A message as a person reads it in a terminal. Every plain string passes through `plain`, so nothing that strangers wrote can move the cursor or change a
 * colour; only this program's own styles do.
 */
import { createColors } from "picocolors";
import stringWidth from "string-width";
import type { Block, Message, Tone } from "../../message/message.ts";
import { plain } from "../../message/plain.ts";
import { codeLines, inlineText } from "../../message/text.ts";
import { chartBlockLines } from "./render-chart.ts";
import { tableLines } from "./render-table.ts";
import { asIs, pieces, type Style, type Styles, wrap } from "./render-text.ts";

export interface TerminalOptions {
  /** Columns of the screen. */
  readonly width: number;
  readonly color: boolean;
}

/** The mark says the same as the colour. */
const marks: Record<Tone, string> = { good: "✓", info: "•", warn: "!", bad: "✗" };
/** Longer lines are hard to read. */
const widestText = 100;
const narrowest = 24;
/** What is to be typed may not be cut; nothing longer is read. */
const longestCommand = 4_000;

/** Ends in a newline. Lines that are wider than the screen are words and code that must stay whole to be copied. */
export function renderTerminal(message: Message, options: TerminalOptions): string {
  const width = Math.max(narrowest, options.width);
  const styles = createStyles(options.color);
  const lines = [...markedLines(message.tone, plain(message.title), Math.min(width, widestText), styles)];
  let previous: Block | undefined;
  for (const block of message.blocks) {
    const written = blockLines(block, width, styles);
    if (written.length === 0) continue;
    if (!belongTogether(previous, block)) lines.push("");
    lines.push(...written);
    previous = block;
  }
  return `${lines.join("\n")}\n`;
}

/** Notes stand close; so does what a sentence with a colon announces. */
function belongTogether(before: Block | undefined, block: Block): boolean {
  if (before?.kind === "note") return block.kind === "note";
  return (
    before?.kind === "text" &&
    (block.kind === "actions" || block.kind === "code") &&
    inlineText(before.text).endsWith(":")
  );
}

function blockLines(block: Block, width: number, styles: Styles): string[] {
  const textWidth = Math.min(width, widestText);
  switch (block.kind) {
    case "text":
      return wrap(pieces(block.text, styles), textWidth);
    case "facts":
      return factLines(block, textWidth, styles);
    case "table":
      return tableLines(block, width, styles);
    case "code":
      return [
        ...(block.title === undefined ? [] : wrap([{ text: plain(block.title), style: styles.dim }], textWidth)),
        ...codeLines(block.code).map((line) => `  ${styles.code(line)}`),
      ];
    case "chart":
      return chartBlockLines(block.chart, textWidth, styles);
    case "note":
      return noteLines(block, textWidth, styles);
    case "actions":
      return actionLines(block, styles);
  }
}

function factLines({ facts }: Extract<Block, { kind: "facts" }>, width: number, styles: Styles): string[] {
  const names = facts.map(({ name }) => plain(name));
  const longest = Math.max(0, ...names.map((name) => stringWidth(name)));
  const indent = Math.min(longest, Math.floor(width / 3)) + 2;
  return facts.flatMap(({ value }, index) => {
    const name = names[index] ?? "";
    const size = stringWidth(name);
    const lines = wrap(pieces(value, styles), width - indent).map((line) => " ".repeat(indent) + line);
    if (size + 2 > indent) return [styles.dim(name), ...lines];
    return [styles.dim(name) + (lines[0] ?? "").slice(size), ...lines.slice(1)];
  });
}

function noteLines(block: Extract<Block, { kind: "note" }>, width: number, styles: Styles): string[] {
  if (block.tone === "warn" || block.tone === "bad") {
    const lines = wrap(pieces(block.text, styles), width - 2);
    return lines.map((line, index) =>
      index === 0 ? `${toneStyle(block.tone, styles)(marks[block.tone ?? "info"])} ${line}` : `  ${line}`,
    );
  }
  return wrap(pieces(block.text, styles, styles.dim), width);
}

/** What to type stands first, because that is what is copied. */
function actionLines({ actions }: Extract<Block, { kind: "actions" }>, styles: Styles): string[] {
  const commands = actions.map(({ command }) => plain(command, longestCommand));
  const longest = Math.max(0, ...commands.map((command) => stringWidth(command)));
  return actions.map(({ label }, index) => {
    const command = commands[index] ?? "";
    const shownLabel = plain(label);
    const gap = " ".repeat(longest - stringWidth(command) + 2);
    // A label that the line itself says is no news.
    return command.includes(shownLabel)
      ? `  ${styles.code(command)}`
      : `  ${styles.code(command)}${gap}${styles.dim(shownLabel)}`;
  });
}

function markedLines(tone: Tone, title: string, width: number, styles: Styles): string[] {
  const style = toneStyle(tone, styles);
  const lines = wrap([{ text: title, style: (text) => styles.strong(style(text)) }], width - 2);
  return lines.map((line, index) => (index === 0 ? `${style(marks[tone])} ${line}` : `  ${line}`));
}

function toneStyle(tone: Tone | undefined, styles: Styles): Style {
  return tone === undefined ? asIs : styles[tone];
}

function createStyles(color: boolean): Styles {
  const colors = createColors(color);
  return {
    code: colors.cyan,
    strong: colors.bold,
    link: colors.underline,
    dim: colors.dim,
    good: colors.green,
    warn: colors.yellow,
    bad: colors.red,
    info: colors.blue,
  };
}
