/** One arrow in one direction, while flows are added to it. There may be as many as there are flows, so it is kept small. */
import type { SideOutcome } from "../engine/decide.ts";
import { hasReserved } from "../engine/ends.ts";
import type { Direction, PolicyName } from "../policy.ts";
import type { NamedEnd } from "../replay/observed.ts";
import type { CoachEdge, DatedObserved } from "./coached.ts";

export interface Edge extends Pick<CoachEdge, "direction" | "from" | "to" | "port" | "protocol"> {
  readonly key: string;
  /** The workload whose policies decide. */
  readonly subject: string;
  /** What policies drop already. */
  readonly isRefused: boolean;
  /** Epoch milliseconds. */
  first: number;
  last: number;
  /** Records: all, those that passed as audited on this side, and those that rules allow, Cilium always lets pass, are denied, and of which nothing is known. */
  flows: number;
  audited: number;
  allowed: number;
  always: number;
  denied: number;
  unknown: number;
  reason: CoachEdge["reason"];
  /** Those that deny it where it is refused, else those that allow it. */
  policies: readonly PolicyName[];
}

const mostPolicies = 5;

export function createEdge(key: string, one: DatedObserved, direction: Direction, isRefused: boolean): Edge {
  return {
    key,
    direction,
    isRefused,
    from: nameOf(one.from),
    to: nameOf(one.to),
    port: one.port,
    protocol: one.protocol,
    subject: subjectOf(one, direction).name,
    first: one.first,
    last: one.last,
    flows: 0,
    audited: 0,
    allowed: 0,
    always: 0,
    denied: 0,
    unknown: 0,
    reason: null,
    policies: [],
  };
}

/** `outcome` null: the policies could not be read. */
export function addTo(edge: Edge, one: DatedObserved, outcome: SideOutcome | null): void {
  edge.first = Math.min(edge.first, one.first);
  edge.last = Math.max(edge.last, one.last);
  edge.flows += one.count;
  if (one.seen === "audited" && (one.recorded ?? edge.direction) === edge.direction) edge.audited += one.count;
  if (outcome === null || outcome.verdict === "ERROR") {
    edge.unknown += one.count;
    return;
  }
  const { sources, implicit } = outcome.decision;
  const isAllowed = outcome.verdict === "ALLOWED";
  if (!isAllowed) edge.denied += one.count;
  else if (sources.length === 0 && implicit.includes("allow-localhost-ingress")) edge.always += one.count;
  else edge.allowed += one.count;
  // A missing rule is said before all else.
  if (edge.reason === null || outcome.reason === "default-deny") edge.reason = outcome.reason;
  if (isAllowed !== edge.isRefused)
    name(edge, sources.length > 0 ? sources.map(({ policy }) => policy) : (outcome.ruleSet?.selecting ?? []));
}

function name(edge: Edge, policies: readonly PolicyName[]): void {
  for (const { kind, namespace, name: own } of policies) {
    if (edge.policies.length >= mostPolicies) return;
    const isKnown = edge.policies.some(
      (policy) => policy.kind === kind && policy.namespace === namespace && policy.name === own,
    );
    if (!isKnown) edge.policies = [...edge.policies, { kind, namespace, name: own }];
  }
}

export function shownEdge(edge: Edge): CoachEdge {
  const { direction, from, to, port, protocol, flows, audited, isRefused, reason } = edge;
  const isMissing = edge.denied > 0 && !isRefused;
  return {
    ...{ direction, from, to, port, protocol, flows, audited },
    first: new Date(edge.first).toISOString(),
    last: new Date(edge.last).toISOString(),
    partly: isMissing && edge.allowed > 0,
    // What denies then is the default-deny that is not there yet.
    ...{ reason, policies: isMissing ? [] : edge.policies },
  };
}

export function edgeKey({ from, to, port, protocol }: DatedObserved, direction: Direction): string {
  return `${nameOf(from)}\n${nameOf(to)}\n${port}/${protocol} ${direction}`;
}

export function subjectOf({ from, to }: DatedObserved, direction: Direction): NamedEnd {
  return direction === "ingress" ? to : from;
}

/** Addresses of the outside would be an edge each. */
function nameOf({ labels, names, name: own }: NamedEnd): string {
  if (names !== undefined && names.length > 0) return own;
  return ["world", "world-ipv4", "world-ipv6"].some((one) => hasReserved(labels, one)) ? "world" : own;
}
