/** What became of policies and settings: changed, not valid, or with nothing that they ever match. */

import type { PolicyName } from "../../policy/policy.ts";
import type { Change } from "../changes/change.ts";
import type { Window } from "../select.ts";
import type { PolicyMatches } from "../sketch/changes.ts";
import type { ChangedItem, InvalidPolicyItem, UnmatchedPolicyItem } from "./item.ts";

export interface KnownPolicy extends PolicyName {
  /** Epoch milliseconds of when it was written last; null: not known. */
  readonly changedAt: number | null;
  /** Why it is not valid, "" where nobody says why; null: it may be valid. Written by others. */
  readonly refused: string | null;
  /** Its rules name somebody. One that names nobody does its work by that: agents name no policy for what nothing admits. */
  readonly canMatch: boolean;
}

export interface PolicyFacts {
  /** Null: they could not be read. */
  readonly policies: readonly KnownPolicy[] | null;
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

function invalidItems(cluster: string, policies: readonly KnownPolicy[], window: Window): InvalidPolicyItem[] {
  return policies.flatMap(({ kind, namespace, name, refused, changedAt }): InvalidPolicyItem[] => {
    if (refused === null) return [];
    return [
      {
        ...{ kind: "invalidPolicy", cluster, tone: "bad", sure: true, standing: (changedAt ?? 0) < window.from },
        ...{ object: kind, namespace, name, message: refused },
      },
    ];
  });
}

function changedItem({ cluster, object, namespace, name, action, at, by, what, after }: Change): ChangedItem {
  return {
    ...{ kind: "changed", cluster, tone: "info", sure: after === null, standing: false },
    ...{ object, namespace, name, action, at, by, what },
  };
}

/** A policy says only when it was written last. */
function ownChanges(cluster: string, policies: readonly KnownPolicy[], { from, to }: Window): ChangedItem[] {
  return policies.flatMap(({ kind, namespace, name, changedAt }): ChangedItem[] => {
    const at = changedAt ?? 0;
    if (at < from || at >= to) return [];
    return [
      {
        ...{ kind: "changed", cluster, tone: "info", sure: true, standing: false },
        ...{ object: kind, namespace, name, action: "changed", at, by: null, what: [] },
      },
    ];
  });
}

/** Of every policy that matched in the last fourteen days it is known. */
export function areMatchesKnown({ listedFrom, since }: PolicyMatches, to: number): boolean {
  return since !== null && since <= to - unmatchedMs && listedFrom <= to - unmatchedMs;
}

function unmatchedItems(
  cluster: string,
  policies: readonly KnownPolicy[],
  matches: PolicyMatches,
  { from, to }: Window,
): UnmatchedPolicyItem[] {
  if (!areMatchesKnown(matches, to)) return [];
  const lastOf = (kind: string, name: string) => (matches.matched[kind]?.[name] ?? 0) * 1_000;
  return policies.flatMap(({ kind, namespace, name, changedAt, refused, canMatch }): UnmatchedPolicyItem[] => {
    const key = `${namespace}/${name}`;
    // Before Cilium 1.17 nobody says of which kind it was.
    const last = Math.max(lastOf(kind, key), lastOf("", key));
    const quietSince = Math.max(matches.since ?? 0, changedAt ?? 0, last);
    if (!canMatch || refused !== null || changedAt === null || quietSince > to - unmatchedMs) return [];
    const standing = quietSince <= from - unmatchedMs;
    return [
      {
        ...{ kind: "unmatchedPolicy", cluster, tone: "info", sure: true, standing },
        ...{ object: kind, namespace, name, last: last === 0 ? null : last },
      },
    ];
  });
}
