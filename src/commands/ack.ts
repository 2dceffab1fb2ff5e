/** `ack`: says who looks at an incident. Result: `{ id, act }`. */
import { z } from "zod";
import { one } from "./args.ts";
import type { Command } from "./command.ts";
import { actAnswer, actDeadlineMs } from "./incident/answer.ts";
import { idWord, incidentId } from "./incident/args.ts";

export const ack: Command<{ readonly id: string }> = {
  name: "ack",
  aliases: ["acknowledge"],
  summary: "Say that somebody looks at an incident: you",
  positionals: [idWord],
  flags: [],
  examples: ["ack 3f9a2c8d"],
  args: z.object({ id: one(incidentId) }),
  deadlineMs: actDeadlineMs,
  step: ({ args: { id } }) => ({ answer: actAnswer(id, { act: "acknowledge" }) }),
};
