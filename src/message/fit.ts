/**
 * Makes a message fit where it is to be shown. In a fixed order: fewer rows, shorter texts, the summary alone (title, first paragraph, the notes that limit
 * it), the title alone. The renderer measures, in whatever its platform counts; what was left out is said in a last note.
 */
import { type Bounds, type Left, shrink, summaryOf } from "./fit-shrink.ts";
import type { Block, Message } from "./message.ts";

export interface Room {
  /** In the renderer's own unit: characters, bytes. */
  readonly size: number;
  /** The platform's blocks, not the message's. */
  readonly blocks: number;
}

export interface Budget extends Room {
  /** Rows of one table, facts of one list, buttons of one row. */
  readonly rows: number;
  /** UTF-16 units of one text or one piece of code, before any escaping. */
  readonly text: number;
}

export interface FitOptions {
  readonly budget: Budget;
  readonly measure: (message: Message) => Room;
  /** One sentence that says where the rest is: "The whole answer is in the file." */
  readonly rest: string;
}

export interface Fitted {
  readonly message: Message;
  /** Something was left out: the whole answer should go along as a file. */
  readonly cut: boolean;
}

const fewerRows = [30, 20, 10, 5, 3];
const shorterTexts = [1_000, 400, 160];

/** The title always stays; a renderer must be able to show any title alone. */
export function fitMessage(message: Message, { budget, measure, rest }: FitOptions): Fitted {
  const fits = (candidate: Message) => {
    const room = measure(candidate);
    return room.size <= budget.size && room.blocks <= budget.blocks;
  };
  const fitting = (bounds: Bounds) => {
    const candidate = saying(shrink(message, bounds), rest);
    return fits(candidate.message) ? candidate : undefined;
  };
  const whole = fitting(budget);
  if (whole) return whole;
  const rowSteps = [budget.rows, ...fewerRows.filter((rows) => rows < budget.rows)];
  for (const text of [budget.text, ...shorterTexts.filter((length) => length < budget.text)]) {
    const least = fitting({ rows: rowSteps.at(-1) ?? budget.rows, text });
    if (!least) continue;
    for (const rows of rowSteps) {
      const candidate = fitting({ rows, text });
      if (candidate) return candidate;
    }
  }
  const summary = summaryOf(message, budget.text);
  const told = withNote(summary, `Only the summary fits here. ${rest}`);
  return { message: fits(told) ? told : withNote({ ...summary, blocks: [] }, rest), cut: true };
}

function saying({ message, left }: { readonly message: Message; readonly left: Left }, rest: string): Fitted {
  const parts = [
    ...counted(left.rows, "row"),
    ...counted(left.buttons, "button"),
    ...counted(left.texts, "long text").map((texts) => `${left.texts === 1 ? "the end" : "the ends"} of ${texts}`),
    ...counted(left.code, "long code block"),
  ];
  if (parts.length === 0) return { message, cut: false };
  return { message: withNote(message, `Left out here: ${parts.join(", ")}. ${rest}`), cut: true };
}

function withNote(message: Message, text: string): Message {
  const note: Block = { kind: "note", text };
  return { ...message, blocks: [...message.blocks, note] };
}

function counted(count: number, noun: string): string[] {
  return count === 0 ? [] : [`${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`];
}
