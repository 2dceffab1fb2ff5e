import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Target } from "../../../src/analysis/target.ts";
import {
  createKubernetes,
  type Kubernetes,
  type KubernetesOptions,
} from "../../../src/sources/kubernetes/kubernetes.ts";
import { startApiServer, until } from "./api-server.ts";
import { named, paths, pod, resourceCount } from "./objects.ts";

const fast = { backoffMs: 10, maxBackoffMs: 50, retryAbsentMs: 50 };
const open: Kubernetes[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

function connect(options: Omit<KubernetesOptions, "name">): Kubernetes {
  const kubernetes = createKubernetes({ name: "test", timing: fast, ...options });
  open.push(kubernetes);
  return kubernetes;
}

const soon = () => AbortSignal.timeout(5_000);
const xwing: Target = { kind: "pod", namespace: "default", name: "xwing" };

async function knows(kubernetes: Kubernetes, target: Target): Promise<boolean> {
  return (await kubernetes.resolve(target, soon())).status === "resolved";
}

test("lists everything, then follows changes", async () => {
  await using server = await startApiServer();
  server.upsert(paths.pods, pod({ name: "xwing", ip: "10.0.0.1" }));
  const kubernetes = connect({ kubeconfig: server.kubeconfig });
  await kubernetes.ready(soon());
  expect(await knows(kubernetes, xwing)).toBe(true);
  expect(kubernetes.status()).toMatchObject({ ready: true, notes: [] });
  expect(kubernetes.status().server).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/prefix$/);

  await until(() => server.openWatches() === resourceCount);
  server.upsert(paths.pods, pod({ name: "tiefighter" }));
  await until(() => kubernetes.workloadOf("default", "tiefighter") !== undefined);
  server.remove(paths.pods, "default", "xwing");
  await until(() => kubernetes.status().resources.find(({ name }) => name === "pods")?.objects === 1);
});

test("asks for pages of 500, for bookmarks, and for metadata alone where that is enough", async () => {
  await using server = await startApiServer();
  for (let at = 0; at < 1_001; at++) server.upsert(paths.pods, pod({ name: `p-${at}` }));
  const kubernetes = connect({ kubeconfig: server.kubeconfig });
  await kubernetes.ready(soon());
  expect(kubernetes.status().resources.find(({ name }) => name === "pods")?.objects).toBe(1_001);
  const lists = server.seen.filter(({ path, query }) => path === paths.pods && !query.has("watch"));
  expect(lists.map(({ query }) => [query.get("limit"), query.get("continue")])).toEqual([
    ["500", null],
    ["500", "500"],
    ["500", "1000"],
  ]);
  await until(() => server.openWatches() === resourceCount);
  const watches = server.seen.filter(({ query }) => query.has("watch"));
  expect(watches.every(({ query }) => query.get("allowWatchBookmarks") === "true")).toBe(true);
  expect(lists[0]?.accept).toBe("application/json");
  const deployments = server.seen.filter(({ path }) => path === paths.deployments).map(({ accept }) => accept);
  expect(deployments).toEqual([
    "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json",
    "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json",
  ]);
});

test("a version that is gone is followed by a new list, which removes what was deleted meanwhile", async () => {
  await using server = await startApiServer();
  server.upsert(paths.pods, pod({ name: "xwing" }));
  server.upsert(paths.pods, pod({ name: "ywing" }));
  const kubernetes = connect({ kubeconfig: server.kubeconfig });
  await kubernetes.ready(soon());
  await until(() => server.openWatches(paths.pods) === 1);
  server.forget(paths.pods, "default", "xwing");
  server.expire();
  const count = () => kubernetes.status().resources.find(({ name }) => name === "pods")?.objects;
  await until(() => count() === 1);
  await until(() => server.openWatches(paths.pods) === 1);
  server.upsert(paths.pods, pod({ name: "awing" }));
  await until(() => count() === 2);
  expect(kubernetes.status().notes).toEqual([]);
});

