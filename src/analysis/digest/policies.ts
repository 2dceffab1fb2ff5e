/** What became of policies and settings: changed, not valid, or with nothing that they ever match. */

import type { PolicyView } from "../../policy/view.ts";
import type { Change } from "../changes/change.ts";
import type { Window } from "../select.ts";
import type { PolicyMatches } from "../sketch/changes.ts";
import type { ChangedItem, InvalidPolicyItem, UnmatchedPolicyItem } from "./item.ts";

/** With a line for each entry of its rules; `foldedRules` of them are left out. */
export interface PolicyWithRules extends PolicyView {
  readonly rules: readonly { readonly text: string }[];
  readonly foldedRules: number;
}

export interface PolicyFacts {
  /** Null: they could not be read. */
  readonly policies: readonly PolicyWithRules[] | null;
  /** Null: nobody watches; what policies tell of themselves is taken. */
  readonly changes: readonly Change[] | null;
  /** Undefined: not known. */
  readonly matches: PolicyMatches | undefined;
}

type PolicyItem = ChangedItem | InvalidPolicyItem | UnmatchedPolicyItem;

export const unmatchedMs = 14 * 86_400_000;

/** `namespaces`: none is all; policies of the whole cluster concern every one. */
export function policyItems(
  cluster: string,
  { policies, changes, matches }: PolicyFacts,
  { window, namespaces }: { readonly window: Window; readonly namespaces: readonly string[] },
): PolicyItem[] {
  const concerns = ({ namespace }: { readonly namespace: string }) =>
    namespaces.length === 0 || namespace === "" || namespaces.includes(namespace);
  const known = (policies ?? []).filter(concerns);
  return [
    ...invalidItems(cluster, known, window),
    ...(changes === null ? ownChanges(cluster, known, window) : changes.filter(concerns).map(changedItem)),
    ...(matches === undefined ? [] : unmatchedItems(cluster, known, matches, window)),
  ];
}

function invalidItems(cluster: string, policies: readonly PolicyView[], window: Window): InvalidPolicyItem[] {
  return policies
    .filter(({ valid }) => valid === false)
    .map(({ kind, namespace, name, message, changedAt }) => ({
      ...{ kind: "invalidPolicy", cluster, tone: "bad", sure: true, standing: timeOf(changedAt) < window.from },
      ...{ object: kind, namespace, name, message },
    }));
}

function changedItem({ cluster, object, namespace, name, action, at, by, what, after }: Change): ChangedItem {
  return {
    ...{ kind: "changed", cluster, tone: "info", sure: after === null, standing: false },
    ...{ object, namespace, name, action, at, by, what },
  };
}

/** A policy says only when it was written last. */
function ownChanges(cluster: string, policies: readonly PolicyView[], { from, to }: Window): ChangedItem[] {
  return policies.flatMap(({ kind, namespace, name, changedAt }): ChangedItem[] => {
    const at = timeOf(changedAt);
    if (at < from || at >= to) return [];
    return [
      {
        ...{ kind: "changed", cluster, tone: "info", sure: true, standing: false },
        ...{ object: kind, namespace, name, action: "changed", at, by: null, what: [] },
      },
    ];
  });
}

/** A list of matches that was cut proves nothing of those that are not on it. */
function unmatchedItems(
  cluster: string,
  policies: readonly PolicyWithRules[],
  { matched, since }: PolicyMatches,
  { from, to }: Window,
): UnmatchedPolicyItem[] {
  if (since === null || since > to - unmatchedMs || matched.folded.rows > 0) return [];
  return policies.flatMap((policy): UnmatchedPolicyItem[] => {
    const { kind, namespace, name, changedAt, valid } = policy;
    const rows = matched.rows.filter(
      (row) => row.namespace === namespace && row.name === name && (row.kind === kind || row.kind === ""),
    );
    const last = rows.length === 0 ? null : Math.max(...rows.map((row) => row.last));
    const quietSince = Math.max(since, timeOf(changedAt), last ?? 0);
    if (!canMatch(policy) || valid === false || changedAt === null || quietSince > to - unmatchedMs) return [];
    const standing = quietSince <= from - unmatchedMs;
    return [
      {
        ...{ kind: "unmatchedPolicy", cluster, tone: "info", sure: true, standing },
        ...{ object: kind, namespace, name, last },
      },
    ];
  });
}

/** A policy that admits nobody does its work by that: agents name no policy for what nothing admits. */
function canMatch({ rules, foldedRules }: PolicyWithRules): boolean {
  return foldedRules > 0 || rules.some(({ text }) => !/^(?:from|to) nobody\b/.test(text));
}

function timeOf(text: string | null): number {
  const time = text === null ? Number.NaN : Date.parse(text);
  return Number.isFinite(time) ? time : 0;
}
