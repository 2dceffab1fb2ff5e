/** The fewest labels that select a group of pods and no others that are known. */
import type { End } from "../engine/flow.ts";
import { isIdentityLabel } from "../identity-labels.ts";
import { clusterKey, labelValue, namespaceKey, namespaceLabelsPrefix, readKey, serviceAccountKey } from "../labels.ts";

export interface Chosen {
  /** Keys without source; empty selects every pod of the namespace. */
  readonly labels: Readonly<Record<string, string>>;
  /** Others that these labels select as well: nothing tells them apart. */
  readonly others: readonly End[];
}

/** Pods of one workload, or of several that nothing tells apart. `others` are those that must not be selected, of the same namespace. */
export function tellApart(group: readonly End[], others: readonly End[]): Chosen {
  const candidates = sharedLabels(group);
  let left = others;
  const exact = smallest(candidates, others);
  const chosen: Candidate[] = [...(exact ?? [])];
  // No few of them do: the best one after the other, as long as that helps.
  while (exact === undefined && left.length > 0) {
    const next = best(candidates, left);
    if (next === undefined) break;
    chosen.push(next);
    left = left.filter((end) => has(end, next));
  }
  const labels = Object.fromEntries(chosen.map(({ key, value }) => [key, value]));
  return { labels, others: others.filter((end) => chosen.every((one) => has(end, one))) };
}

/** With an empty group everything would be shared. */
function sharedLabels([first, ...more]: readonly End[]): Candidate[] {
  if (first === undefined) return [];
  return first.labels
    .flatMap((label) => readCandidate(label) ?? [])
    .filter((candidate) => more.every((end) => has(end, candidate)))
    .sort((left, right) => left.rank - right.rank || (left.key < right.key ? -1 : 1));
}

/**
 * Every label that somebody gave them to be known by, and whatever else tells them apart: for a rule that must fit these and nobody else, whoever comes later.
 */
export function exactly(group: readonly End[], others: readonly End[]): Chosen {
  const chosen = tellApart(group, others);
  const own = sharedLabels(group).filter(({ rank }) => rank < ranks.poor);
  const labels = {
    ...Object.fromEntries(own.slice(0, mostCandidates).map(({ key, value }) => [key, value])),
    ...chosen.labels,
  };
  const wanted = Object.entries(labels).map(([key, value]) => `k8s:${key}=${value}`);
  return { labels, others: others.filter((end) => wanted.every((label) => end.labels.includes(label))) };
}

const ranks = { usual: 100, poor: 200, serviceAccount: 300 };

interface Candidate {
  readonly key: string;
  readonly value: string;
  readonly rank: number;
}

/** Kubernetes takes no other values; what was cut from a flow has none of these either. */
const labelText = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const keyText = /^[-A-Za-z0-9_./]{1,317}$/;

function readCandidate(label: string): Candidate | undefined {
  const { source, key } = readKey(label.split("=", 1)[0] ?? "");
  const value = labelValue(label, "k8s", key);
  if (source !== "k8s" || value === undefined || !labelText.test(value) || !keyText.test(key)) return undefined;
  const isOfNamespace = key === namespaceKey || key === clusterKey || key.startsWith(namespaceLabelsPrefix);
  if (isOfNamespace || !isIdentityLabel(key) || passing.some((pattern) => pattern.test(key))) return undefined;
  return { key, value, rank: rankOf(key) };
}

/** New with each rollout, each pod or each run: a policy that names one stops working soon. */
const passing = [
  /(?:^|[-./])pod-template-(?:hash|generation)$/,
  /controller-(?:revision-hash|uid)$/,
  /^statefulset\.kubernetes\.io\//,
  /^apps\.kubernetes\.io\/pod-index$/,
  /(?:^|\/)job-name$/,
  /(?:^|\/)job-completion-index$/,
  /^batch\.kubernetes\.io\//,
  /(?:^|[-./])(?:checksum|revision|hash|uid)$/,
];

/** What charts and teams write on purpose, the most telling first. */
const telling = [
  "app.kubernetes.io/name",
  "app",
  "k8s-app",
  "name",
  "app.kubernetes.io/component",
  "component",
  "role",
  "tier",
  "app.kubernetes.io/instance",
  "instance",
];
/** These change with releases, or say who installed it. */
const poor = /(?:^|[-./])(?:version|chart|release|heritage|managed-by|part-of|canonical-revision|rev)$/;

function rankOf(key: string): number {
  const at = telling.indexOf(key);
  if (at >= 0) return at;
  if (key === serviceAccountKey) return ranks.serviceAccount;
  return poor.test(key) ? ranks.poor : ranks.usual;
}

/** At most three labels, the most telling ones of those that do; undefined when none do. */
function smallest(candidates: readonly Candidate[], others: readonly End[]): Candidate[] | undefined {
  const few = candidates.slice(0, mostCandidates);
  const [most] = few;
  // A group alone in its namespace is still called by its name: others will come.
  if (others.length === 0) return most === undefined ? [] : [most];
  const remaining = few.map((candidate) => others.filter((end) => has(end, candidate)));
  for (const [at, left] of remaining.entries()) if (left.length === 0) return few.slice(at, at + 1);
  for (const [at, left] of remaining.entries())
    for (const second of few.slice(at + 1))
      if (!left.some((end) => has(end, second))) return [...few.slice(at, at + 1), second];
  for (const [at, left] of remaining.entries())
    for (const [next, second] of few.entries()) {
      if (next <= at) continue;
      const still = left.filter((end) => has(end, second));
      const third = few.slice(next + 1).find((candidate) => !still.some((end) => has(end, candidate)));
      if (third !== undefined) return [...few.slice(at, at + 1), second, third];
    }
  return undefined;
}

/** Pods have a dozen labels; strangers may write hundreds. */
const mostCandidates = 16;

function best(candidates: readonly Candidate[], left: readonly End[]): Candidate | undefined {
  let found: Candidate | undefined;
  let fewest = left.length;
  for (const candidate of candidates.slice(0, mostCandidates)) {
    const count = left.filter((end) => has(end, candidate)).length;
    if (count >= fewest) continue;
    fewest = count;
    found = candidate;
  }
  return found;
}

function has({ labels }: End, { key, value }: Candidate): boolean {
  return labels.includes(`k8s:${key}=${value}`);
}
