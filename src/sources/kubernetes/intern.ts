/**
 * One copy of equal label lists: the pods of a workload have the same labels, and they are most of what a pod entry weighs. Bounded: when full it starts anew,
 * which costs sharing, not truth.
 */
export type InternLabels = (labels: Readonly<Record<string, string>>) => readonly string[];

/** `source` is put before each label: `k8s:org=empire`. The lists are sorted. */
export function createInterner(source: string, limit = 20_000): InternLabels {
  const known = new Map<string, readonly string[]>();
  return (labels) => {
    const sorted = Object.entries(labels)
      .map(([key, value]) => `${source}:${key}=${value}`)
      .sort();
    const key = sorted.join("\n");
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= limit) known.clear();
    known.set(key, sorted);
    return sorted;
  };
}
