import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { startLab } from "./lab.ts";

const policies = "/apis/cilium.io/v2/ciliumnetworkpolicies";
const pods = "/api/v1/namespaces/default/pods";
const table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
const note = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "note", namespace: "default" },
  data: { text: "one" },
};

test("each step of the demo is an event: added, modified, deleted", async () => {
  const { api, world, now, advance } = await startLab();
  const listed = (await api.get(policies)).body;
  expect(listed.items).toEqual([]);
  const watch = await api.watch(`${policies}?watch=true&resourceVersion=${listed.metadata.resourceVersion}`);
  world.setStep("l3-l4", now());
  const added = await watch.next();
  advance(90_000);
  world.setStep("l7", now());
  const modified = await watch.next();
  world.setStep("deleted", now());
  const deleted = await watch.next();
  expect([added.type, modified.type, deleted.type]).toEqual(["ADDED", "MODIFIED", "DELETED"]);
  const versions = [added, modified, deleted].map((event) => Number(event.object.metadata.resourceVersion));
  expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  expect(new Set(versions).size).toBe(3);
  expect(modified.object.spec.ingress[0].toPorts[0].rules).toEqual({
    http: [{ method: "POST", path: "/v1/request-landing" }],
  });
});

test("events have the fields of recorded ones", async () => {
  const { api, store } = await startLab();
  const recorded = JSON.parse(readFileSync(new URL("../../fixtures/kubernetes/watch.json", import.meta.url), "utf8"))
    .events as { type: string; object: object & { metadata: object } }[];
  const xwing = (await api.get(`${pods}/xwing`)).body;
  const watch = await api.watch(
    `${pods}?watch=1&resourceVersion=${xwing.metadata.resourceVersion}&timeoutSeconds=1&allowWatchBookmarks=true&fieldSelector=metadata.name=xwing`,
  );
  expect(watch.response.headers).toMatchObject({ "content-type": "application/json", "transfer-encoding": "chunked" });
  store.upsert({ ...xwing, metadata: { ...xwing.metadata, annotations: { "example.com/note": "seen" } } });
  const modified = await watch.next();
  expect(modified.type).toBe(recorded[0]?.type);
  expect(Object.keys(modified.object).slice(0, 3)).toEqual(Object.keys(recorded[0]?.object ?? {}));
  expect(new Set(Object.keys(modified.object.metadata))).toEqual(
    new Set(Object.keys(recorded[0]?.object.metadata ?? {})),
  );
  const bookmark = await watch.next();
  const expected = recorded.find((event) => event.type === "BOOKMARK");
  expect(bookmark).toEqual({
    type: "BOOKMARK",
    object: {
      ...expected?.object,
      metadata: { ...expected?.object.metadata, resourceVersion: modified.object.metadata.resourceVersion },
    },
  });
  expect(await watch.next()).toBeUndefined();
});