test("a list whose continuation expired is read from the start", async () => {
  await using server = await startApiServer();
  for (let at = 0; at < 700; at++) server.upsert(paths.pods, pod({ name: `p-${at}` }));
  server.expirePages(2);
  const kubernetes = connect({ kubeconfig: server.kubeconfig });
  await kubernetes.ready(soon());
  expect(kubernetes.status().resources.find(({ name }) => name === "pods")?.objects).toBe(700);
});

test("a broken connection is taken up where it stopped, without a new list", async () => {
  await using server = await startApiServer();
  const kubernetes = connect({ kubeconfig: server.kubeconfig });
  await kubernetes.ready(soon());
  await until(() => server.openWatches() === resourceCount);
  const lists = () => server.seen.filter(({ query }) => !query.has("watch")).length;
  const before = lists();
  server.cut();
  server.upsert(paths.pods, pod({ name: "xwing" }));
  await until(() => kubernetes.workloadOf("default", "xwing") !== undefined);
  await until(() => kubernetes.status().notes.length === 0);
  expect(lists()).toBe(before);
});

test("a connection on which nothing arrives is given up and opened anew", async () => {
  await using server = await startApiServer();
  const kubernetes = connect({ kubeconfig: server.kubeconfig, timing: { ...fast, idleMs: 150 } });
  await kubernetes.ready(soon());
  await until(() => server.openWatches(paths.pods) === 1);
  server.silence(true);
  server.upsert(paths.pods, pod({ name: "xwing" }));
  await until(() => kubernetes.status().resources.some(({ phase }) => phase === "stale"));
  expect(kubernetes.status().notes.join(" ")).toContain("the watch is lost");
  server.silence(false);
  await until(() => kubernetes.workloadOf("default", "xwing") !== undefined);
  await until(() => kubernetes.status().notes.length === 0);
});

test("a quiet cluster without bookmarks stays in sync", async () => {
  await using server = await startApiServer();
  const phases: string[] = [];
  const kubernetes = connect({
    kubeconfig: server.kubeconfig,
    timing: { ...fast, idleMs: 400 },
    onState: ({ phase }) => phases.push(phase),
  });
  await kubernetes.ready(soon());
  const before = server.seen.length;
  await until(() => server.seen.length > before + resourceCount * 3);
  expect(new Set(phases)).toEqual(new Set(["synced"]));
});

test.each(["ends at once", "is refused"])("a watch that %s is not asked again at full speed", async (how) => {
  await using server = await startApiServer();
  if (how === "is refused") server.refuse(`watch ${paths.pods}`, 500);
  else server.endWatches();
  const kubernetes = connect({ kubeconfig: server.kubeconfig, timing: { ...fast, backoffMs: 50, maxBackoffMs: 100 } });
  await kubernetes.ready(soon());
  await new Promise((resolve) => setTimeout(resolve, 500));
  const asked = server.seen.filter(({ path, query }) => path === paths.pods && query.has("watch")).length;
  expect(asked).toBeGreaterThan(2);
  expect(asked).toBeLessThan(15);
});

test("resources that are absent or forbidden are noted and do not hold up the rest", async () => {
  await using server = await startApiServer();
  server.refuse(paths.ccnp, 404);
  server.refuse(paths.cronJobs, 403);
  server.refuse(`watch ${paths.jobs}`, 403);
  server.upsert(paths.pods, pod({ name: "xwing" }));
  server.upsert(paths.jobs, named("default", "migrate"));
  const kubernetes = connect({ kubeconfig: server.kubeconfig });
  await kubernetes.ready(soon());
  expect(await knows(kubernetes, xwing)).toBe(true);
  await until(() => kubernetes.status().notes.length === 3);
  expect(kubernetes.status().notes).toEqual([
    "Job: read once a minute, because our role may not watch jobs.",
    "CronJob: not read, because our role may not list cronjobs; allow get, list and watch on it.",
    "CiliumClusterwideNetworkPolicy: this cluster does not have it (ciliumclusterwidenetworkpolicies).",
  ]);
  server.upsert(paths.jobs, named("default", "second"));
  await until(() => kubernetes.status().resources.find(({ name }) => name === "jobs")?.objects === 2);

  server.refuse(paths.ccnp, undefined);
  server.refuse(paths.cronJobs, undefined);
  server.refuse(`watch ${paths.jobs}`, undefined);
  await until(() => kubernetes.status().notes.length === 0);
});

