/** Labels and the like, which have a name and a value. */
import { isHidden, leavesOf, type Tree } from "./tree.ts";

/** `label team=a → team=b`. `path`: below which they stand, with a dot at its end. */
export function pairWords(lead: string, before: Tree, after: Tree, path: string): string[] {
  const [old, now] = [under(before, path), under(after, path)];
  const gone = [...old].filter(([key]) => !now.has(key)).map(([key, leaf]) => `${lead}${pairText(key, leaf)} removed`);
  const others = [...now].flatMap(([key, leaf]) => {
    const was = old.get(key);
    if (was === undefined) return [`${lead}${pairText(key, leaf)} added`];
    if (was === leaf) return [];
    return isHidden(leaf) ? [`${lead}${key} changed`] : [`${lead}${pairText(key, was)} → ${pairText(key, leaf)}`];
  });
  return [...gone, ...others];
}

function under(tree: Tree, path: string): Map<string, Tree> {
  const leaves = [...leavesOf(tree)].filter(([key]) => key.startsWith(path));
  return new Map(leaves.map(([key, leaf]) => [key.slice(path.length), leaf]));
}

function pairText(key: string, leaf: Tree): string {
  return isHidden(leaf) ? key : `${key}=${String(leaf)}`;
}
