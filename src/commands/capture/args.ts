/** The arguments of `capture`, checked: which flows, from when, for how long. Plain JSON. */
import { z } from "zod";
import { durationText, parseDuration } from "../../analysis/duration.ts";
import type { ListSelect } from "../../analysis/flow-list-select.ts";
import type { TimeSpec } from "../../analysis/time.ts";
import { one, type Reader } from "../args.ts";
import { ObserveArgs } from "../observe/args.ts";
import { shown } from "../words.ts";

export interface CaptureArgs extends ListSelect {
  readonly not?: ListSelect;
  /** Null: from the moment of asking. */
  readonly since: TimeSpec | null;
  /** Milliseconds after the moment of asking. */
  readonly forMs: number;
  readonly clusters?: readonly string[];
}

export const defaultForMs = 30_000;
const [shortestMs, longestMs] = [1_000, 300_000];

const duration: Reader<number> = (text) => {
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= shortestMs && ms <= longestMs) return { ok: true, value: ms };
  const range = `from ${durationText(shortestMs)} to ${durationText(longestMs)}`;
  return { ok: false, say: `${shown(text)} does not fit. Type how long ${range}, for example 1m.` };
};

const Own = z.object({ for: one(duration).optional() });

export const CaptureArgs = z.looseObject({}).transform((raw, context): CaptureArgs => {
  const own = Own.safeParse({ for: raw["for"] });
  const observed = ObserveArgs.safeParse(raw);
  for (const result of [own, observed])
    for (const { path, message } of result.error?.issues ?? []) context.addIssue({ code: "custom", path, message });
  if (!own.success || !observed.success) return z.NEVER;
  const { select, conditions, not, since, clusters } = observed.data;
  return {
    ...{ select, conditions, since, forMs: own.data.for ?? defaultForMs },
    ...(not && { not }),
    ...(clusters && { clusters }),
  };
});
