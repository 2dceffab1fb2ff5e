/**
 * A command is one pure function of its arguments, the time asked and the findings so far. It returns questions to ask, or the answer. No I/O, no clock:
 * a command is tested without a single fake.
 */
import type { z } from "zod";
import type { Visible } from "../access/access.ts";
import type { Coverage } from "../analysis/coverage.ts";
import type { Window } from "../analysis/select.ts";
import type { AnswerFile } from "../message/delivery.ts";
import type { Message } from "../message/message.ts";
import type { Outcome, Progress, Question, Restricted } from "../sources/question.ts";
import type { DigestAct } from "./digest/act.ts";
import type { IncidentAct } from "./incident/act.ts";
import type { ShownAs } from "./show/act.ts";

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
  /** Turns the filter behind it around (`--not`): that one's raw key then begins with `not-`. */
  readonly negates?: boolean;
  /** The program's own, in lines that it asks itself: no help names it, and people are told that there is none. */
  readonly internal?: boolean;
  readonly doc: string;
}

export interface CommandContext<Args> {
  readonly args: Args;
  /** Epoch milliseconds of the moment the person asked: "last 15 minutes" means what they meant, even after a retry. */
  readonly askedAt: number;
  /** Clusters to ask, at least one, already checked. */
  readonly clusters: readonly string[];
  /** What may be seen where it was asked. */
  readonly visible: Visible;
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
  /** What is to be read after it, at most 6: shown in its thread, where there are threads. */
  readonly details?: readonly Message[];
  /** What goes along with the message: bytes that a source has kept. */
  readonly files?: readonly AnswerFile[];
  readonly effects?: readonly Effect[];
}

/** What is to be done when the answer is given. */
export type Effect =
  /** Stop the long work of the command with this id, which was asked in the same conversation. */
  | { readonly kind: "cancel"; readonly id: string }
  /** Say which routes alerts take, or which one an alert with these labels would; the configuration has them. */
  | { readonly kind: "routes"; readonly labels: Readonly<Record<string, string>> | null }
  /** Do something to the digests that come to this conversation, and say what became of it. */
  | { readonly kind: "digest"; readonly act: DigestAct }
  /** Tell below the answer what alerts of these clusters did to this conversation, and what people did to them. */
  | {
      readonly kind: "digestAlerts";
      readonly window: Window;
      readonly zone: string;
      readonly clusters: readonly string[];
    }
  /** Say what became of the deliveries of this conversation. */
  | { readonly kind: "deliveries" }
  /** Do something to the incident of this conversation whose key begins with `id`, and say what became of it. */
  | { readonly kind: "incident"; readonly id: string; readonly act: IncidentAct }
  /** Show an answer that was given before, in the same team. */
  | { readonly kind: "show"; readonly id: string; readonly as: ShownAs };

export interface ProgressContext<Args> {
  readonly args: Args;
  readonly question: Question;
  readonly view: NonNullable<Progress["view"]>;
}

export interface Command<Args = unknown> {
  readonly name: string;
  /** Other words that mean the same. */
  readonly aliases?: readonly string[];
  /** One line, imperative: "Sum up dropped traffic". */
  readonly summary: string;
  /** `drops [TARGET] [--since 15m] …`, made of the parts below by help; only the words after the name that are not flags. */
  readonly positionals: readonly {
    readonly key: string;
    readonly name: string;
    readonly optional: boolean;
    readonly doc: string;
    /** Takes all that is typed apart from flags, as it is and not in words. Gives it back on one line, and that line unchanged. */
    readonly raw?: (typed: string) => string;
    /** Of the whole line, in characters, where that is more than words may have. */
    readonly longest?: number;
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
  /** What the work itself takes, milliseconds, on top of that: a capture of thirty seconds takes thirty seconds. Such work can be watched, and stopped. */
  lastsMs?(args: Args): number;
  /** How far long work is, in the answer's place until then: of a question of its own that is being worked on. Absent: how many flows there are. */
  progress?(context: ProgressContext<Args>): Message;
  /** The answer is for whoever asks alone, always. */
  readonly alone?: boolean;
  /** The command whose permission this one needs; its own unless told. */
  readonly permittedAs?: string;
  /** Namespaces that the arguments name, so that they can be refused where they may not be seen. */
  namespaces?(args: Args): readonly string[];
  /** A method, so that commands of different arguments fit into one list; only ever called with what `args` returned. */
  step(context: CommandContext<Args>): Step;
}

/** What may be seen of a cluster, to spread into a question to it: nothing where that is all. */
export function restrictionIn(visible: Visible, cluster: string): Restricted {
  const namespaces = Object.hasOwn(visible, cluster) ? visible[cluster] : undefined;
  return namespaces === undefined ? {} : { visible: namespaces };
}
