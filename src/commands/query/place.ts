/** Where in an expression something is wrong, for people who look at it in a fixed-width face. */
import { plain } from "../../message/plain.ts";

/** A phone in portrait shows about so many. */
const width = 56;

/** The piece around the place, and a ^ under each of its characters. `at`: UTF-16 units. */
export function underlined(expression: string, at: number, length: number): string {
  const from = expression.length <= width ? 0 : Math.max(0, Math.min(at - 24, expression.length - width));
  const to = Math.min(expression.length, from + width);
  const lead = from > 0 ? "…" : "";
  // Escapes are wider than what they stand for.
  const before = `${lead}${plain(expression.slice(from, at))}`;
  const marked = plain(expression.slice(at, Math.min(to, at + length)));
  const behind = `${plain(expression.slice(Math.min(to, at + length), to))}${to < expression.length ? "…" : ""}`;
  return `${before}${marked}${behind}\n${" ".repeat(glyphs(before))}${"^".repeat(Math.max(1, glyphs(marked)))}`;
}

function glyphs(text: string): number {
  return [...text].length;
}

/** Prometheus says `1:8: parse error: …`: characters, counted from 1. */
export function placeSaid(say: string, expression: string): number | undefined {
  const column = Number(/(?:^|[\s"])1:(\d{1,5}): parse error/.exec(say)?.[1] ?? 0);
  if (column === 0) return undefined;
  return Math.min(expression.length, [...expression].slice(0, column - 1).join("").length);
}
