/** What of a message can be found again in what a platform shows: counted piece by piece, without a renderer's help. */
import type { Inline, Message, Text } from "../../src/message/message.ts";
import { inlineText } from "../../src/message/text.ts";

/** What a person sees, and what they can do with it. */
export interface Seen {
  readonly text: string;
  readonly links: number;
  readonly buttons: number;
  readonly drawings: number;
}

type Part = "rows" | "facts" | "texts" | "code" | "notes" | "charts" | "links" | "buttons" | "drawings";
export type Lost = Readonly<Partial<Record<Part, number>>>;

export function lostIn(message: Message, { text, links, buttons, drawings }: Seen): Lost {
  const lost = new Map<Part, number>();
  const miss = (part: Part, count: number) => count > 0 && lost.set(part, (lost.get(part) ?? 0) + count);
  const visible = flat(text);
  const has = (text: Text) => visible.includes(flat(inlineText(text)));
  const shows = (...parts: readonly Text[]) => parts.every((part) => has(part) || has(labelled(part)));
  for (const block of message.blocks) {
    switch (block.kind) {
      case "text":
        miss("texts", shows(block.text) ? 0 : 1);
        break;
      case "note":
        miss("notes", shows(block.text) ? 0 : 1);
        break;
      case "facts":
        miss("facts", block.facts.filter(({ name, value }) => !shows(name, value)).length);
        break;
      case "table":
        miss("rows", block.rows.filter((row) => !shows(...row.slice(0, block.columns.length))).length);
        break;
      case "code":
        miss("code", block.code.split("\n").every((line) => shows(line)) ? 0 : 1);
        break;
      case "chart":
        miss("charts", shows(block.chart.title) ? 0 : 1);
        break;
    }
  }
  const all = (kind: "actions" | "chart") => message.blocks.filter((block) => block.kind === kind).length;
  const actions = message.blocks.reduce((sum, block) => sum + (block.kind === "actions" ? block.actions.length : 0), 0);
  miss("links", linksIn(message) - links);
  miss("buttons", actions - buttons);
  miss("drawings", all("chart") - drawings);
  return Object.fromEntries(lost);
}

/** An address that can be followed need not be read. */
function labelled(text: Text): Text {
  const words: readonly Inline[] = typeof text === "object" && "length" in text ? text : [text];
  return words.map((word) => (typeof word === "object" && "link" in word && isWeb(word.href) ? word.link : word));
}

const isWeb = (href: string): boolean => /^https?:/.test(href) && URL.canParse(href);

/** Of web addresses; others are no links anywhere. */
function linksIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const own = "href" in value && typeof value.href === "string" && isWeb(value.href);
  return Object.values(value).reduce<number>((sum, part) => sum + linksIn(part), own ? 1 : 0);
}

/** Platforms break lines and set spaces as they like. */
function flat(text: string): string {
  return text.replaceAll(/\s+/g, "");
}

/** The values of these fields, in their order. */
export function valuesOf(value: unknown, fields: readonly string[]): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    typeof part === "string" ? (fields.includes(name) ? [part] : []) : valuesOf(part, fields),
  );
}

/** How many objects within have one of these types. */
export function countOf(value: unknown, types: readonly string[]): number {
  if (typeof value !== "object" || value === null) return 0;
  const own = "type" in value && types.includes(String(value.type)) ? 1 : 0;
  return Object.values(value).reduce<number>((sum, part) => sum + countOf(part, types), own);
}
