import { inflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { useTestRedis } from "../../../support/redis-client.ts";
import { startApiServer, until } from "../api-server.ts";
import { pod, paths as usual } from "../objects.ts";
import { newPrefix, rule, startWatching, written } from "./watching.ts";

const server = useTestRedis();
const paths = {
  ...usual,
  daemonSets: "/apis/apps/v1/daemonsets",
  config: "/api/v1/namespaces/kube-system/configmaps",
};
const hourMs = 3_600_000;

test("a policy created, changed and deleted: when, by whom, in words, as a diff", async () => {
  await using api = await startApiServer();
  await using watching = await startWatching(api.kubeconfig, server.redis, newPrefix());
  const before = Math.floor(Date.now() / 1_000) * 1_000;

  api.upsert(paths.cnp, written("default", "rule1", { spec: rule(["80", "8080"]) }));
  await watching.changes(1);
  const changed = written("default", "rule1", { spec: rule(["80"]) }, { by: "kustomize-controller" });
  api.upsert(paths.cnp, changed);
  // A verdict of the operator is no change.
  api.upsert(paths.cnp, { ...changed, status: { conditions: [{ type: "Valid", status: "True" }] } });
  await watching.changes(2);
  api.remove(paths.cnp, "default", "rule1");
  const found = [...(await watching.changes(3))].sort((left, right) => left.observedAt - right.observedAt);

  expect(found).toMatchObject([
    { action: "created", by: "kubectl-client-side-apply", what: expect.arrayContaining(["ingress from org=empire"]) },
    { action: "changed", by: "kustomize-controller", what: ["ingress port 8080/TCP removed"], after: null },
    { action: "deleted", by: null, after: null },
  ]);
  for (const { object, namespace, name, at } of found) {
    expect(`${object} ${namespace}/${name}`).toBe("CiliumNetworkPolicy default/rule1");
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
  }
  expect(found[1]?.diff.split("\n").filter((line) => /^[-+]/.test(line))).toEqual([
    ...["--- CiliumNetworkPolicy default/rule1", "+++ CiliumNetworkPolicy default/rule1"],
    ...['-            - port: "8080"', "-              protocol: TCP"],
  ]);
  expect(JSON.stringify(found)).not.toContain("hunter2");
});

test("rollouts, scales, labels, nodes and settings; no value of an environment variable is kept", async () => {
  await using api = await startApiServer();
  const container = (image: string, value: string) => ({ name: "web", image, env: [{ name: "TOKEN", value }] });
  const deployment = (replicas: number, image: string, value: string) => ({
    spec: {
      replicas,
      template: { metadata: { labels: { app: "web" } }, spec: { containers: [container(image, value)] } },
    },
  });
  const node = (status: string) => ({ spec: {}, status: { conditions: [{ type: "Ready", status }] } });
  const old = { createdAgo: 30 * hourMs, ago: 30 * hourMs };
  const put = (
    replicas: number,
    image: string,
    value: string,
    level: string,
    ready: string,
    mode: string,
    more = {},
  ) => {
    api.upsert(paths.deployments, written("shop", "web", deployment(replicas, image, value), more));
    api.upsert(paths.namespaces, written("", "shop", {}, { labels: { level }, ...more }));
    api.upsert(paths.nodes, written("", "k8s-w1", node(ready), more));
    api.upsert(paths.config, written("kube-system", "cilium-config", { data: { "enable-policy": mode } }, more));
  };
  put(2, "web:1.2", "swordfish-one", "a", "True", "default", old);
  const prefix = newPrefix();
  await using watching = await startWatching(api.kubeconfig, server.redis, prefix);
  expect((await watching.find()).changes).toEqual([]);

  put(3, "web:1.3", "swordfish-two", "b", "False", "always", { createdAgo: 30 * hourMs, by: "helm" });
  const found = await watching.changes(4);

  const words = Object.fromEntries(found.map(({ kind, what }) => [kind, what]));
  expect(words).toEqual({
    workload: ["scaled 2 → 3", "image web:1.2 → web:1.3", "env TOKEN of web changed"],
    namespace: ["label level=a → level=b"],
    node: ["not ready"],
    config: ["enable-policy default → always"],
  });
  expect(new Set(found.flatMap(({ kind, by }) => (kind === "node" ? [] : [by])))).toEqual(new Set(["helm"]));
  const texts = await server.redis.hgetall(`${prefix}:changes:texts:lab`);
  expect(Object.keys(texts)).toHaveLength(4);
  for (const key of Object.keys(texts)) {
    const text = await watching.store.text("lab", key);
    expect(inflateRawSync(text ?? Buffer.alloc(0)).toString()).toMatch(/^\{"tree":(?!.*swordfish)/);
  }
  expect(JSON.stringify(found)).not.toContain("swordfish");
  const removed = await (async () => {
    api.remove(paths.nodes, "", "k8s-w1");
    return await watching.changes(5);
  })();
  expect(removed[0]).toMatchObject({ kind: "node", action: "deleted", name: "k8s-w1" });
});

test("what changed while nobody watched is found at the next start, with the time that it can have been", async () => {
  await using api = await startApiServer();
  const prefix = newPrefix();
  api.upsert(paths.cnp, written("default", "rule1", { spec: rule(["80", "8080"]) }, { ago: 30 * hourMs }));
  api.upsert(paths.cnp, written("default", "rule2", { spec: rule(["80"]) }, { ago: 30 * hourMs }));
  api.upsert(paths.cnp, written("default", "rule3", { spec: rule(["80"]) }, { ago: 30 * hourMs }));
  {
    await using watching = await startWatching(api.kubeconfig, server.redis, prefix);
    expect((await watching.find()).changes).toEqual([]);
  }
  // As if that had been five minutes ago.
  const stoppedAt = Date.now() - 300_000;
  const watch = `${prefix}:changes:watch:lab`;
  for (const field of await server.redis.hkeys(watch)) await server.redis.hset(watch, field, stoppedAt);
  api.upsert(paths.cnp, written("default", "rule1", { spec: rule(["80"]) }, { ago: 120_000, createdAgo: 30 * hourMs }));
  // Nobody wrote down who: the write left no trace.
  api.upsert(paths.cnp, written("default", "rule2", { spec: rule(["81"]) }, { ago: 30 * hourMs }));
  api.forget(paths.cnp, "default", "rule3");
  api.upsert(paths.cnp, written("default", "rule4", { spec: rule(["80"]) }, { ago: 60_000 }));

  await using watching = await startWatching(api.kubeconfig, server.redis, prefix);
  const found = new Map((await watching.changes(4)).map((change) => [change.name, change]));

  expect(found.get("rule1")).toMatchObject({
    ...{ action: "changed", after: null, by: "kubectl-client-side-apply", what: ["ingress port 8080/TCP removed"] },
  });
  expect(Math.abs((found.get("rule1")?.at ?? 0) - (Date.now() - 120_000))).toBeLessThan(30_000);
  expect(found.get("rule2")).toMatchObject({ action: "changed", after: stoppedAt, by: null });
  expect(found.get("rule3")).toMatchObject({ action: "deleted", after: stoppedAt });
  expect(found.get("rule4")).toMatchObject({ action: "created", after: null });
  const { watched } = await watching.find();
  expect(watched.find(({ kind }) => kind === "policy")).toMatchObject({
    since: stoppedAt,
    gaps: [{ from: stoppedAt }],
  });
});

test("two watchers at once, and one that starts again, write one entry for each change", async () => {
  await using api = await startApiServer();
  const prefix = newPrefix();
  api.upsert(paths.cnp, written("default", "rule0", { spec: rule(["80"]) }, { ago: 30 * hourMs }));
  await using one = await startWatching(api.kubeconfig, server.redis, prefix);
  await using other = await startWatching(api.kubeconfig, server.redis, prefix);
  await until(() => api.openWatches(paths.cnp) === 2, 15_000);

  for (let at = 0; at < 30; at++) {
    api.upsert(paths.cnp, written("default", `rule${at}`, { spec: rule(["80", "443"]) }));
    if (at % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await one.changes(30);
  for (let at = 0; at < 10; at++) api.remove(paths.cnp, "default", `rule${at}`);
  await other.changes(40);
  await using again = await startWatching(api.kubeconfig, server.redis, prefix);
  const found = (await again.find()).changes ?? [];

  const count = (action: string) => found.filter((change) => change.action === action).length;
  expect([count("created"), count("changed"), count("deleted")]).toEqual([29, 1, 10]);
  expect(new Set(found.map(({ id }) => id)).size).toBe(40);
});

test("the first look says of policies what they say themselves, and of other things nothing that is older than itself", async () => {
  await using api = await startApiServer();
  api.upsert(paths.cnp, written("default", "new", { spec: rule(["80"]) }, { ago: 600_000 }));
  api.upsert(
    paths.cnp,
    written("default", "edited", { spec: rule(["80"]) }, { ago: 300_000, createdAgo: 50 * hourMs }),
  );
  api.upsert(paths.cnp, written("default", "old", { spec: rule(["80"]) }, { ago: 50 * hourMs }));
  api.upsert(paths.deployments, written("default", "web", { spec: { replicas: 1 } }, { ago: 600_000 }));
  await using watching = await startWatching(api.kubeconfig, server.redis, newPrefix());
  const { changes, watched } = await watching.find();

  expect(changes?.map(({ name, action, diff }) => [name, action, diff === ""])).toEqual([
    ["edited", "changed", true],
    ["new", "created", false],
  ]);
  expect(watched.every(({ since }) => since !== null)).toBe(true);
});

test("a target has what selects it or did, its workload, namespace and nodes; a place sees its own namespaces", async () => {
  await using api = await startApiServer();
  const labels = { class: "deathstar" };
  api.upsert(paths.pods, pod({ name: "deathstar-1", labels, owner: ["DaemonSet", "deathstar"], ip: "10.0.0.1" }));
  api.upsert(paths.pods, pod({ name: "xwing", labels: { class: "xwing" }, ip: "10.0.0.2" }));
  await using watching = await startWatching(api.kubeconfig, server.redis, newPrefix());
  const other = { ...rule(["80"]), endpointSelector: { matchLabels: { class: "xwing" } } };
  const workload = { spec: { template: {} } };
  const put = async (count: number, path: string, ...given: Parameters<typeof written>) => {
    api.upsert(path, written(...given));
    await watching.changes(count);
  };
  await put(1, paths.cnp, "default", "left", { spec: rule(["80"]) });
  await put(2, paths.cnp, "default", "left", { spec: other });
  await put(3, paths.cnp, "shop", "elsewhere", { spec: rule(["80"]) });
  await put(4, paths.ccnp, "", "everywhere", { spec: { ...rule(["80"]), endpointSelector: {} } });
  await put(5, paths.daemonSets, "default", "deathstar", workload);
  await put(6, paths.daemonSets, "default", "other", workload);
  await put(7, paths.namespaces, "", "shop", {}, { labels: { a: "b" } });
  await put(8, paths.nodes, "", "k8s-w1", { status: {} });
  await put(9, paths.nodes, "", "k8s-w2", { status: {} });

  const names = async (text?: string, visible?: readonly string[]) =>
    ((await watching.find(text, visible && { visible })).changes ?? [])
      .map(({ name, action }) => `${name} ${action}`)
      .sort();
  expect(await names("ds/default/deathstar")).toEqual([
    "deathstar created",
    "everywhere created",
    "k8s-w1 created",
    "left changed",
    "left created",
  ]);
  expect(await names("pod/default/xwing")).toEqual(["everywhere created", "k8s-w1 created", "left changed"]);
  expect(await names(undefined, ["shop"])).toEqual([
    ...["elsewhere created", "everywhere created", "k8s-w1 created", "k8s-w2 created", "shop created"],
  ]);
  expect((await watching.find("nobody")).changes).toBeNull();
});

test("hostile objects are bounded, and hold nothing up", async () => {
  await using api = await startApiServer();
  const prefix = newPrefix();
  await using watching = await startWatching(api.kubeconfig, server.redis, prefix);
  const deep = JSON.parse(`${'{"a":'.repeat(3_000)}1${"}".repeat(3_000)}`) as object;
  const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`label-${n}`, "v".repeat(300)]));
  const big = { ...rule(["80"]), description: "x".repeat(5 * 1024 * 1024) };
  api.upsert(paths.cnp, written("default", "deep", { spec: deep }));
  api.upsert(paths.namespaces, written("", "wide", {}, { labels: wide }));
  api.upsert(paths.cnp, written("default", "big", { spec: big }));
  await watching.changes(3);
  api.upsert(paths.cnp, written("default", "big", { spec: { ...big, description: `${big.description}y` } }));
  api.upsert(paths.cnp, written("default", "\u202erule<!channel>", { spec: rule(["80"]) }, { by: "x".repeat(10_000) }));
  const found = await watching.changes(5);

  expect(found.find(({ name, action }) => name === "big" && action === "changed")?.what).toEqual([
    "spec.description changed",
  ]);
  expect(found.every(({ diff }) => !/[\u202e]/.test(diff))).toBe(true);
  expect(found.every(({ diff }) => Buffer.byteLength(diff) <= 8 * 1024)).toBe(true);
  expect(found.every(({ what }) => what.length <= 6 && what.every((word) => word.length <= 120))).toBe(true);
  expect(Buffer.byteLength(JSON.stringify(await watching.find()))).toBeLessThan(256 * 1024);
  expect(await watching.store.bytes("lab")).toBeLessThan(200_000);
}, 30_000);

test("all diffs are a file, where the carrier keeps one", async () => {
  await using api = await startApiServer();
  await using watching = await startWatching(api.kubeconfig, server.redis, newPrefix());
  api.upsert(paths.cnp, written("default", "rule1", { spec: rule(["80"]) }));
  await watching.changes(1);
  api.upsert(paths.cnp, written("default", "rule1", { spec: rule(["443"]) }));
  await watching.changes(2);
  const bodies: Buffer[] = [];
  const keep = async ({ body }: { readonly body: Buffer }) => String(bodies.push(body));
  const running = { keep, stop: new AbortController().signal, progress: () => undefined };
  const { file } = await watching.find(undefined, {}, running);

  expect(file).toMatchObject({ id: "1", name: "changes.txt", type: "text/plain; charset=utf-8" });
  const text = String(bodies[0]);
  expect(text.match(/^# .* CiliumNetworkPolicy default\/rule1 (changed|created) by kubectl$/gm)).toHaveLength(2);
  expect(text).toContain('+            - port: "443"');
});
