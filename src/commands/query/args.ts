/** The arguments of `query`, checked. Plain JSON; the expression's own grammar is checked when it is asked, because what is wrong takes more than a sentence. */
import { z } from "zod";
import { durationText, parseDuration } from "../../analysis/duration.ts";
import type { TimeSpec } from "../../analysis/time.ts";
import * as piece from "../args.ts";
import { shown } from "../words.ts";

export interface QueryArgs {
  /** One line, in straight quotes. */
  readonly expression: string;
  /** Null: at one moment. */
  readonly since: TimeSpec | null;
  readonly until: TimeSpec;
  /** Null: as many points as a picture needs. */
  readonly stepMs: number | null;
  /** Names after --cluster; absent when the default was asked. */
  readonly clusters?: readonly string[];
}

const shortestMs = 1_000;
const longestMs = 86_400_000;

/** A bare number is seconds, as in Prometheus. */
const step: piece.Reader<number> = (text) => {
  const ms = parseDuration(/^\d+$/.test(text.trim()) ? `${text.trim()}s` : text);
  if (ms === undefined) return { ok: false, say: `${shown(text)} is no duration. Type for example 30s or 5m.` };
  if (ms < shortestMs || ms > longestMs)
    return { ok: false, say: `Type at least ${durationText(shortestMs)} and at most ${durationText(longestMs)}.` };
  return { ok: true, value: ms };
};

const Raw = z.object({
  expression: z.string(),
  since: piece.one(piece.time).optional(),
  until: piece.one(piece.time).optional(),
  step: piece.one(step).optional(),
  cluster: z.array(z.string()).optional(),
});

export const QueryArgs = Raw.transform((raw, context): QueryArgs => {
  const { expression, since = null, until = { kind: "ago", ms: 0 }, step = null, cluster } = raw;
  const refuse = (flag: string, message: string) => {
    context.addIssue({ code: "custom", path: [flag], message });
    return z.NEVER;
  };
  if (step !== null && since === null)
    return refuse(
      "step",
      "That needs --since: without it one moment is asked. Type for example --since 1h --step 30s.",
    );
  if (since?.kind === "ago" && since.ms < 1_000)
    return refuse("since", "That is now. Leave it out, or type how long ago to begin, for example 1h.");
  if (since?.kind === "ago" && until.kind === "ago" && until.ms >= since.ms)
    return refuse(
      "until",
      "That ends before it begins. Type the earlier time after --since, for example --since 2h --until 1h.",
    );
  return { expression, since, until, stepMs: step, ...(cluster !== undefined && { clusters: cluster }) };
});
