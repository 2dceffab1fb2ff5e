/** Of which time it is, now that "now" is known. */
import { numberText } from "../../analysis/counted.ts";
import { durationText } from "../../analysis/duration.ts";
import type { Window } from "../../analysis/select.ts";
import { resolveTime } from "../../analysis/time.ts";
import type { QueryArgs } from "./args.ts";

const longestMs = 31 * 86_400_000;
/** A picture shows no more, and Prometheus itself gives at most 11,000. */
const maxPoints = 1_000;

/** `from` equal to `to`: one moment. Undefined when the times make no window. */
export function windowOf({ since, until }: QueryArgs, askedAt: number): Window | undefined {
  const to = resolveTime(until, askedAt);
  if (since === null) return to <= askedAt ? { from: to, to } : undefined;
  const from = resolveTime(since, askedAt);
  return from < to && from < askedAt && askedAt - from <= longestMs ? { from, to: Math.min(to, askedAt) } : undefined;
}

/** A sentence when a step is too short for its window. */
export function stepProblem({ stepMs }: QueryArgs, { from, to }: Window): string | undefined {
  if (stepMs === null || (to - from) / stepMs <= maxPoints) return undefined;
  const exact = (to - from) / maxPoints;
  const unit = exact > 60_000 ? 60_000 : 1_000;
  const least = durationText(Math.ceil(exact / unit) * unit);
  const points = Math.ceil((to - from) / stepMs);
  return `--step ${durationText(stepMs)} makes ${numberText(points)} points of each series, and a picture shows at most ${numberText(maxPoints)}. Type --step ${least} or more, or leave it out.`;
}