test("a watch without a version begins with what there is", async () => {
  const { api, world, now } = await startLab({ step: "l3-l4" });
  for (const version of ["", "&resourceVersion=0"]) {
    const watch = await api.watch(`${policies}?watch=true${version}`);
    expect(await watch.next()).toMatchObject({ type: "ADDED", object: { metadata: { name: "rule1", generation: 1 } } });
  }
  const end = await api.watch(
    `${policies}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
  );
  expect((await end.next()).type).toBe("ADDED");
  expect(await end.next()).toMatchObject({
    type: "BOOKMARK",
    object: { metadata: { annotations: { "k8s.io/initial-events-end": "true" } } },
  });
  world.setStep("l7", now());
  expect((await end.next()).type).toBe("MODIFIED");
});

test("a watch from an earlier version replays what has happened since", async () => {
  const { api, store } = await startLab();
  const from = (await api.get("/api/v1/configmaps")).body.metadata.resourceVersion;
  store.upsert(note);
  store.upsert({ ...note, data: { text: "two" } });
  store.upsert({ ...note, data: { text: "two" } });
  store.remove("ConfigMap", "default", "note");
  const watch = await api.watch(`/api/v1/configmaps?watch=true&resourceVersion=${from}&timeoutSeconds=1`);
  const types = [];
  for (let event = await watch.next(); event !== undefined; event = await watch.next()) types.push(event.type);
  expect(types).toEqual(["ADDED", "MODIFIED", "DELETED"]);
});

test("an object that comes to be selected is added, one that ceases to be is deleted", async () => {
  const { api, store } = await startLab();
  const xwing = (await api.get(`${pods}/xwing`)).body;
  const version = xwing.metadata.resourceVersion;
  const empire = await api.watch(`${pods}?watch=true&resourceVersion=${version}&labelSelector=org%3Dempire`);
  const alliance = await api.watch(`${pods}?watch=true&resourceVersion=${version}&labelSelector=org%3Dalliance`);
  const elsewhere = await api.watch(
    `/api/v1/namespaces/kube-system/pods?watch=true&resourceVersion=${version}&timeoutSeconds=1`,
  );
  // Pods made after xwing are news to these watches too.
  const captured = { ...xwing, metadata: { ...xwing.metadata, labels: { ...xwing.metadata.labels, org: "empire" } } };
  store.upsert(captured);
  const seen = [];
  for (let event = await empire.next(); ; event = await empire.next()) {
    seen.push(event);
    if (event.object.metadata.name === "xwing") break;
  }
  expect(seen.at(-1)).toMatchObject({ type: "ADDED", object: { metadata: { labels: { org: "empire" } } } });
  expect(await alliance.next()).toMatchObject({
    type: "DELETED",
    object: {
      metadata: {
        name: "xwing",
        labels: { org: "alliance" },
        resourceVersion: seen.at(-1).object.metadata.resourceVersion,
      },
    },
  });
  for (let event = await elsewhere.next(); event !== undefined; event = await elsewhere.next())
    expect(event.object.metadata.namespace).toBe("kube-system");
});

test("a table watch names its columns once", async () => {
  const { api, world, now } = await startLab({ step: "l3-l4" });
  const watch = await api.watch(`${policies}?watch=true`, { accept: table });
  const first = await watch.next();
  world.setStep("l7", now());
  const second = await watch.next();
  expect(first).toMatchObject({
    type: "ADDED",
    object: { kind: "Table", rows: [{ cells: ["rule1", "10m", "True"] }] },
  });
  expect(first.object.columnDefinitions).toHaveLength(3);
  expect(second).toMatchObject({ type: "MODIFIED", object: { kind: "Table", columnDefinitions: null } });
});

test("a version that is gone is told in an ERROR event, and the stream ends", async () => {
  const { api, store } = await startLab();
  const version = (await api.get(policies)).body.metadata.resourceVersion;
  const live = await api.watch(`${policies}?watch=true&resourceVersion=${version}`);
  store.expire();
  const gone = { type: "ERROR", object: { kind: "Status", status: "Failure", reason: "Expired", code: 410 } };
  expect(await live.next()).toMatchObject(gone);
  expect(await live.next()).toBeUndefined();
  const late = await api.watch(`${policies}?watch=true&resourceVersion=${version}`, { accept: table });
  expect(late.response.statusCode).toBe(200);
  const event = await late.next();
  expect(event).toMatchObject(gone);
  expect(event.object.message).toMatch(new RegExp(`^too old resource version: ${version} \\(\\d+\\)$`));
  expect(await late.next()).toBeUndefined();
});

test("a thousand changes are remembered, no more", async () => {
  const { api, store } = await startLab();
  const version = Number((await api.get(policies)).body.metadata.resourceVersion);
  for (let change = 0; change < 1_000; change++) store.upsert({ ...note, data: { text: String(change) } });
  const inTime = await api.watch(`/api/v1/configmaps?watch=true&resourceVersion=${version}`);
  expect((await inTime.next()).type).toBe("ADDED");
  store.upsert({ ...note, data: { text: "one more" } });
  const late = await api.watch(`/api/v1/configmaps?watch=true&resourceVersion=${version}`);
  expect(await late.next()).toMatchObject({ type: "ERROR", object: { code: 410 } });
});

test("disconnect cuts the connection without an event", async () => {
  const { api, store } = await startLab();
  const watch = await api.watch(`${policies}?watch=true`);
  store.disconnect();
  expect(await watch.next()).toBeUndefined();
  expect(watch.response.complete).toBe(false);
  expect(store.watches()).toBe(0);
});

test("a client that goes away is forgotten", async () => {
  const { api, store } = await startLab();
  const watch = await api.watch(`${policies}?watch=true`);
  expect(store.watches()).toBe(1);
  watch.close();
  for (let tries = 0; tries < 100 && store.watches() > 0; tries++) await sleep(10);
  expect(store.watches()).toBe(0);
});

test("a client that does not read is cut before it costs memory", async () => {
  const { api, store } = await startLab({ limits: { buffer: 200_000 } });
  const stuck = await api.watch("/api/v1/configmaps?watch=true");
  stuck.response.pause();
  const reading = await api.watch("/api/v1/configmaps?watch=true");
  expect((await reading.next()).type).toBe("ADDED");
  for (let change = 0; change < 400 && store.watches() > 1; change++) {
    store.upsert({ ...note, data: { text: `${change}${"x".repeat(100_000)}` } });
    expect((await reading.next()).object.metadata.name).toBe("note");
  }
  expect(store.watches()).toBe(1);
});

test("too many watches are refused with 429", async () => {
  const { api } = await startLab({ limits: { watches: 2 } });
  const first = await api.watch(`${policies}?watch=true`);
  await api.watch(`${policies}?watch=true`);
  const refused = await api.get(`${policies}?watch=true`);
  expect(refused.status).toBe(429);
  expect(refused.headers["retry-after"]).toBe("1");
  expect(refused.body).toMatchObject({ reason: "TooManyRequests", details: { retryAfterSeconds: 1 } });
  first.close();
});
