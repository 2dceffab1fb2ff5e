/**
 * A command is one pure function of its arguments, the time asked and the findings so far. It returns questions to ask, or the answer. No I/O, no clock:
 * a command is tested without a single fake.
 */
import type { z } from "zod";
import type { Coverage } from "../analysis/coverage.ts";
import type { Window } from "../analysis/select.ts";
import type { Message } from "../message/message.ts";
import type { Outcome, Question } from "../sources/question.ts";

/** A flag as people type it. Several spellings of one thing share a key; the first name is the canonical one. */
export interface Flag {
  /** Key in the raw arguments handed to the command's schema. */
  readonly key: string;
  /** With dashes: `["--drop-reason-desc", "--reason"]`. */
  readonly names: readonly string[];
  /** What stands for the value in help (`DURATION`); absent for a switch. */
  readonly value?: string;
  /** May be given several times or as a comma list; the raw value is then an array of strings. */
  readonly many?: boolean;
  readonly doc: string;
}

export interface CommandContext<Args> {
  readonly args: Args;
  /** Epoch milliseconds of the moment the person asked: "last 15 minutes" means what they meant, even after a retry. */
  readonly askedAt: number;
  /** Clusters to ask, at least one, already checked. */
  readonly clusters: readonly string[];
  /** Everything found so far, in the order asked. Empty in the first round. */
  readonly outcomes: readonly Outcome[];
  /** 0, 1, 2: a command that still asks in round 2 is a defect. */
  readonly round: number;
}

export type Step = { readonly ask: readonly Question[] } | { readonly answer: Answer };

export interface Answer {
  readonly message: Message;
  /** The command's own structured result, documented per command and stable (`--format json`). */
  readonly result: unknown;
  readonly coverage: Coverage | null;
  readonly window: Window | null;
  /** Command lines that reproduce the answer by hand. */
  readonly copyAs: readonly { readonly label: string; readonly text: string }[];
}

export interface Command<Args = unknown> {
  readonly name: string;
  /** One line, imperative: "Sum up dropped traffic". */
  readonly summary: string;
  /** `drops [TARGET] [--since 15m] …`, made of the parts below by help; only the words after the name that are not flags. */
  readonly positionals: readonly {
    readonly key: string;
    readonly name: string;
    readonly optional: boolean;
    readonly doc: string;
  }[];
  readonly flags: readonly Flag[];
  readonly examples: readonly string[];
  /**
   * Raw words (strings, arrays of strings, true) in, checked arguments out: plain JSON. Each issue's message is a sentence for people that says what to type;
   * the flag it is about (`path[0]`) is put in front. `cluster` holds the chosen names when --cluster was typed, for commands that repeat their own line.
   */
  readonly args: z.ZodType<Args>;
  /** From asking to answering, milliseconds, whatever the sources do. 0: needs no source, answered at once. */
  readonly deadlineMs: number;
  /** A method, so that commands of different arguments fit into one list; only ever called with what `args` returned. */
  step(context: CommandContext<Args>): Step;
}
