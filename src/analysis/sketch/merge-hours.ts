/** Sketches of several hours, or of one hour by several writers, as one. */

import type { PolicyCount } from "./edge.ts";
import { policyKey } from "./edge.ts";
import { addObserved, type EdgeTimes, type HourSketch, type NamespaceCount } from "./hour.ts";
import { mergeSummaries, type Summary } from "./space-saving.ts";

/**
 * Commutative; associative to the bound of `mergeSummaries`, exactly while everything finds room. The hour is the earliest. Totals are sums, and what was observed adds
 * up.
 */
export function mergeHours(one: HourSketch, other: HourSketch, capacity = capacityOf(one, other)): HourSketch {
  return {
    hour: Math.min(one.hour, other.hour),
    stopped: mergeTimes(one.stopped, other.stopped, capacity.stopped),
    passed: mergeTimes(one.passed, other.passed, capacity.passed),
    namespaces: mergeNamespaces(one.namespaces, other.namespaces),
    reasons: mergeCounts(one.reasons, other.reasons),
    policies: mergePolicies(one.policies, other.policies),
    crowded: one.crowded || other.crowded,
    observed: addObserved(one.observed, other.observed),
  };
}

export function mergeTimes(one: Summary<EdgeTimes>, other: Summary<EdgeTimes>, capacity: number): Summary<EdgeTimes> {
  return mergeSummaries(one, other, joinTimes, capacity);
}

export function joinTimes(one: EdgeTimes, other: EdgeTimes | undefined): EdgeTimes {
  if (other === undefined) return one;
  return { edge: one.edge, first: Math.min(one.first, other.first), last: Math.max(one.last, other.last) };
}

function capacityOf(one: HourSketch, other: HourSketch) {
  return {
    stopped: Math.min(one.stopped.capacity, other.stopped.capacity),
    passed: Math.min(one.passed.capacity, other.passed.capacity),
  };
}

function mergeNamespaces(one: readonly NamespaceCount[], other: readonly NamespaceCount[]): NamespaceCount[] {
  const rows = new Map<string, NamespaceCount>();
  for (const { namespace, dropped, refused, forwarded } of [...one, ...other]) {
    const row = rows.get(namespace) ?? { namespace, dropped: 0, refused: 0, forwarded: 0 };
    row.dropped += dropped;
    row.refused += refused;
    row.forwarded += forwarded;
    rows.set(namespace, row);
  }
  return [...rows.values()].sort((left, right) => (left.namespace < right.namespace ? -1 : 1));
}

function mergeCounts(one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>) {
  const sums = new Map(Object.entries(one));
  for (const [key, count] of Object.entries(other)) sums.set(key, (sums.get(key) ?? 0) + count);
  return Object.fromEntries([...sums].sort(([left], [right]) => (left < right ? -1 : 1)));
}

function mergePolicies(one: readonly PolicyCount[], other: readonly PolicyCount[]): PolicyCount[] {
  const rows = new Map<string, PolicyCount>();
  for (const policy of [...one, ...other]) {
    const key = policyKey(policy);
    const known = rows.get(key);
    const count = policy.count + (known?.count ?? 0);
    rows.set(key, { ...policy, count, last: Math.max(policy.last, known?.last ?? 0) });
  }
  return [...rows].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, policy]) => policy);
}
