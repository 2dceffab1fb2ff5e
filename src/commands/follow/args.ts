/** The arguments of `follow`, checked: which flows, for how long, and how their lines are written. Plain JSON. */
import { z } from "zod";
import { durationText, parseDuration } from "../../analysis/duration.ts";
import type { ListSelect } from "../../analysis/flow-list-select.ts";
import { one, type Reader } from "../args.ts";
import { ObserveArgs } from "../observe/args.ts";
import { shown } from "../words.ts";

export interface FollowArgs extends ListSelect {
  readonly not?: ListSelect;
  /** Milliseconds after the moment of asking. */
  readonly forMs: number;
  readonly node: boolean;
  readonly numeric: boolean;
  readonly clusters?: readonly string[];
}

export const defaultForMs = 60_000;
const [shortestMs, longestMs] = [5_000, 600_000];

const duration: Reader<number> = (text) => {
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= shortestMs && ms <= longestMs) return { ok: true, value: ms };
  const range = `from ${durationText(shortestMs)} to ${durationText(longestMs)}`;
  return { ok: false, say: `${shown(text)} does not fit. Type how long ${range}, for example 2m.` };
};

const Own = z.object({ for: one(duration).optional() });

export const FollowArgs = z.looseObject({}).transform((raw, context): FollowArgs => {
  const own = Own.safeParse({ for: raw["for"] });
  const observed = ObserveArgs.safeParse(raw);
  for (const result of [own, observed])
    for (const { path, message } of result.error?.issues ?? []) context.addIssue({ code: "custom", path, message });
  if (!own.success || !observed.success) return z.NEVER;
  const { select, conditions, not, node, numeric, clusters } = observed.data;
  return {
    ...{ select, conditions, node, numeric, forMs: own.data.for ?? defaultForMs },
    ...(not && { not }),
    ...(clusters && { clusters }),
  };
});
