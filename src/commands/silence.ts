/**
 * `silence`: Alertmanager sends nothing of a group of alerts for a while, to nobody. Only for people whom the configuration names. Result: `{ id, act, ms, comment }`,
 * milliseconds.
 */
import { z } from "zod";
import { redactText } from "../analysis/redact.ts";
import { one, type Reader } from "./args.ts";
import type { Command } from "./command.ts";
import { actAnswer, actDeadlineMs } from "./incident/answer.ts";
import { duration, incidentId, longestMs } from "./incident/args.ts";

export interface SilenceArgs {
  readonly id: string;
  readonly ms: number;
  /** Why; "" where nobody said. */
  readonly comment: string;
}

const usualMs = 2 * 3_600_000;
const longestComment = 300;

export const silence: Command<SilenceArgs> = {
  name: "silence",
  summary: "Silence an incident's alerts in Alertmanager for a while",
  positionals: [
    {
      key: "what",
      name: "ID [DURATION] [COMMENT]",
      optional: false,
      doc: "the id that the incident's first message shows, how long (at most 7d; 2h where nothing is said), and why",
      raw: (typed) => typed.replaceAll(/\s+/g, " ").trim(),
    },
  ],
  flags: [],
  examples: ["silence 3f9a2c8d", "silence 3f9a2c8d 4h the node is drained until noon"],
  args: z.object({ what: one(silenceWords) }).transform(({ what }) => what),
  deadlineMs: actDeadlineMs,
  step: ({ args: { id, ms, comment } }) => ({ answer: actAnswer(id, { act: "silence", ms, comment }) }),
};

/** The second word is how long where it begins with a digit, `for` in front of it or not; a comment need not. */
function silenceWords(text: string): ReturnType<Reader<SilenceArgs>> {
  const [first = "", ...words] = text.split(" ").filter((word) => word !== "");
  const rest = /^for$/i.test(words[0] ?? "") && /^\d/.test(words[1] ?? "") ? words.slice(1) : words;
  const id = incidentId(first);
  if (!id.ok) return id;
  const [second = ""] = rest;
  const ms = /^\d/.test(second) ? duration(longestMs)(second) : undefined;
  if (ms?.ok === false) return ms;
  const comment = redactText((ms === undefined ? rest : rest.slice(1)).join(" "));
  if (comment.length > longestComment)
    return { ok: false, say: `The comment is ${comment.length} characters long. Type at most ${longestComment}.` };
  return { ok: true, value: { id: id.value, ms: ms?.value ?? usualMs, comment } };
}
