/** The arguments of `suggest`, checked. Plain JSON. */
import { z } from "zod";
import type { FlowSelect } from "../../analysis/select.ts";
import type { Target } from "../../analysis/target.ts";
import type { TimeSpec } from "../../analysis/time.ts";
import * as piece from "../args.ts";

export interface SuggestArgs {
  readonly target: Target;
  readonly since: TimeSpec;
  readonly audit: boolean;
  readonly l7: boolean;
  /** Names after --cluster; absent when the default was asked. */
  readonly clusters?: readonly string[];
}

export const defaultSince = { kind: "ago", ms: 3_600_000 } as const satisfies TimeSpec;

const Raw = z.object({
  target: piece.one(piece.target),
  since: piece.one(piece.time).optional(),
  audit: z.literal(true).optional(),
  l7: z.literal(true).optional(),
  cluster: z.array(z.string()).optional(),
});

export const SuggestArgs = Raw.transform((raw, context): SuggestArgs => {
  const { target, since = defaultSince, audit = false, l7 = false, cluster } = raw;
  const problem = problemOf(target, since, cluster);
  if (problem !== undefined) {
    context.addIssue({ code: "custom", path: [problem.flag], message: problem.say });
    return z.NEVER;
  }
  return { target, since, audit, l7, ...(cluster !== undefined && { clusters: cluster }) };
});

function problemOf(target: Target, since: TimeSpec, cluster: readonly string[] | undefined) {
  if (target.kind === "cidr" || target.kind === "fqdn" || target.kind === "reserved")
    return { flag: "target", say: "A policy is for pods. Type a workload, for example suggest deathstar." };
  if (since.kind === "ago" && since.ms < 1_000)
    return { flag: "since", say: "That is now. Type how long ago to begin, for example 1h." };
  if (cluster !== undefined && cluster.length > 1)
    return { flag: "cluster", say: "A policy is for one cluster. Name one, for example --cluster NAME." };
  return undefined;
}

/** The target and nothing else. */
export function selectOf(target: Target | undefined): FlowSelect {
  return {
    ...(target !== undefined && { target }),
    ...{ either: {}, from: {}, to: {}, reasons: [], protocols: [], directions: [], nodes: [] },
  };
}
