/**
 * What an answer is, before any platform: strings are data, markup is structure. A renderer escapes every plain string, because pod labels, DNS names
 * and HTTP paths are written by strangers; only the object forms below make markup.
 */
import type { ChartSpec } from "./chart.ts";

export type Inline =
  | string
  | { readonly code: string }
  | { readonly strong: string }
  | { readonly link: string; readonly href: string };

export type Text = Inline | readonly Inline[];

export type Tone = "info" | "good" | "warn" | "bad";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** A button: pressing it asks `command`, a command line as a person would type it (without the slash command's own name). */
export interface Action {
  readonly label: string;
  readonly command: string;
}

export type Block =
  /** A paragraph. */
  | { readonly kind: "text"; readonly text: Text }
  /** Name and value pairs, a few words each. */
  | { readonly kind: "facts"; readonly facts: readonly { readonly name: string; readonly value: Text }[] }
  /** `folded` is the sentence about the rows that are not shown ("37 more pairs, 112 packets"). */
  | {
      readonly kind: "table";
      readonly title?: string;
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Text[])[];
      readonly folded?: string;
    }
  /** Text to copy, shown verbatim in a fixed-width face. */
  | { readonly kind: "code"; readonly title?: string; readonly code: string }
  /** A picture, where one can be shown; its numbers everywhere else. */
  | { readonly kind: "chart"; readonly chart: ChartSpec }
  /** Small print: coverage, what was left out, what could not be asked. */
  | { readonly kind: "note"; readonly tone?: Tone; readonly text: Text }
  | { readonly kind: "actions"; readonly actions: readonly Action[] };

export interface Message {
  readonly tone: Tone;
  /** One line that stands alone on a phone's lock screen. Plain data. */
  readonly title: string;
  readonly blocks: readonly Block[];
}
