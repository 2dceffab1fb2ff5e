/** Whether a rule at the target may let a denied flow through, or what stands against it. Deny rules win over every allow, so those are never written around. */
import { decide, type SideOutcome } from "../engine/decide.ts";
import { ruleName } from "../engine/nearest.ts";
import type { PolicySet } from "../engine/policy-set.ts";
import { type Direction, directions, type PolicyName } from "../policy.ts";
import type { NamedEnd, Observed } from "../replay/observed.ts";

/**
 * `explicit-deny`: a deny rule at the target. `authentication`: an allow rule there wants it. `other-end`: the target lets it pass and the other end does not.
 * `allowed-now`: neither end denies it by now. `undecided`: the policies of an end contradict each other. `unwritable`: an unknown identity, no port, a protocol
 * that rules do not name, or the world without an address. `others`: no label tells the peer from others. `ports`, `peers`: so many that it looks like a scan.
 * `requests`: too many different ones to list. `secret`: a request looks like it holds one. `workload`: another workload of the target than the policy is for.
 */
export type KeptBecause =
  | "explicit-deny"
  | "authentication"
  | "other-end"
  | "allowed-now"
  | "undecided"
  | "unwritable"
  | "others"
  | "ports"
  | "peers"
  | "requests"
  | "secret"
  | "workload";

export interface Kept {
  readonly row: Observed;
  readonly because: KeptBecause;
  /** The side whose policies decided; null where none did. */
  readonly side: Direction | null;
  /** Those that deny. */
  readonly policies: readonly PolicyName[];
  /** Workloads that a rule would let in as well. */
  readonly others: readonly string[];
}

/** One side of a denied flow where a rule is missing. */
export interface Missing {
  readonly row: Observed;
  readonly direction: Direction;
}

export function judge(present: PolicySet, row: Observed): { readonly missing: readonly Missing[] } | Kept {
  const outcome = decide(present, row);
  const own = directions.filter((direction) => subject(row, direction).target);
  const refusing = directions.filter((direction) => outcome[direction].verdict === "DENIED");
  const kept = (because: KeptBecause, side: Direction | null = null) =>
    keep(row, because, { side, policies: side === null ? [] : policiesOf(outcome[side]) });
  if (outcome.verdict === "ERROR") return kept("undecided");
  const mine = refusing.filter((direction) => own.includes(direction));
  for (const reason of ["explicit-deny", "authentication"] as const) {
    const side = mine.find((direction) => outcome[direction].reason === reason);
    if (side !== undefined) return kept(reason, side);
  }
  if (mine.length > 0) return { missing: mine.map((direction) => ({ row, direction })) };
  const [other] = refusing;
  return other === undefined ? kept("allowed-now") : kept("other-end", other);
}

export function keep(
  row: Observed,
  because: KeptBecause,
  more: Partial<Pick<Kept, "side" | "policies" | "others">> = {},
): Kept {
  return { row, because, side: null, policies: [], others: [], ...more };
}

/** The end whose policies speak of this direction. */
export function subject(row: Observed, direction: Direction): NamedEnd {
  return direction === "ingress" ? row.to : row.from;
}

const mostPolicies = 5;

function policiesOf({ decision, ruleSet }: SideOutcome): readonly PolicyName[] {
  const found = decision.sources.length > 0 ? decision.sources.map(ruleName) : (ruleSet?.selecting ?? []);
  const names = found.map(({ kind, namespace, name }) => ({ kind, namespace, name }));
  return [...new Map(names.map((name) => [JSON.stringify(name), name])).values()].slice(0, mostPolicies);
}

/** What was denied of it at the other end as well: a rule at the target alone does not make it pass. */
export function deniedBeside(present: PolicySet, row: Observed): Direction | null {
  const outcome = decide(present, row);
  const found = directions.find((side) => outcome[side].verdict === "DENIED" && !subject(row, side).target);
  return found ?? null;
}
