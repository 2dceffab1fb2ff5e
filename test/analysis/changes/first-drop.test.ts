import { expect, test } from "vitest";
import type { Change } from "../../../src/analysis/changes/change.ts";
import { firstDropAfter } from "../../../src/analysis/changes/first-drop.ts";
import { noisePair, pair } from "../../fixtures/outcomes/build.ts";

const start = Date.parse("2026-11-20T03:00:00Z");
const change = (id: string, seconds: number, more: Partial<Change> = {}): Change => ({
  ...{ id, cluster: "c", kind: "policy", object: "CiliumNetworkPolicy", namespace: "default", name: id },
  ...{ action: "changed", at: start + seconds * 1_000, after: null, observedAt: start, by: null, what: [], diff: "" },
  ...more,
});
const drop = (seconds: number, more: Parameters<typeof pair>[0] = {}) =>
  pair({ first: new Date(start + seconds * 1_000).toISOString(), ...more });
const first = (changes: readonly Change[], drops: readonly ReturnType<typeof pair>[], seenFrom = -600) => {
  const found = firstDropAfter(changes, drops, start + seenFrom * 1_000);
  return found && [found.change.id, found.gapMs / 1_000, found.others];
};

test("the first drop names the newest change before it", () => {
  expect(first([change("a", 0), change("b", 10), change("later", 40)], [drop(24), drop(30)])).toEqual(["b", 14, false]);
});

test("a policy is named before a rollout that came after it", () => {
  expect(first([change("a", 0), change("b", 10, { kind: "workload" })], [drop(24)])).toEqual(["a", 24, false]);
});

test("drops from before are told apart", () => {
  expect(first([change("a", 0)], [drop(-60, { source: "default/old" }), drop(14)])).toEqual(["a", 14, true]);
});

test("no guess: noise, a long time, a change after the drop, flows that begin after the change", () => {
  const noise = noisePair({ first: new Date(start + 5_000).toISOString() });
  expect(first([change("a", 0)], [noise])).toBeNull();
  expect(first([change("a", 0)], [drop(601)])).toBeNull();
  expect(first([change("a", 0)], [drop(-1)])).toBeNull();
  expect(first([change("a", 0)], [drop(14)], 5)).toBeNull();
});
