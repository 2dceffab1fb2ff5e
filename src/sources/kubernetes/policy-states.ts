/** How every policy is, of thousands as well: in slices between which whoever else needs the process has its turn. */
import { setImmediate as breathe } from "node:timers/promises";
import { readPolicy } from "../../policy/engine/policy-set.ts";
import { directions, type Policy } from "../../policy/policy.ts";
import { lenientSettings, type Settings } from "../../policy/settings.ts";
import type { PolicyState, PolicyStatesFinding } from "../question.ts";
import type { ClusterIndex } from "./cluster-index.ts";
import type { PolicyEntry } from "./entries.ts";
import { settingsOf } from "./why/policy-set.ts";

const mostPolicies = 2_000;
/** A finding is at most 256 KB. */
const mostBytes = 220_000;
const longestMessage = 200;
/** Of these each may have to be read again, which takes a third of a millisecond, of the largest ones more. */
const slice = 50;

interface Known {
  readonly kind: string;
  readonly state: PolicyState;
}

/** Rejects when the signal comes. */
export async function policyStates(
  index: ClusterIndex,
  signal: AbortSignal,
): Promise<Pick<PolicyStatesFinding, "policies" | "folded">> {
  const entries = [...index.policies.values()];
  const settings = { ...lenientSettings, ...settingsOf(index) };
  const all: Known[] = [];
  for (let at = 0; at < entries.length; at += slice) {
    await breathe();
    signal.throwIfAborted();
    for (const entry of entries.slice(at, at + slice)) all.push(known(entry, settings));
  }
  await breathe();
  const listed = fitting(all.sort(byWeight));
  return { policies: grouped(listed), folded: all.length - listed.length };
}

function known(entry: PolicyEntry, settings: Settings): Known {
  const { kind, namespace, name } = entry.policy;
  const at = Date.parse(entry.changedAt ?? "");
  const changedAt = Number.isFinite(at) ? Math.floor(at / 1_000) : null;
  const lacks = lackOf(entry, settings);
  return { kind, state: lacks === undefined ? [namespace, name, changedAt] : [namespace, name, changedAt, lacks] };
}

function lackOf({ object, policy: first, valid, message }: PolicyEntry, settings: Settings): PolicyState[3] {
  if (valid === false) return message.slice(0, longestMessage);
  if (first.refused === null && admitsSomebody(first)) return undefined;
  // Services and CIDR groups are not looked at when a policy comes: what says nothing without them is read again, as they are now.
  const policy = readPolicy(object, settings);
  // The operator has not looked at it (Kubernetes' own, older versions), and an agent would refuse it. Of what it finds valid and we cannot read nothing is said.
  if (policy.refused !== null) return valid === null ? policy.refused.message.slice(0, longestMessage) : null;
  return admitsSomebody(policy) ? undefined : null;
}

/** Or denies somebody by name: something that a packet could match. */
function admitsSomebody({ rules }: Policy): boolean {
  return rules.some((rule) =>
    directions.some((direction) => rule[direction]?.items.some(({ peers }) => peers.kind !== "nobody") === true),
  );
}

function fitting(all: readonly Known[]): readonly Known[] {
  let left = mostBytes;
  const count = all.slice(0, mostPolicies).findIndex(({ state }) => {
    left -= Buffer.byteLength(JSON.stringify(state)) + 1;
    return left < 0;
  });
  return all.slice(0, count < 0 ? mostPolicies : count);
}

function grouped(all: readonly Known[]): PolicyStatesFinding["policies"] {
  const kinds = new Map<string, PolicyState[]>();
  for (const { kind, state } of all) {
    const states = kinds.get(kind) ?? [];
    kinds.set(kind, states);
    states.push(state);
  }
  return Object.fromEntries(kinds);
}

function byWeight({ state: one }: Known, { state: other }: Known): number {
  return (
    Number(typeof other[3] === "string") - Number(typeof one[3] === "string") ||
    (other[2] ?? 0) - (one[2] ?? 0) ||
    compare(`${one[0]}/${one[1]}`, `${other[0]}/${other[1]}`)
  );
}

function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
