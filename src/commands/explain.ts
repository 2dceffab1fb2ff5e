/** `explain`: tells what stands behind an incident's verdict. Result: `{ id, act }`. */
import { z } from "zod";
import { one } from "./args.ts";
import type { Command } from "./command.ts";
import { actAnswer, actDeadlineMs } from "./incident/answer.ts";
import { idWord, incidentId } from "./incident/args.ts";

export const explain: Command<{ readonly id: string }> = {
  name: "explain",
  summary: "Show every test behind an incident's verdict, and what its alert means",
  positionals: [idWord],
  flags: [],
  examples: ["explain 3f9a2c8d"],
  args: z.object({ id: one(incidentId) }),
  deadlineMs: actDeadlineMs,
  step: ({ args: { id } }) => ({ answer: actAnswer(id, { act: "explain" }) }),
};
