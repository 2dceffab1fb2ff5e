/** May these two talk, and why (not)? Both sides, each with the policies in force, the rules that decided, and the nearest one when none did. */
import { type Authentication, type Direction, directions, type PolicyName } from "../policy.ts";
import { decide, namedPort, portNames, type SideOutcome } from "./decide.ts";
import type { Reason } from "./decision.ts";
import { knownEnd } from "./ends.ts";
import type { FlowTuple } from "./flow.ts";
import { type Nearest, nearestRequest, nearestRule, type RuleName, ruleName } from "./nearest.ts";
import type { PolicySet } from "./policy-set.ts";
import { originText, type Source } from "./source.ts";

export interface Verdict extends Readonly<Record<Direction, SideVerdict>> {
  /** `ERROR`: an endpoint's policy cannot be computed, and its agent keeps the one it had. */
  readonly verdict: "ALLOWED" | "DENIED" | "ERROR";
  /** Egress's, when both sides refuse. */
  readonly reason: Reason | null;
}

export interface SideVerdict {
  /** False where Cilium decides nothing: outside addresses, nodes, the host without host firewall. */
  readonly applies: boolean;
  /** Some policy speaks of this direction here, or the enforcement mode is `always`. */
  readonly enforced: boolean;
  /** What no rule allows is denied. */
  readonly defaultDeny: boolean;
  readonly verdict: Verdict["verdict"];
  readonly reason: Reason | null;
  /** The policies that select the endpoint and speak of this direction. */
  readonly selecting: readonly PolicyName[];
  /** The entries that allowed or denied; empty for a default deny and where nothing is enforced. */
  readonly deciding: readonly RuleName[];
  /** The same in the engine's words: `CiliumNetworkPolicy/rule1`, `[reserved:io.cilium.policy.derived-from=allow-localhost-ingress]`; "" for none. */
  readonly origin: string;
  /** The proxy that the traffic passes: http, dns, …; null for none. */
  readonly redirect: string | null;
  /** Null when no proxy looks at it, or no request was asked for. */
  readonly l7: "allowed" | "denied" | null;
  readonly authentication: Authentication | null;
  /** For a default deny or an L7 denial; null when no rule allows anything at all. */
  readonly nearest: Nearest | null;
  /** The agent's message behind `ERROR`. */
  readonly conflict: string | null;
}

export function verdict(set: PolicySet, flow: FlowTuple): Verdict {
  const outcome = decide(set, flow);
  const [ingress, egress] = directions.map((direction) => explain(set, flow, { direction, side: outcome[direction] }));
  if (ingress === undefined || egress === undefined) throw new Error("a flow has two sides");
  return { verdict: outcome.verdict, reason: outcome.reason, egress, ingress };
}

function explain(
  set: PolicySet,
  flow: FlowTuple,
  { direction, side }: { readonly direction: Direction; readonly side: SideOutcome },
): SideVerdict {
  const { decision, ruleSet } = side;
  const sources = ruleSet?.sources ?? [];
  return {
    applies: ruleSet !== null,
    enforced: ruleSet?.enforced === true,
    defaultDeny: ruleSet?.defaultDeny === true,
    verdict: side.verdict,
    reason: side.reason,
    selecting: distinct(ruleSet?.selecting ?? []),
    deciding: rules(decision.sources),
    origin: ruleSet === null ? "" : originText(decision.sources, decision.implicit),
    redirect: decision.redirect,
    l7: side.l7,
    authentication: decision.authentication,
    nearest: nearest(set, flow, { direction, side, sources }),
    conflict: decision.conflict,
  };
}

interface Explained {
  readonly direction: Direction;
  readonly side: SideOutcome;
  readonly sources: readonly Source[];
}

function nearest(set: PolicySet, flow: FlowTuple, { direction, side, sources }: Explained): Nearest | null {
  const { decision } = side;
  if (side.reason === "l7" && decision.requests !== null) return nearestRequest(decision.requests, flow);
  if (side.reason !== "default-deny") return null;
  const [subject, peer] = direction === "ingress" ? [flow.to, flow.from] : [flow.from, flow.to];
  const known = [subject, peer].map((end) => knownEnd(set.memory.ends, end, set.settings));
  const [subjectEnd, peerEnd] = known;
  if (subjectEnd === undefined || peerEnd === undefined) return null;
  const names = portNames(set, { direction, subject: subjectEnd, peer: peerEnd });
  return nearestRule(sources, {
    flow,
    peer: peerEnd,
    ip: peer.ip ?? null,
    resolve: (name, protocol) => namedPort(names, name, protocol),
  });
}

function rules(sources: readonly Source[]): RuleName[] {
  const names = new Map(sources.map((source) => [`${originText([source], [])} ${source.item.path}`, ruleName(source)]));
  return [...names.values()];
}

function distinct(names: readonly PolicyName[]): PolicyName[] {
  return [...new Map(names.map((name) => [`${name.kind}/${name.namespace}/${name.name}`, name])).values()];
}
