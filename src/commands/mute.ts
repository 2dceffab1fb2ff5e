/** `mute`: this channel is told nothing more of a group of alerts for a while. Result: `{ id, act, ms }`, milliseconds. */
import { z } from "zod";
import { one } from "./args.ts";
import type { Command } from "./command.ts";
import { actAnswer, actDeadlineMs } from "./incident/answer.ts";
import { duration, idWord, incidentId, longestMs } from "./incident/args.ts";

export interface MuteArgs {
  readonly id: string;
  readonly ms: number;
}

const usualMs = 8 * 3_600_000;

export const mute: Command<MuteArgs> = {
  name: "mute",
  summary: "Tell this channel nothing more of an incident for a while",
  positionals: [
    idWord,
    { key: "for", name: "DURATION", optional: true, doc: "how long, at most 7d; 8h where nothing is said" },
  ],
  flags: [],
  examples: ["mute 3f9a2c8d", "mute 3f9a2c8d 2h"],
  args: z
    .object({ id: one(incidentId), for: one(duration(longestMs)).optional() })
    .transform(({ id, for: ms = usualMs }): MuteArgs => ({ id, ms })),
  deadlineMs: actDeadlineMs,
  step: ({ args: { id, ms } }) => ({ answer: actAnswer(id, { act: "mute", ms }) }),
};
