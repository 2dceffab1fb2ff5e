/** Numbers of flows as their names, and the bounds that keep a summary small. */
import { Direction, type PolicyRef } from "./flow.ts";

/** Rows that a summary lists at most, whatever is asked: with their labels about 200 KB. */
export const maxListed = 60;

const directions: Readonly<Record<number, string>> = {
  [Direction.unknown]: "TRAFFIC_DIRECTION_UNKNOWN",
  [Direction.ingress]: "INGRESS",
  [Direction.egress]: "EGRESS",
};

export function directionName(direction: number): string {
  return directions[direction] ?? String(direction);
}

/** At most 20 labels and 1,400 characters: enough for identity labels of pods, whole labels only. */
export function fewLabels(labels: readonly string[]): readonly string[] {
  let left = 1_400;
  if (labels.length <= 20 && labels.reduce((sum, label) => sum + label.length, 0) <= left) return labels;
  return labels.slice(0, 20).filter((label) => {
    if (label.length > left) return false;
    left -= label.length;
    return true;
  });
}

/** Adds what is not there yet, up to ten. */
export function addPolicies(known: readonly PolicyRef[], more: readonly PolicyRef[]): readonly PolicyRef[] {
  let all = known;
  for (const policy of more) {
    if (all.length >= 10) break;
    const fresh = bounded(policy);
    if (!all.some((one) => isSame(one, fresh))) all = [...all, fresh];
  }
  return all;
}

function bounded({ kind, namespace, name }: PolicyRef): PolicyRef {
  return { kind: kind.slice(0, 64), namespace: namespace.slice(0, 64), name: name.slice(0, 253) };
}

function isSame(one: PolicyRef, other: PolicyRef): boolean {
  return one.kind === other.kind && one.namespace === other.namespace && one.name === other.name;
}

/** Largest first, then by key. */
export function sortedCounts(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
}

export function addTo(counts: Map<string, number>, key: string, limit = 300): void {
  const room = counts.has(key) || counts.size < limit;
  counts.set(room ? key : "OTHER", (counts.get(room ? key : "OTHER") ?? 0) + 1);
}
