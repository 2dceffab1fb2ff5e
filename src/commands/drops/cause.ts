/**
 * The cause in a few sentences, and only what is known: an explicit deny names its policy, a default deny names none (so the policies that select the denied
 * end are listed), and everything else is no matter of policy.
 */
import { counted, numberText } from "../../analysis/counted.ts";
import type { DropPair, L7Denial } from "../../analysis/drops.ts";
import { roughDuration } from "../../analysis/duration.ts";
import type { ClusterPair } from "../../analysis/merge-drops.ts";
import { reasonFromText } from "../../analysis/reasons.ts";
import { belongsTo, type DeniedEnd, deniedEnd } from "../../analysis/worst.ts";
import type { Inline, Text } from "../../message/message.ts";
import type { PolicyView } from "../../policy/view.ts";
import type { ClusterView, PoliciesAnswer } from "./gather.ts";
import { nearestRequest, nearestRule } from "./nearest-rule.ts";
import { outsideWords } from "./outside-name.ts";
import { outsideText } from "./outside-text.ts";
import { agoText, type Picture } from "./picture.ts";
import { isOutside } from "./visible.ts";
import {
  destinationText,
  directionText,
  lowerFirst,
  policyKind,
  policyName,
  reasonText,
  requestText,
  shorten,
} from "./words.ts";

/** One paragraph for packets, one for an outside address with a name, one for refused requests. */
export function causeTexts(picture: Picture): Text[] {
  const worst = picture.pairs[0];
  const denial = picture.drops?.l7Denials[0];
  return [
    ...(worst === undefined ? [] : [[...whatHappened(worst, picture), " ", ...why(worst, picture)]]),
    ...outsideText(picture),
    ...(denial === undefined ? [] : [refusal(denial, picture)]),
  ];
}

/** The answer about the policies of this end, and whether it was possible to ask. */
export function policiesOf(end: DeniedEnd, view: ClusterView | undefined): PoliciesAnswer | undefined {
  const byLabels = view?.policies.find(({ subject }) => "labels" in subject);
  const byTarget = view?.policies.find(({ subject }) => "target" in subject);
  const target = view?.resolution?.status === "resolved" ? view.resolution.target : undefined;
  if (byTarget && (view?.resolution?.status === "unresolved" || (target && belongsTo(end.name, target))))
    return byTarget;
  return byLabels;
}

function whatHappened(worst: ClusterPair, { pairs, packets, drops, askedAt, manyClusters }: Picture): Inline[] {
  const policy = reasonFromText(worst.reason)?.kind === "policy";
  const where = worst.direction === "TRAFFIC_DIRECTION_UNKNOWN" ? "" : ` on ${directionText(worst.direction)}`;
  const share =
    pairs.length > 1 || packets > worst.packets
      ? `, ${numberText(worst.packets)} of ${counted(packets, "packet")}`
      : "";
  const count = pairs.length + (drops?.folded.pairs ?? 0);
  return [
    count > 1 ? `Worst of ${numberText(count)} pairs: ` : "",
    { code: shorten(worst.source) },
    " → ",
    { code: destinationText(worst) },
    ...outsideWords(worst),
    manyClusters ? ` in ${worst.cluster}` : "",
    ` is ${policy ? "denied" : "dropped"}${where}${share}, last ${agoText(worst.last, askedAt)}.`,
  ];
}

function why(pair: ClusterPair, picture: Picture): Inline[] {
  const known = reasonFromText(pair.reason);
  if (known === undefined)
    return [`Drop reason ${shorten(pair.reason)} is newer than this program: look it up in Cilium's flow.proto.`];
  const view = picture.views.find(({ cluster }) => cluster === pair.cluster);
  if (known.name === "POLICY_DENY") return explicitDeny(pair, view);
  if (known.name === "POLICY_DENIED") return defaultDeny(pair, view, picture);
  const policy = known.kind === "policy" ? "" : "This is not a policy decision. ";
  const passes = known.kind === "churn" ? " It passes by itself while pods or agents start and stop." : "";
  return [`${policy}${reasonText(pair.reason)}: ${lowerFirst(known.meaning)}${passes} ${known.next}`];
}

function explicitDeny(pair: DropPair, view: ClusterView | undefined): Inline[] {
  const { deniedBy } = pair;
  const end = deniedEnd(pair);
  if (deniedBy.length === 0 && end && isOutside(end, view))
    return ["A deny rule refuses it explicitly. The policy is not shown here, because its namespace is not."];
  if (deniedBy.length === 0)
    return [
      "A deny rule refuses it explicitly; the flow does not name the policy (Cilium does since 1.16, with policy correlation on).",
    ];
  const named = deniedBy
    .slice(0, 3)
    .flatMap((policy, index): Inline[] => [
      index === 0 ? "" : ", ",
      { code: `${policyKind(policy.kind)} ${policyName(policy)}`.trim() },
    ]);
  return ["A deny rule refuses it explicitly: ", ...named, "."];
}

