/** In which column each node of a map stands: clients left of the servers they call, as far as the columns go. */

import { componentsOf, type Link } from "./components.ts";

/** What lies deeper than there are columns: all in the last one, or spread evenly over those behind the first. */
export type Deep = "last" | "even";

/** From 0, without empty columns; at most `most` of them. What lies deeper, and what calls in circles, shares a column or points backwards. */
export function levelsOf(links: readonly Link[], most: number, deep: Deep): ReadonlyMap<string, number> {
  const names = [...new Set(links.flatMap(({ from, to }) => [from, to]))].sort();
  const outs = new Map(names.map((name) => [name, targetsOf(name, links)] as const));
  const called = new Set([...outs.values()].flat());
  // Whoever is called by nobody comes first, then whoever calls most.
  const starts = names.toSorted(
    (one, other) =>
      Number(called.has(one)) - Number(called.has(other)) ||
      (outs.get(other)?.length ?? 0) - (outs.get(one)?.length ?? 0),
  );
  const { order, forward } = sorted(starts, outs);
  const levels = new Map(names.map((name) => [name, 0]));
  const level = (name: string) => levels.get(name) ?? 0;
  for (const name of order) {
    for (const to of forward.get(name) ?? []) levels.set(to, Math.max(level(to), level(name) + 1));
  }
  const deepest = Math.max(0, ...levels.values());
  const shallow = (own: number) =>
    deep === "last" ? Math.min(own, most - 1) : 1 + Math.floor(((own - 1) * (most - 1)) / deepest);
  if (deepest >= most) for (const [name, own] of levels) if (own > 0) levels.set(name, shallow(own));
  // A client of something far right stands beside it.
  for (const name of starts) {
    const targets = forward.get(name) ?? [];
    if (!called.has(name) && targets.length > 0) levels.set(name, Math.max(0, Math.min(...targets.map(level)) - 1));
  }
  const spread = names.length > fewNames ? spreadOut(names, links, levels, most) : levels;
  const used = [...new Set(spread.values())].sort((one, other) => one - other);
  return new Map(names.map((name) => [name, used.indexOf(spread.get(name) ?? 0)]));
}

/** So many stand in few columns as they are. */
const fewNames = 16;

/** What has nothing to do with each other stands side by side, so that no column is much longer than the others. */
function spreadOut(
  names: readonly string[],
  links: readonly Link[],
  levels: ReadonlyMap<string, number>,
  most: number,
): ReadonlyMap<string, number> {
  const loads = Array.from({ length: most }, () => 0);
  const spread = new Map<string, number>();
  for (const members of componentsOf(names, links)) {
    const own = members.map((name) => levels.get(name) ?? 0);
    const first = Math.min(...own);
    const offsets = Array.from({ length: most - (Math.max(...own) - first) }, (_, offset) => offset - first);
    const loaded = (offset: number) =>
      Math.max(...own.map((at) => (loads[at + offset] ?? 0) + own.filter((other) => other === at).length));
    const best = offsets.reduce((chosen, offset) => (loaded(offset) < loaded(chosen) ? offset : chosen), -first);
    for (const [index, name] of members.entries()) {
      const at = (own[index] ?? 0) + best;
      spread.set(name, at);
      loads[at] = (loads[at] ?? 0) + 1;
    }
  }
  return spread;
}

function targetsOf(name: string, links: readonly Link[]): string[] {
  return [...new Set(links.filter(({ from, to }) => from === name && to !== name).map(({ to }) => to))].sort();
}

/** Nodes in an order in which each stands before what it calls, and the calls that go forward in it: those that close a circle are left out. */
function sorted(starts: readonly string[], outs: ReadonlyMap<string, readonly string[]>) {
  const open = new Set<string>();
  const done: string[] = [];
  const seen = new Set<string>();
  const forward = new Map<string, string[]>();
  function visit(name: string): void {
    seen.add(name);
    open.add(name);
    for (const to of outs.get(name) ?? []) {
      if (open.has(to)) continue;
      forward.set(name, [...(forward.get(name) ?? []), to]);
      if (!seen.has(to)) visit(to);
    }
    open.delete(name);
    done.push(name);
  }
  for (const name of starts) if (!seen.has(name)) visit(name);
  return { order: done.reverse(), forward };
}
