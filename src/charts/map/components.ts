/** Parts of a map that have nothing to do with each other. */

export interface Link {
  readonly from: string;
  readonly to: string;
}

/** Nodes that are linked in any way, the largest such group first. */
export function componentsOf(names: readonly string[], links: readonly Link[]): readonly (readonly string[])[] {
  const groupOf = new Map(names.map((name) => [name, [name]]));
  for (const { from, to } of links) {
    const [one, other] = [groupOf.get(from) ?? [], groupOf.get(to) ?? []];
    if (one === other) continue;
    const joined = [...one, ...other];
    for (const name of joined) groupOf.set(name, joined);
  }
  const groups = [...new Set(groupOf.values())].map((group) => group.toSorted());
  return groups.sort((one, other) => other.length - one.length || ((one[0] ?? "") < (other[0] ?? "") ? -1 : 1));
}
