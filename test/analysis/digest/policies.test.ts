import { describe, expect, test } from "vitest";
import { type KnownPolicy, policyItems } from "../../../src/analysis/digest/policies.ts";
import type { PolicyMatches } from "../../../src/analysis/sketch/changes.ts";

const day = 86_400_000;
const to = Date.parse("2026-11-20T03:00:00Z");
const window = { from: to - day, to };

const one: KnownPolicy = {
  ...{ kind: "CiliumNetworkPolicy", namespace: "shop", name: "web", refused: null, canMatch: true },
  changedAt: to - 60 * day,
};

const never: PolicyMatches = { matched: {}, listedFrom: 0, since: to - 30 * day };

function itemsOf(policies: readonly KnownPolicy[], matches: Partial<PolicyMatches> = {}) {
  const facts = { policies, changes: null, matches: { ...never, ...matches } };
  return policyItems("lab", facts, { window, namespaces: [] });
}

function unmatched(policy: Partial<KnownPolicy>, matches: Partial<PolicyMatches> = {}): string[] {
  return itemsOf([{ ...one, ...policy }], matches).map((item) => `${item.kind} ${item.name}`);
}

const matchedAt = (time: number, kind = "CiliumNetworkPolicy") => ({
  matched: { [kind]: { "shop/web": time / 1_000 } },
});

describe("matched nothing for 14 days", () => {
  test("a policy that is in no list of matches, and one that matched longer ago", () => {
    expect(unmatched({})).toEqual(["unmatchedPolicy web"]);
    expect(itemsOf([one], matchedAt(to - 15 * day))).toMatchObject([{ last: to - 15 * day, standing: true }]);
    expect(itemsOf([one], matchedAt(to - 14 * day - 60_000))).toMatchObject([{ standing: false }]);
  });

  test("not one that matched since, also where nobody says of which kind it was", () => {
    expect(unmatched({}, matchedAt(to - 13 * day))).toEqual([]);
    expect(unmatched({}, matchedAt(to - 13 * day, ""))).toEqual([]);
    expect(unmatched({}, matchedAt(to - 13 * day, "NetworkPolicy"))).toEqual(["unmatchedPolicy web"]);
    expect(unmatched({ namespace: "bank" }, matchedAt(to - 13 * day))).toEqual(["unmatchedPolicy web"]);
  });

  test.each<[string, Partial<KnownPolicy>]>([
    ["names nobody", { canMatch: false }],
    ["is not valid", { refused: "" }],
    ["was written since", { changedAt: to - 10 * day }],
    ["does not say when it was written", { changedAt: null }],
  ])("not one that %s", (_, policy) => {
    expect(unmatched(policy).filter((text) => text.startsWith("unmatched"))).toEqual([]);
  });

  test("nothing is said where matches are not known for so long, or not all", () => {
    expect(unmatched({}, { since: to - 13 * day })).toEqual([]);
    expect(unmatched({}, { since: null })).toEqual([]);
    expect(unmatched({}, { listedFrom: to - 13 * day })).toEqual([]);
    // Those that found no room matched longer ago than that.
    expect(unmatched({}, { listedFrom: to - 14 * day })).toEqual(["unmatchedPolicy web"]);
  });
});

test("not valid, with its reason, and since when", () => {
  expect(itemsOf([{ ...one, refused: "bad port" }])).toMatchObject([
    { kind: "invalidPolicy", object: "CiliumNetworkPolicy", message: "bad port", standing: true },
  ]);
  const written = itemsOf([{ ...one, refused: "bad port", changedAt: to - 3_600_000 }]);
  expect(written.map(({ kind, standing }) => `${kind} ${standing}`)).toEqual(["invalidPolicy false", "changed false"]);
});
