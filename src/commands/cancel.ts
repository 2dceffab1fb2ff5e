/** `cancel`: stops a capture, or a follow, that runs, for whoever asked for it and for admins. People press a button; the id comes from there. Result: `{ id }`. */
import { z } from "zod";
import { one, type Reader } from "./args.ts";
import type { Command } from "./command.ts";
import { shown } from "./words.ts";

export interface CancelArgs {
  readonly id: string;
}

export const cancel: Command<CancelArgs> = {
  name: "cancel",
  summary: "Stop a capture or follow that runs here, and keep what it has so far",
  positionals: [{ key: "id", name: "ID", optional: false, doc: "what the stop button under it carries" }],
  flags: [],
  // Nobody types an id: a button has it.
  examples: [],
  args: z.object({ id: one(commandId) }),
  deadlineMs: 0,
  alone: true,
  permittedAs: "capture",
  step: ({ args: { id } }) => ({
    answer: {
      message: { tone: "info", title: "Stopping it; what it has so far is the answer", blocks: [] },
      result: { id },
      coverage: null,
      window: null,
      copyAs: [],
      effects: [{ kind: "cancel", id }],
    },
  }),
};

function commandId(text: string): ReturnType<Reader<string>> {
  if (/^[0-9a-f]{32}$/.test(text)) return { ok: true, value: text };
  return { ok: false, say: `${shown(text)} is no id of a command. Press the stop button under what runs instead.` };
}
