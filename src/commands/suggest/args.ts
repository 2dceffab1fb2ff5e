/** The arguments of `suggest`, checked. Plain JSON. */
import { z } from "zod";
import type { FlowSelect } from "../../analysis/select.ts";
import type { Target } from "../../analysis/target.ts";
import type { TimeSpec } from "../../analysis/time.ts";
import * as piece from "../args.ts";
import { shown } from "../words.ts";

export interface SuggestArgs {
  readonly target: Target;
  readonly since: TimeSpec;
  readonly audit: boolean;
  readonly l7: boolean;
  /** The other ends whose denied flows are to be admitted, as answers name them. Absent: none. */
  readonly admit?: readonly string[] | "all";
  /** Names after --cluster; absent when the default was asked. */
  readonly clusters?: readonly string[];
}

export const defaultSince = { kind: "ago", ms: 3_600_000 } as const satisfies TimeSpec;

/** Whatever answers call an end: `default/xwing`, `api.example.com`, `10.0.0.9`, `kube-apiserver`. */
const peerText = /^[A-Za-z0-9](?:[-A-Za-z0-9._:/]{0,315}[A-Za-z0-9])?$/;

function readPeer(text: string): piece.Read<string> {
  if (peerText.test(text)) return { ok: true, value: text };
  return {
    ok: false,
    say: `${shown(text)} is no end of a flow. Type it as drops names it, for example default/xwing, or all.`,
  };
}

export function isPeerText(text: string): boolean {
  return peerText.test(text) && text !== "all";
}

const Raw = z.object({
  target: piece.one(piece.target),
  since: piece.one(piece.time).optional(),
  audit: z.literal(true).optional(),
  l7: z.literal(true).optional(),
  admit: piece.many(readPeer).optional(),
  cluster: z.array(z.string()).optional(),
});

export const SuggestArgs = Raw.transform((raw, context): SuggestArgs => {
  const { target, since = defaultSince, audit = false, l7 = false, admit: peers, cluster } = raw;
  const admit = peers?.includes("all") ? "all" : peers;
  const problem = problemOf(target, since, cluster) ?? admitProblem({ target, audit, l7 }, admit);
  if (problem !== undefined) {
    context.addIssue({ code: "custom", path: [problem.flag], message: problem.say });
    return z.NEVER;
  }
  return { target, since, audit, l7, ...(admit && { admit }), ...(cluster !== undefined && { clusters: cluster }) };
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

function admitProblem(
  { target, audit, l7 }: Pick<SuggestArgs, "target" | "audit" | "l7">,
  admit: SuggestArgs["admit"],
) {
  if (admit === undefined) return undefined;
  if (target.kind === "namespace")
    return { flag: "admit", say: "It admits at one workload. Type its name as TARGET, for example default/deathstar." };
  if (audit) return { flag: "audit", say: "It goes without --admit-denied: ask for one of them at a time." };
  if (l7) return { flag: "l7", say: "Leave it out: --admit-denied names requests wherever requests were denied." };
  return undefined;
}

/** The target and nothing else. */
export function selectOf(target: Target | undefined): FlowSelect {
  return {
    ...(target !== undefined && { target }),
    ...{ either: {}, from: {}, to: {}, reasons: [], protocols: [], directions: [], nodes: [] },
  };
}
