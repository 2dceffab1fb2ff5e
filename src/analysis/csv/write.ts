/**
 * A table as CSV (RFC 4180), for programs and for spreadsheets. Names in it are written by strangers, and a spreadsheet runs what begins like a formula: an apostrophe in front
 * makes it a text (the OWASP page "CSV Injection").
 */
import type { Cell, Table } from "./tables.ts";

/** Without it Excel does not read UTF-8. */
const byteOrderMark = "\uFEFF";
/** At a cell's beginning, and where a spreadsheet that divides at semicolons or tabs would begin another. */
const formula = /(^|[;\t\r\n])(?=[\s\p{C}]*[=+\-@＝＋－＠])/gu;

export function csvText({ columns, rows }: Pick<Table, "columns" | "rows">): string {
  return `${byteOrderMark}${[columns, ...rows].map((row) => `${row.map(cellText).join(",")}\r\n`).join("")}`;
}

function cellText(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell !== "string") return String(cell);
  const text = cell.replace(formula, "$1'");
  return /[",;\r\n\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
