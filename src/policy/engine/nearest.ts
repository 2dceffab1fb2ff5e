/** For traffic that no rule allows: the rule that came closest, and the one thing that was missing. */
import { httpMismatch } from "../http-rule.ts";
import type { PolicyName } from "../policy.ts";
import { type Condition, maxWanted } from "./conditions.ts";
import type { Requests } from "./decision.ts";
import type { KnownEnd } from "./ends.ts";
import type { FlowTuple } from "./flow.ts";
import { type Miss, peerMiss } from "./peer-condition.ts";
import { portMiss, type ResolveName } from "./port-condition.ts";
import type { Source } from "./source.ts";

/** One entry of a policy. */
export interface RuleName extends PolicyName {
  /** `spec.ingress[0]`. */
  readonly path: string;
}

export interface Nearest {
  readonly rule: RuleName;
  readonly failed: Condition;
  /** The port fails as well: the peer alone would not do. */
  readonly alsoFailed: Condition | null;
}

export interface Seen {
  readonly flow: FlowTuple;
  readonly peer: KnownEnd;
  readonly ip: string | null;
  readonly resolve: ResolveName;
}

/** A rule for this peer on other ports is nearer than one for this port and other peers. */
export function nearestRule(sources: readonly Source[], seen: Seen): Nearest | null {
  let best: { readonly nearest: Nearest; readonly rank: number } | null = null;
  for (const source of sources) {
    if (source.item.verdict === "deny") continue;
    const peer = peerMiss(source.item.peers, seen.peer, seen.ip);
    const port = portMiss(source.item.ports, seen.flow, seen.resolve);
    const [failed, also] = peer === null ? [port, null] : [peer, port];
    if (failed === null) continue;
    const rank = rankOf(peer, port);
    if (best !== null && best.rank <= rank) continue;
    best = { nearest: { rule: ruleName(source), failed: failed.condition, alsoFailed: also?.condition ?? null }, rank };
  }
  return best?.nearest ?? null;
}

function rankOf(peer: Miss | null, port: Miss | null): number {
  const both = peer !== null && port !== null ? 1000 : 0;
  return both + 10 * (peer?.distance ?? 0) + (port?.distance ?? 0);
}

export function ruleName({ policy, item }: Source): RuleName {
  return { kind: policy.kind, namespace: policy.namespace, name: policy.name, path: item.path };
}

const fields = ["method", "path", "host", "header"];

/** Of the L7 rules that the proxy had for this peer and port. */
export function nearestRequest({ http, dns }: Requests, flow: FlowTuple): Nearest | null {
  const { http: request, dns: query } = flow;
  if (request !== undefined) {
    const misses = http.flatMap(({ rule, source }) => {
      const mismatch = httpMismatch(rule, request);
      return mismatch === null ? [] : [{ source, mismatch }];
    });
    const [nearest] = misses.sort(
      (left, right) => fields.indexOf(right.mismatch.field) - fields.indexOf(left.mismatch.field),
    );
    if (nearest === undefined) return null;
    return { rule: ruleName(nearest.source), failed: { kind: "http", ...nearest.mismatch }, alsoFailed: null };
  }
  const [first] = dns;
  if (first === undefined || query === undefined) return null;
  const wanted = [...new Set(dns.map(({ rule }) => rule.text))].slice(0, maxWanted);
  return { rule: ruleName(first.source), failed: { kind: "dns", wanted, got: query }, alsoFailed: null };
}
