/** The same flows under two sets of policies: what would no longer pass, what would pass from then on, and how far the model agrees with what was seen. */
import { decide, decideSide, type Outcome } from "../engine/decide.ts";
import type { Reason } from "../engine/decision.ts";
import type { RuleName } from "../engine/nearest.ts";
import type { PolicySet } from "../engine/policy-set.ts";
import { replay } from "../engine/replay.ts";
import { verdict } from "../engine/verdict.ts";
import type { Direction, PolicyName } from "../policy.ts";
import { isHalf, type Observed, requestText } from "./observed.ts";

/** Flows are records of Hubble's. */
export interface Comparison {
  readonly flows: number;
  readonly newlyDenied: Changes;
  readonly newlyAllowed: Changes;
  readonly stillAllowed: number;
  readonly stillDenied: number;
  /** The policy of an endpoint cannot be computed, before or after. */
  readonly undecided: number;
  /** What the policies as they are make of a flow is not what Hubble saw: they were others then, or the model is wrong about it. */
  readonly disagreeing: Changes;
}

export interface Changes {
  readonly flows: number;
  /** The same, by what Hubble saw become of them. */
  readonly bySeen: Readonly<Record<Observed["seen"], number>>;
  /** Most flows first, at most ten. */
  readonly examples: readonly Change[];
  /** Different ones that are not listed. */
  readonly folded: number;
}

/** Names are written by others. */
export interface Change {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: string;
  /** `POST /v1/request-landing`; "" for none. */
  readonly request: string;
  readonly flows: number;
  readonly seen: Observed["seen"];
  /** The side that decided afterwards, and how. For what passes now: null. */
  readonly side: Direction | null;
  readonly reason: Reason | null;
  /** The policies that deny, or select the end that denies. For what passes now: the entries that let it. At most five. */
  readonly policies: readonly (PolicyName | RuleName)[];
}

const listed = 10;
const mostPolicies = 5;

export function compare(before: PolicySet, after: PolicySet, observed: readonly Observed[]): Comparison {
  const first: Outcome["verdict"][] = [];
  replay(before, observed, (_, outcome) => first.push(outcome.verdict));
  const denied = createChanges(after);
  const allowed = createChanges(after);
  const disagreeing = createChanges(before);
  const same = { ALLOWED: 0, DENIED: 0 };
  let undecided = 0;
  let flows = 0;
  for (const [at, one] of observed.entries()) {
    const was = first[at];
    const is = decide(after, one).verdict;
    flows += one.count;
    if (was === undefined || was === "ERROR" || is === "ERROR") {
      undecided += one.count;
      continue;
    }
    if (was !== is) (is === "DENIED" ? denied : allowed).add(one);
    else same[is] += one.count;
    // What is audited is denied, and passes all the same.
    if ((was === "ALLOWED") !== (one.seen === "passed")) disagreeing.add(one);
  }
  return {
    flows,
    newlyDenied: denied.finish(),
    newlyAllowed: allowed.finish(),
    stillAllowed: same.ALLOWED,
    stillDenied: same.DENIED,
    undecided,
    disagreeing: disagreeing.finish(),
  };
}

/** What one set of policies alone lets through. What its sender's policies let leave and its receiver refused is held against the sender's alone. */
export function passing(
  set: PolicySet,
  observed: readonly Observed[],
): { readonly flows: number; readonly not: Changes } {
  const denied = createChanges(set);
  let flows = 0;
  for (const one of observed) {
    const decided = isHalf(one) ? decideSide(set, one, "egress") : decide(set, one);
    if (decided.verdict === "ALLOWED") flows += one.count;
    else denied.add(one);
  }
  return { flows, not: denied.finish() };
}

/** By what answers call the ends: the same workload may have many identities. `set` says why. */
function createChanges(set: PolicySet) {
  const found = new Map<string, { readonly one: Observed; flows: number }>();
  const bySeen = { passed: 0, audited: 0, dropped: 0 };
  return {
    add(one: Observed): void {
      bySeen[one.seen] += one.count;
      const key = JSON.stringify([one.from.name, one.to.name, one.protocol, one.port, requestText(one), one.seen]);
      const known = found.get(key);
      if (known !== undefined) known.flows += one.count;
      else found.set(key, { one, flows: one.count });
    },
    finish(): Changes {
      const sorted = [...found.values()].sort((left, right) => right.flows - left.flows);
      const examples = sorted.slice(0, listed).map((change) => explain(set, change.one, change.flows));
      const flows = bySeen.passed + bySeen.audited + bySeen.dropped;
      return { flows, bySeen: { ...bySeen }, examples, folded: sorted.length - examples.length };
    },
  };
}

function explain(set: PolicySet, one: Observed, flows: number): Change {
  const { ingress, egress, ...whole } = verdict(set, one);
  const known = {
    from: one.from.name,
    to: one.to.name,
    port: one.port,
    protocol: one.protocol,
    request: requestText(one),
    flows,
    seen: one.seen,
  };
  if (whole.verdict === "ALLOWED") {
    const deciding = [...egress.deciding, ...ingress.deciding];
    return { ...known, side: null, reason: null, policies: deciding.slice(0, mostPolicies) };
  }
  const [side, refusing] =
    egress.verdict === "ALLOWED" ? (["ingress", ingress] as const) : (["egress", egress] as const);
  const policies = refusing.deciding.length > 0 ? refusing.deciding : refusing.selecting;
  return { ...known, side, reason: refusing.reason, policies: policies.slice(0, mostPolicies) };
}
