/** The two sides of a flow, decided: egress of the sender and ingress of the receiver. Cheap, and cheaper when asked again. */
import { httpMismatch } from "../http-rule.ts";
import type { Direction } from "../policy.ts";
import type { NamedPort } from "../settings.ts";
import type { Decision, Reason, Requests } from "./decision.ts";
import { type KnownEnd, knownEnd } from "./ends.ts";
import type { FlowTuple } from "./flow.ts";
import { lookUp } from "./lookup.ts";
import { type PolicySet, ruleSetOf } from "./policy-set.ts";
import type { RuleSet } from "./rule-set.ts";

export interface SideOutcome {
  readonly decision: Decision;
  /** Null where no policy can apply. */
  readonly ruleSet: RuleSet | null;
  /** Null when the traffic is not sent to a proxy, or no request was given. */
  readonly l7: "allowed" | "denied" | null;
  readonly verdict: Decision["verdict"];
  readonly reason: Reason | null;
}

export interface Outcome {
  readonly verdict: Decision["verdict"];
  /** Egress's, when both sides refuse. */
  readonly reason: Reason | null;
  readonly egress: SideOutcome;
  readonly ingress: SideOutcome;
}

const free: Omit<Decision, "implicit"> = {
  verdict: "ALLOWED",
  reason: null,
  sources: [],
  redirect: null,
  requests: null,
  authentication: null,
  conflict: null,
};
const anyEgress: Decision = { ...free, implicit: ["allow-any-egress"] };
const anyIngress: Decision = { ...free, implicit: ["allow-any-ingress"] };
const fromHost: Decision = { ...free, implicit: ["allow-localhost-ingress"] };

export function decide(set: PolicySet, flow: FlowTuple): Outcome {
  const egress = decideSide(set, flow, "egress");
  const ingress = decideSide(set, flow, "ingress");
  const refusing = egress.verdict === "ALLOWED" ? ingress : egress;
  const failed = [egress, ingress].find(({ verdict }) => verdict === "ERROR");
  const { verdict, reason } = failed ?? refusing;
  return { verdict, reason, egress, ingress };
}

export function decideSide(set: PolicySet, flow: FlowTuple, direction: Direction): SideOutcome {
  const { settings, memory } = set;
  const from = knownEnd(memory.ends, flow.from, settings);
  const to = knownEnd(memory.ends, flow.to, settings);
  const [subject, peer] = direction === "ingress" ? [to, from] : [from, to];
  const ruleSet = ruleSetOf(set, subject, direction);
  const decision = ruleSet?.enforced
    ? remembered(set, ruleSet, { flow, subject, peer })
    : direction === "egress"
      ? anyEgress
      : isLocalhost(set, peer)
        ? fromHost
        : anyIngress;
  const l7 = decision.requests === null ? null : judge(decision.requests, decision.redirect, flow);
  const refused = decision.verdict === "ALLOWED" && l7 === "denied";
  return {
    decision,
    ruleSet,
    l7,
    verdict: refused ? "DENIED" : decision.verdict,
    reason: refused ? "l7" : decision.reason,
  };
}

interface Asked {
  readonly flow: FlowTuple;
  readonly subject: KnownEnd;
  readonly peer: KnownEnd;
}

/** More decisions than this and the memory starts over. */
const maxDecisions = 300_000;

function remembered(set: PolicySet, ruleSet: RuleSet, asked: Asked): Decision {
  const { flow, subject, peer } = asked;
  const plain = protocols.indexOf(flow.protocol);
  const key =
    ruleSet.hasNames || plain < 0
      ? `${subject.id}/${peer.id}/${flow.protocol}/${flow.port}`
      : (peer.id * 65_536 + flow.port) * protocols.length + plain;
  const before = ruleSet.decisions.get(key);
  if (before !== undefined) return before;
  const { memory } = set;
  if (memory.decisions >= maxDecisions) forget(set);
  memory.decisions += 1;
  const made = compute(set, ruleSet, asked);
  ruleSet.decisions.set(key, made);
  return made;
}

const protocols = ["TCP", "UDP", "SCTP", "ICMPv4", "ICMPv6"];

function forget({ memory }: PolicySet): void {
  for (const one of memory.ruleSets.values()) one.decisions.clear();
  memory.decisions = 0;
}

function compute(set: PolicySet, ruleSet: RuleSet, { flow, subject, peer }: Asked): Decision {
  const conflict = ruleSet.conflict ?? subject.ruleSets.egress?.conflict ?? subject.ruleSets.ingress?.conflict ?? null;
  if (conflict !== null) return { ...free, verdict: "ERROR", reason: "policy-error", implicit: [], conflict };
  const names = portNames(set, { direction: ruleSet.direction, subject, peer });
  return lookUp(ruleSet, {
    table: set.memory.table,
    peer,
    protocol: flow.protocol,
    port: flow.port,
    named: (name, protocol) => namedPort(names, name, protocol),
    localhost: ruleSet.direction === "ingress" && isLocalhost(set, peer),
  });
}

function isLocalhost({ settings }: PolicySet, peer: KnownEnd): boolean {
  return peer.kind === "host" && settings.allowLocalhost === "always";
}

/** Where a name is looked up: with the receiving pod itself on ingress; on egress in one list of all pods, whoever the peer is. */
export function portNames(
  { settings }: PolicySet,
  { direction, subject, peer }: { readonly direction: Direction; readonly subject: KnownEnd; readonly peer: KnownEnd },
): readonly NamedPort[] {
  if (direction === "ingress") return subject.namedPorts;
  return [...settings.namedPorts, ...subject.namedPorts, ...peer.namedPorts];
}

/** Two numbers for one name and the name means nothing. */
export function namedPort(ports: readonly NamedPort[], name: string, protocol: string): number | null {
  const found = new Set<number>();
  for (const port of ports) if (port.name.toLowerCase() === name && port.protocol === protocol) found.add(port.port);
  const [only] = found;
  return found.size === 1 && only !== undefined ? only : null;
}

function judge(requests: Requests, redirect: string | null, flow: FlowTuple): SideOutcome["l7"] {
  const passes = requestPasses(requests, redirect, flow);
  return passes === null ? null : passes ? "allowed" : "denied";
}

function requestPasses(
  { open, http, dns }: Requests,
  redirect: string | null,
  { http: request, dns: query }: FlowTuple,
): boolean | null {
  if (redirect === "http" && request !== undefined)
    return open || http.some(({ rule }) => httpMismatch(rule, request) === null);
  if (redirect === "dns" && query !== undefined) return open || dns.some(({ rule }) => rule.matches(query));
  return null;
}
