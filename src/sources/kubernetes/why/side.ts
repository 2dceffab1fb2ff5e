/** The engine's verdict about one side as a finding carries it: bounded, and without what may not be shown. */
import type { Condition } from "../../../policy/engine/conditions.ts";
import type { RuleName } from "../../../policy/engine/nearest.ts";
import type { PolicySet } from "../../../policy/engine/policy-set.ts";
import type { SideVerdict } from "../../../policy/engine/verdict.ts";
import type { WhySide } from "../../question-policy.ts";
import { keyOf } from "./policy-set.ts";
import { requestTexts, shorten } from "./rule-lines.ts";

const maxSelecting = 5;
const maxDeciding = 5;
const maxListed = 5;

/** `isPeerHidden`: what the peer's labels are may not be told. */
export function sideOf(set: PolicySet, verdict: SideVerdict, isPeerHidden: boolean): WhySide {
  const { nearest } = verdict;
  const cut = (condition: Condition) => bounded(withoutQuery(isPeerHidden ? withoutGot(condition) : condition));
  return {
    hidden: false,
    applies: verdict.applies,
    enforced: verdict.enforced,
    defaultDeny: verdict.defaultDeny,
    verdict: verdict.verdict,
    reason: verdict.reason,
    selecting: verdict.selecting.slice(0, maxSelecting).map(({ kind, namespace, name }) => ({ kind, namespace, name })),
    deciding: verdict.deciding.slice(0, maxDeciding),
    redirect: verdict.redirect,
    l7: verdict.l7,
    requests: verdict.redirect === null ? [] : requestsOf(set, verdict),
    authentication: verdict.authentication,
    nearest: nearest && {
      rule: nearest.rule,
      failed: cut(nearest.failed),
      alsoFailed: nearest.alsoFailed && cut(nearest.alsoFailed),
    },
    conflict: verdict.conflict === null ? null : shorten(verdict.conflict),
  };
}

export const hiddenSide: WhySide = {
  hidden: true,
  applies: true,
  enforced: false,
  defaultDeny: false,
  verdict: "ALLOWED",
  reason: null,
  selecting: [],
  deciding: [],
  redirect: null,
  l7: null,
  requests: [],
  authentication: null,
  nearest: null,
  conflict: null,
};

/** Of the deciding entries, and of the nearest one where a request is refused. */
function requestsOf(set: PolicySet, { deciding, nearest }: SideVerdict): string[] {
  const names: readonly RuleName[] = nearest === null ? deciding : [nearest.rule, ...deciding];
  const wanted = new Set(names.map((name) => `${keyOf(name)} ${name.path}`));
  const texts = set.policies.flatMap((policy) =>
    policy.rules
      .flatMap(({ ingress, egress }) => [...(ingress?.items ?? []), ...(egress?.items ?? [])])
      .filter(({ path }) => wanted.has(`${keyOf(policy)} ${path}`))
      .flatMap(requestTexts),
  );
  return [...new Set(texts)].slice(0, maxListed);
}

function withoutGot(condition: Condition): Condition {
  if (condition.kind === "label") return { ...condition, got: null };
  if (condition.kind === "fqdn") return { ...condition, got: [] };
  return condition;
}

/** What a query carries is nobody's business. */
function withoutQuery(condition: Condition): Condition {
  if (condition.kind !== "http" || condition.field !== "path" || condition.got === null) return condition;
  const query = condition.got.indexOf("?");
  return query < 0 ? condition : { ...condition, got: `${condition.got.slice(0, query)}?…` };
}

/** Texts in conditions are written by others: a regular expression may have thousands of characters. */
function bounded(condition: Condition): Condition {
  return JSON.parse(
    JSON.stringify(condition, (_, value: unknown) => {
      if (typeof value === "string") return shorten(value);
      return Array.isArray(value) ? value.slice(0, maxListed) : value;
    }),
  ) as Condition;
}
