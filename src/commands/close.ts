/** `close`: calls an incident seen to. Result: `{ id, act }`. */
import { z } from "zod";
import { one } from "./args.ts";
import type { Command } from "./command.ts";
import { actAnswer, actDeadlineMs } from "./incident/answer.ts";
import { idWord, incidentId } from "./incident/args.ts";

export const close: Command<{ readonly id: string }> = {
  name: "close",
  summary: "Call an incident seen to, until an alert of it fires anew",
  positionals: [idWord],
  flags: [],
  examples: ["close 3f9a2c8d"],
  args: z.object({ id: one(incidentId) }),
  deadlineMs: actDeadlineMs,
  step: ({ args: { id } }) => ({ answer: actAnswer(id, { act: "close" }) }),
};