function defaultDeny(pair: ClusterPair, view: ClusterView | undefined, picture: Picture): Inline[] {
  const end = deniedEnd(pair);
  if (!end) return ["It is a default deny: no rule admits it, and the flow does not say on which side."];
  const peer = end.direction === "ingress" ? "source" : "destination";
  const nearest = isOutside(end, view) ? undefined : nearestRule(pair, view);
  const admits: Inline[] = nearest ?? [
    "Default deny: the datapath found no rule for ",
    { code: shorten(end.name) },
    ` that admits this ${peer} and port. `,
  ];
  if (isOutside(end, view)) return [...admits, "Its policies are not shown here, because its namespace is not."];
  const answer = policiesOf(end, view);
  if (!answer) return [...admits, "A default deny names no policy."];
  return [...admits, ...enforcers(answer.finding.policies, end, pair, view, picture)];
}

function enforcers(
  policies: readonly PolicyView[],
  end: DeniedEnd,
  pair: DropPair,
  view: ClusterView | undefined,
  picture: Picture,
): Inline[] {
  const all = policies.filter(({ enforces }) => enforces.includes(end.direction));
  const loaded = all.filter(({ valid }) => valid !== false);
  if (all.length === 0) {
    return [
      "No policy that selects it in this direction was found now: it may have been deleted since, or enforcement is on without any policy.",
    ];
  }
  if (loaded.length === 0)
    return [
      `What selects it is not valid and so not loaded: `,
      ...names(all),
      "; an older version of it may still be in force.",
    ];
  const selects =
    loaded.length === 1
      ? "One policy selects it: "
      : `${loaded.length} policies select it, one of them has to admit the traffic: `;
  return [selects, ...names(loaded), ".", ...timing(loaded, pair, view, picture)];
}

function names(policies: readonly PolicyView[]): Inline[] {
  const shown = policies
    .slice(0, 3)
    .flatMap((policy, index): Inline[] => [
      index === 0 ? "" : ", ",
      { code: `${policyKind(policy.kind)} ${policyName(policy)}` },
    ]);
  return policies.length > 3 ? [...shown, ` and ${policies.length - 3} more`] : shown;
}

/** A change just before the first drop is worth saying, where flows reach back that far; so is one after the last, because the drops may be history. */
function timing(
  policies: readonly PolicyView[],
  pair: DropPair,
  view: ClusterView | undefined,
  { askedAt, window }: Picture,
): string[] {
  const newest = policies
    .filter(({ changedAt }) => changedAt !== null)
    .toSorted((a, b) => Date.parse(b.changedAt ?? "") - Date.parse(a.changedAt ?? ""))[0];
  if (!newest?.changedAt) return [];
  const changed = Date.parse(newest.changedAt);
  const first = Date.parse(pair.first);
  const last = Date.parse(pair.last);
  const oldest = view?.coverage?.oldest ? Date.parse(view.coverage.oldest) : Number.POSITIVE_INFINITY;
  const name = policies.length === 1 ? "It" : policyName(newest);
  if (changed > last)
    return [
      ` ${name} changed ${agoText(newest.changedAt, askedAt)}, after the last of these drops: they may be history.`,
    ];
  if (changed <= first && first - changed <= 120_000 && Math.max(oldest, window.from) <= changed) {
    return [
      ` The first of these drops came ${roughDuration(first - changed)} after ${policies.length === 1 ? "it" : policyName(newest)} changed.`,
    ];
  }
  return [];
}

function refusal(
  worst: L7Denial & { readonly cluster?: string },
  { drops, denials, askedAt, views }: Picture,
): Inline[] {
  const more = (drops?.l7Denials.length ?? 0) > 1 || (drops?.foldedL7.count ?? 0) > 0;
  const answer = worst.code > 0 ? ` (${worst.protocol.toUpperCase()} ${worst.code})` : "";
  return [
    `${counted(denials, "request")} refused by the proxy${more ? ", most often " : ": "}`,
    { code: requestText(worst) },
    `${answer} from `,
    { code: shorten(worst.source) },
    " to ",
    { code: shorten(worst.destination) },
    `, last ${agoText(worst.last, askedAt)}. Policy admits the connection, but no L7 rule admits ${denials === 1 ? "this request" : "these requests"}.`,
    ...nearestRequest(worst, views),
  ];
}
