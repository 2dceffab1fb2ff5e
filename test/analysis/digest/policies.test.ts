import { describe, expect, test } from "vitest";
import { type PolicyWithRules, policyItems } from "../../../src/analysis/digest/policies.ts";
import type { MatchedPolicy, PolicyMatches } from "../../../src/analysis/sketch/changes.ts";

const day = 86_400_000;
const to = Date.parse("2026-11-20T03:00:00Z");
const window = { from: to - day, to };

const one: PolicyWithRules = {
  ...{ kind: "CiliumNetworkPolicy", namespace: "shop", name: "web", enforces: ["ingress"], valid: true, message: "" },
  ...{ changedAt: new Date(to - 60 * day).toISOString(), foldedRules: 0 },
  rules: [{ text: "from app=front to 80/TCP" }],
};

function unmatched(
  policy: Partial<PolicyWithRules>,
  {
    rows = [],
    since = to - 30 * day,
    folded = 0,
  }: Partial<PolicyMatches> & {
    readonly rows?: readonly MatchedPolicy[];
    readonly folded?: number;
  } = {},
): string[] {
  const matches = { matched: { rows, folded: { rows: folded, count: 0 } }, since };
  const facts = { policies: [{ ...one, ...policy }], changes: null, matches };
  return policyItems("lab", facts, { window, namespaces: [] }).map((item) => `${item.kind} ${item.name}`);
}

describe("matched nothing for 14 days", () => {
  test("a policy that is in no list of matches", () => {
    expect(unmatched({})).toEqual(["unmatchedPolicy web"]);
  });

  test.each<[string, Partial<PolicyWithRules>]>([
    ["has no rule: it admits nobody", { rules: [] }],
    ["has empty rules alone", { rules: [{ text: "from nobody: the entry is empty" }] }],
    ["is not valid", { valid: false }],
    ["was written since", { changedAt: new Date(to - 10 * day).toISOString() }],
  ])("not one that %s", (_, policy) => {
    expect(unmatched(policy).filter((text) => text.startsWith("unmatched"))).toEqual([]);
  });

  test("one of its rules is enough", () => {
    expect(unmatched({ rules: [{ text: "from nobody: the entry is empty" }, ...one.rules] })).toHaveLength(1);
    expect(unmatched({ rules: [{ text: "from nobody: the entry is empty" }], foldedRules: 3 })).toHaveLength(1);
  });

  test("nothing is said where matches are not known for so long, or not all", () => {
    expect(unmatched({}, { since: to - 13 * day })).toEqual([]);
    expect(unmatched({}, { since: null })).toEqual([]);
    expect(unmatched({}, { folded: 1 })).toEqual([]);
  });
});