test("a token that was replaced in the kubeconfig is read again", async () => {
  await using server = await startApiServer();
  const kubernetes = connect({ kubeconfig: server.kubeconfig });
  await kubernetes.ready(soon());
  await server.changeToken("rotated", false);
  server.cut();
  await until(() => kubernetes.status().notes.some((note) => note.includes("refused our credentials")));
  await server.changeToken("rotated", true);
  server.upsert(paths.pods, pod({ name: "xwing" }));
  await until(() => kubernetes.workloadOf("default", "xwing") !== undefined);
});

test("a kubeconfig that cannot be used says why, and is read when it is there", async () => {
  await using server = await startApiServer();
  const kubeconfig = `${dirname(server.kubeconfig)}/later`;
  const kubernetes = connect({ kubeconfig });
  await expect(kubernetes.ready(AbortSignal.timeout(200))).rejects.toMatchObject({
    code: "NOT_CONFIGURED",
    say: `The kubeconfig cannot be used: ENOENT: no such file or directory, open '${kubeconfig}'.`,
  });
  expect(await kubernetes.resolve(xwing, AbortSignal.timeout(50))).toEqual({
    status: "unresolved",
    target: xwing,
    because: `The kubeconfig cannot be used: ENOENT: no such file or directory, open '${kubeconfig}'.`,
  });
  await copyFile(server.kubeconfig, kubeconfig);
  await kubernetes.ready(soon());
});

test("a server that never answers is named in the reason", async () => {
  await using server = await startApiServer();
  server.silence(true);
  const kubernetes = connect({ kubeconfig: server.kubeconfig, timing: { ...fast, listMs: 50 } });
  const resolution = await kubernetes.resolve(xwing, AbortSignal.timeout(300));
  expect(resolution).toMatchObject({
    status: "unresolved",
    because: expect.stringMatching(/^The Kubernetes API gave no answer for \w+ in time\.$/),
  });
  expect((await kubernetes.ready(AbortSignal.timeout(100)).catch((thrown: unknown) => thrown)) as object).toMatchObject(
    { code: "TIMEOUT" },
  );
});

test("a context that the kubeconfig does not have is named, with those that it has", async () => {
  await using server = await startApiServer();
  const kubernetes = connect({ kubeconfig: server.kubeconfig, context: "prod" });
  await expect(kubernetes.ready(AbortSignal.timeout(200))).rejects.toMatchObject({
    say: 'The kubeconfig cannot be used: it has no usable context "prod"; known: test.',
  });
});

test("a refused connection is UNREACHABLE with the address and without credentials", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kubernetes-test-"));
  const kubeconfig = `${folder}/config`;
  const cluster = { server: "http://user:hunter2@127.0.0.1:9", "insecure-skip-tls-verify": true };
  await writeFile(
    kubeconfig,
    JSON.stringify({
      "current-context": "t",
      clusters: [{ name: "c", cluster }],
      users: [{ name: "u", user: { token: "secret" } }],
      contexts: [{ name: "t", context: { cluster: "c", user: "u" } }],
    }),
  );
  const kubernetes = connect({ kubeconfig });
  const failure = await kubernetes.ready(AbortSignal.timeout(300)).catch((thrown: unknown) => thrown);
  await rm(folder, { recursive: true });
  expect(failure).toMatchObject({ code: "UNREACHABLE" });
  expect((failure as { say: string }).say).toContain("127.0.0.1:9");
  expect(JSON.stringify([failure, kubernetes.status()])).not.toMatch(/hunter2|secret/);
});
