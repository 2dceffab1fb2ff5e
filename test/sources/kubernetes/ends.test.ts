import { expect, test } from "vitest";
import { createIndex } from "../../../src/sources/kubernetes/cluster-index.ts";
import { endsOf } from "../../../src/sources/kubernetes/ends/ends.ts";
import { watchedResources } from "../../../src/sources/kubernetes/resources.ts";
import { visibleIndex } from "../../../src/sources/kubernetes/visible-index.ts";
import { endpoint, identity, pod } from "./objects.ts";

const t0 = Date.parse("2026-11-20T12:00:00Z");
const minute = 60_000;
const watched = { since: t0 - 60 * minute, because: "" };

/** A cluster that is told what happens, and when. */
function cluster() {
  let now = t0 - 60 * minute;
  const index = createIndex(() => now);
  const resources = watchedResources(index);
  const table = (name: string) => {
    const found = resources.find((one) => one.name === name);
    if (found === undefined) throw new Error(name);
    return found.table;
  };
  const born = <T extends { metadata: object }>(object: T, at: number): T => ({
    ...object,
    metadata: { ...object.metadata, creationTimestamp: new Date(at).toISOString().replace(/\.\d+/, "") },
  });
  return {
    index,
    at(time: number, change: () => void) {
      now = time;
      change();
    },
    pod(name: string, createdAt: number, workload?: string) {
      const owner = workload === undefined ? {} : { owner: ["StatefulSet", workload] as const };
      table("pods").upsert(born(pod({ name, ...owner }), createdAt) as never);
    },
    remove: (name: string) => table("pods").remove(`default/${name}`),
    endpoint: (name: string, id: number) => table("ciliumendpoints").upsert(endpoint("default", name, id) as never),
    identity: (id: number, createdAt: number) =>
      table("ciliumidentities").upsert(born(identity(id, {}), createdAt) as never),
  };
}

const pair = { source: "default/client", destination: "default/server", first: t0, last: t0 + 20_000 };

test("the younger end counts, and of a workload its oldest pod", () => {
  const { index, pod } = cluster();
  pod("client", t0 - 90 * minute);
  pod("server-0", t0 - minute, "server");
  expect(endsOf(index, [pair], watched).ends).toEqual([{ ageMs: minute, gone: false }]);
  pod("server-1", t0 - 30 * minute, "server");
  expect(endsOf(index, [pair], watched).ends).toEqual([{ ageMs: 30 * minute, gone: false }]);
  // It came after the last drop.
  pod("server-2", t0 + minute, "server");
  expect(endsOf(index, [pair], watched).ends).toEqual([{ ageMs: 30 * minute, gone: false }]);
});

test("an end is gone when every pod of it was, by the last drop", () => {
  const { index, pod, at, remove } = cluster();
  pod("client", t0 - 90 * minute);
  pod("server-0", t0 - 50 * minute, "server");
  pod("server-1", t0 - 50 * minute, "server");
  at(t0 + 5_000, () => remove("server-0"));
  expect(endsOf(index, [pair], watched).ends).toEqual([{ ageMs: 50 * minute, gone: false }]);
  at(t0 + 6_000, () => remove("server-1"));
  expect(endsOf(index, [pair], watched).ends).toEqual([{ ageMs: 90 * minute, gone: true }]);
  // Pods that went long before cannot have been it.
  const later = { ...pair, first: t0 + 10 * minute, last: t0 + 11 * minute };
  expect(endsOf(index, [later], watched).ends).toEqual([{ ageMs: 100 * minute, gone: false }]);
});

test("ends that are no pods, or that nobody may see here, are not known, and it says so", () => {
  const { index, pod } = cluster();
  pod("client", t0 - minute);
  const outside = { ...pair, source: "world", destination: "104.198.14.52" };
  const because = "no end is a pod that Kubernetes knows";
  expect(endsOf(index, [outside], watched)).toEqual({
    ...{ ends: null, identityChanges: null, because: { ends: because, identityChanges: because } },
  });
  expect(endsOf(visibleIndex(index, ["other"]), [pair], watched).ends).toBeNull();
  expect(endsOf(index, [outside, pair], watched).ends).toEqual([
    { ageMs: null, gone: false },
    { ageMs: minute, gone: false },
  ]);
});

test("identities that changed in the second of the first drop, of these ends alone", () => {
  const { index, pod, endpoint, identity, at } = cluster();
  const changes = (watching = watched) => endsOf(index, [pair], watching).identityChanges;
  pod("client", t0 - 50 * minute);
  pod("server", t0 - 50 * minute);
  pod("other", t0 - 50 * minute);
  for (const [name, id] of [
    ["client", 100],
    ["server", 200],
    ["other", 300],
  ] as const)
    endpoint(name, id);
  expect(changes()).toBe(0);
  at(t0 - 2_000, () => endpoint("server", 201));
  at(t0, () => endpoint("other", 301));
  expect(changes()).toBe(0);
  at(t0 + 900, () => endpoint("server", 202));
  expect(changes()).toBe(1);
  // Said twice, it is no change.
  at(t0 + 950, () => endpoint("server", 202));
  identity(100, t0 - 1_000);
  expect(changes()).toBe(2);
  identity(100, t0 - 10 * minute);
  expect(changes()).toBe(1);
});

test("without a watch at that time nobody knows of changes, but for those that left a trace", () => {
  const { index, pod, endpoint, identity } = cluster();
  pod("client", t0 - 50 * minute);
  endpoint("client", 100);
  const late = { since: t0 + minute, because: "" };
  const never = { since: null, because: "changes of ciliumendpoints are not watched" };
  expect(endsOf(index, [pair], late)).toMatchObject({
    ...{ identityChanges: null, because: { ends: "", identityChanges: "the first drop was before the watch began" } },
  });
  expect(endsOf(index, [pair], never).because.identityChanges).toBe(never.because);
  identity(100, t0);
  expect(endsOf(index, [pair], never)).toMatchObject({ identityChanges: 1, because: { identityChanges: "" } });
});

test("what is remembered is bounded", () => {
  const { index, pod, endpoint, at } = cluster();
  pod("client", t0 - 50 * minute);
  for (let n = 1; n <= 6_000; n++) at(t0 + n, () => endpoint("client", n));
  expect(index.movedIdentities.values().length).toBe(5_000);
  at(t0 + 120 * minute, () => endpoint("client", 7_000));
  expect(index.movedIdentities.values().length).toBe(1);
});
