/** `unsilence`: ends what `silence` began. Result: `{ id, act }`. */
import { z } from "zod";
import { one } from "./args.ts";
import type { Command } from "./command.ts";
import { actAnswer, actDeadlineMs } from "./incident/answer.ts";
import { idWord, incidentId } from "./incident/args.ts";

export const unsilence: Command<{ readonly id: string }> = {
  name: "unsilence",
  summary: "End the silence of an incident",
  positionals: [idWord],
  flags: [],
  examples: ["unsilence 3f9a2c8d"],
  args: z.object({ id: one(incidentId) }),
  deadlineMs: actDeadlineMs,
  permittedAs: "silence",
  step: ({ args: { id } }) => ({ answer: actAnswer(id, { act: "unsilence" }) }),
};
