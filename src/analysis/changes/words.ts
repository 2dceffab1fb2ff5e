/** What differs between two versions, in a few words each. */

import type { ChangeKind } from "./change.ts";
import { cutText } from "./cut.ts";
import { isHidden, leavesOf, type Tree } from "./tree.ts";
import { pairWords } from "./words-pairs.ts";
import { type Fact, policyFacts } from "./words-policy.ts";
import { templateWords } from "./words-template.ts";

const mostWords = 6;
const longest = 120;

export function changedWords(kind: ChangeKind, before: Tree, after: Tree): string[] {
  const words = wordsOf(kind, before, after);
  return bounded(words.length > 0 ? words : leafWords(before, after));
}

/** Of what is new, or is gone. */
export function contentWords(kind: ChangeKind, tree: Tree): string[] {
  if (kind !== "policy") return [];
  const groups = groupsOf(policyFacts(tree));
  return bounded([...groups].map(([group, texts]) => `${group} ${[...new Set(texts)].join(", ")}`));
}

function wordsOf(kind: ChangeKind, before: Tree, after: Tree): string[] {
  switch (kind) {
    case "policy":
      return factWords(policyFacts(before), policyFacts(after));
    case "workload":
      return templateWords(before, after);
    case "namespace":
      return pairWords("label ", before, after, "labels.");
    case "node":
      return nodeWords(leavesOf(before), leavesOf(after));
    case "config":
      return settingWords(before, after);
  }
}

function factWords(before: readonly Fact[], after: readonly Fact[]): string[] {
  const [old, now] = [groupsOf(before), groupsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((group) => {
    const gone = without(old.get(group) ?? [], now.get(group) ?? []);
    const added = without(now.get(group) ?? [], old.get(group) ?? []);
    const [first, ...others] = gone;
    const [next, ...more] = added;
    if (first !== undefined && next !== undefined && others.length + more.length === 0)
      return [`${group} ${first} → ${next}`];
    return [...gone.map((text) => `${group} ${text} removed`), ...added.map((text) => `${group} ${text} added`)];
  });
}

function groupsOf(facts: readonly Fact[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { group, text } of facts) groups.set(group, [...(groups.get(group) ?? []), text]);
  return groups;
}

/** As bags: what stands there twice and then once has lost one. */
function without(texts: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return texts.filter((text) => {
    const at = left.indexOf(text);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function nodeWords(before: ReadonlyMap<string, Tree>, after: ReadonlyMap<string, Tree>): string[] {
  const differs = (name: string) => before.get(name) !== after.get(name);
  const ready = after.get("ready");
  return [
    ...(differs("ready")
      ? [ready === "True" ? "ready again" : `not ready${ready === "False" ? "" : " (no word from it)"}`]
      : []),
    ...(differs("cordoned") ? [after.get("cordoned") === true ? "cordoned" : "uncordoned"] : []),
    ...(differs("kubelet") ? [`kubelet ${before.get("kubelet")} → ${after.get("kubelet")}`] : []),
  ];
}

function settingWords(before: Tree, after: Tree): string[] {
  const text = (leaf: Tree | undefined) => (leaf === "" ? '""' : String(leaf));
  const [old, now] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((path) => {
    const [was, is] = [old.get(path), now.get(path)];
    const name = path.replace(/^data\./, "");
    if (was === is || path === "data") return [];
    if (was === undefined) return [isHidden(is ?? null) ? `${name} added` : `${name} ${text(is)} added`];
    if (is === undefined) return [`${name} removed`];
    return [isHidden(was) || isHidden(is) ? `${name} changed` : `${name} ${text(was)} → ${text(is)}`];
  });
}

/** For what no other word fits: the path. */
function leafWords(before: Tree, after: Tree): string[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((path) => {
    const [was, is] = [old.get(path), now.get(path)];
    if (was === is) return [];
    if (was === undefined) return [`${path} added`];
    return [is === undefined ? `${path} removed` : `${path} changed`];
  });
}

function bounded(words: readonly string[]): string[] {
  const shown = words.slice(0, words.length > mostWords ? mostWords - 1 : mostWords);
  const more = words.length - shown.length;
  return [...shown.map((word) => cutText(word, longest)), ...(more > 0 ? [`${more} more`] : [])];
}
