/** `unmute`: ends what `mute` began. Result: `{ id, act }`. */
import { z } from "zod";
import { one } from "./args.ts";
import type { Command } from "./command.ts";
import { actAnswer, actDeadlineMs } from "./incident/answer.ts";
import { idWord, incidentId } from "./incident/args.ts";

export const unmute: Command<{ readonly id: string }> = {
  name: "unmute",
  summary: "Tell this channel of an incident again",
  positionals: [idWord],
  flags: [],
  examples: ["unmute 3f9a2c8d"],
  args: z.object({ id: one(incidentId) }),
  deadlineMs: actDeadlineMs,
  permittedAs: "mute",
  step: ({ args: { id } }) => ({ answer: actAnswer(id, { act: "unmute" }) }),
};
