/**
 * Tables aligned by display width. Only long cells are cut, and only by a fifth, to make a table fit; where that is not enough each row becomes a small record,
 * because names that cannot be read or copied are worth nothing.
 */
import stringWidth from "string-width";
import type { Block, Column } from "../../message/message.ts";
import { plain } from "../../message/plain.ts";
import { asIs, cutMiddle, type Piece, pieces, type Styles, wrap } from "./render-text.ts";

type TableBlock = Extract<Block, { kind: "table" }>;

const gap = 2;
/** Narrower cells are never cut. */
const cuttable = 48;
/** Short cells of a record are not broken over lines. */
const unbroken = 32;

export function tableLines(table: TableBlock, width: number, styles: Styles): string[] {
  const rows = table.rows.map((row) => table.columns.map((_, index) => pieces(row[index] ?? "", styles)));
  const titles = table.columns.map((column) => plain(column.title).toUpperCase());
  const widths = fittingWidths(
    titles.map((title, index) => Math.max(stringWidth(title), ...rows.map((row) => cellWidth(row[index])))),
    titles.map((title) => stringWidth(title)),
    width,
  );
  return [
    ...(table.title === undefined ? [] : wrap([{ text: plain(table.title), style: styles.strong }], width)),
    ...(widths === undefined
      ? rows.flatMap((row) => recordLines(row, table.columns, titles, width, styles))
      : alignedLines(rows, table.columns, titles, widths, styles)),
    ...(table.folded === undefined ? [] : wrap(pieces(table.folded, styles, styles.dim), width)),
  ];
}

function alignedLines(
  rows: readonly (readonly Piece[])[][],
  columns: readonly Column[],
  titles: readonly string[],
  widths: readonly number[],
  styles: Styles,
): string[] {
  const lineOf = (cells: readonly (readonly Piece[])[]) =>
    cells
      .map((cell, index) =>
        pad(cell, widths[index] ?? 0, columns[index]?.align === "right", index === cells.length - 1),
      )
      .join(" ".repeat(gap))
      .trimEnd();
  const header = lineOf(titles.map((title) => [{ text: title, style: asIs }]));
  return [styles.dim(header), ...rows.map(lineOf)];
}

/** The first cell leads; the others follow with their titles, and empty ones say nothing. */
function recordLines(
  row: readonly (readonly Piece[])[],
  columns: readonly Column[],
  titles: readonly string[],
  width: number,
  styles: Styles,
): string[] {
  const rest = columns.flatMap((_, index) => {
    const cell = row[index] ?? [];
    return index === 0 || textOf(cell) === ""
      ? []
      : [held([{ text: `${titles[index]?.toLowerCase()} `, style: styles.dim }, ...cell])];
  });
  const joined = rest.flatMap((cell, index) => (index === 0 ? cell : [{ text: " · ", style: styles.dim }, ...cell]));
  const indent = "  ";
  return [
    ...wrap(row[0] ?? [], width, 2),
    ...wrap(joined, width - indent.length, 2).map((line) => indent + line.replaceAll(hardSpace, " ")),
  ];
}

/** `plain` leaves no hard spaces, so those in a line are from here. */
const hardSpace = "\u00a0";

function held(cell: readonly Piece[]): readonly Piece[] {
  return cellWidth(cell) > unbroken
    ? cell
    : cell.map(({ text, style }) => ({ text: text.replaceAll(" ", hardSpace), style }));
}

/** Widths that fit, or undefined when the cells would lose too much. */
function fittingWidths(natural: readonly number[], least: readonly number[], width: number): number[] | undefined {
  const widths = [...natural];
  const floors = natural.map((size, index) =>
    Math.max(least[index] ?? 0, size < cuttable ? size : Math.ceil(size * 0.8)),
  );
  let surplus = widths.reduce((sum, size) => sum + size, gap * (widths.length - 1)) - width;
  while (surplus > 0) {
    const widest = widths
      .map((size, index) => ({ size, index }))
      .filter(({ size, index }) => size > (floors[index] ?? 0))
      .sort((a, b) => b.size - a.size)[0];
    if (!widest) return undefined;
    widths[widest.index] = widest.size - 1;
    surplus -= 1;
  }
  return widths;
}

function pad(cell: readonly Piece[], width: number, right: boolean, last: boolean): string {
  const size = cellWidth(cell);
  if (size > width) return cell[0]?.style(cutMiddle(textOf(cell), width)) ?? "";
  const written = cell.map(({ text, style }) => style(text)).join("");
  const space = " ".repeat(width - size);
  if (right) return space + written;
  return last ? written : written + space;
}

const textOf = (cell: readonly Piece[]): string => cell.map(({ text }) => text).join("");
const cellWidth = (cell: readonly Piece[] | undefined): number => stringWidth(textOf(cell ?? []));
