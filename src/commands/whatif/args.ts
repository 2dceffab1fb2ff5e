/** The arguments of `whatif`, checked. Plain JSON. */
import { z } from "zod";
import type { Target } from "../../analysis/target.ts";
import type { TimeSpec } from "../../analysis/time.ts";
import type { PolicyObject } from "../../policy/policy.ts";
import * as piece from "../args.ts";
import { defaultSince } from "../suggest/args.ts";
import { readPasted } from "./pasted.ts";

export interface WhatifArgs {
  readonly target?: Target;
  readonly since: TimeSpec;
  readonly policies: readonly PolicyObject[];
  /** What was pasted beside them and is no policy: `Deployment web`. */
  readonly others: readonly string[];
  /** Names after --cluster; absent when the default was asked. */
  readonly clusters?: readonly string[];
}

const Raw = z.object({
  policy: z.string(),
  since: piece.one(piece.time).optional(),
  cluster: z.array(z.string()).optional(),
});

export const WhatifArgs = Raw.transform((raw, context): WhatifArgs => {
  const { since = defaultSince, cluster } = raw;
  const refuse = (flag: string, message: string) => {
    context.addIssue({ code: "custom", path: [flag], message });
    return z.NEVER;
  };
  if (since.kind === "ago" && since.ms < 1_000)
    return refuse("since", "That is now. Type how long ago to begin, for example 1h.");
  if (cluster !== undefined && cluster.length > 1)
    return refuse("cluster", "The policies of one cluster are compared. Name one, for example --cluster NAME.");
  const { target: typed, documents } = readPasted(raw.policy);
  if (!documents.ok) return refuse("", documents.say);
  const target = typed === "" ? undefined : piece.target(typed);
  if (target?.ok === false) return refuse("", target.say);
  return {
    ...(target !== undefined && { target: target.value }),
    ...{ since, policies: documents.policies, others: documents.others },
    ...(cluster !== undefined && { clusters: cluster }),
  };
});
