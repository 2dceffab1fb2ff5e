import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Resolution } from "../../../src/analysis/target.ts";
import { parseTarget } from "../../../src/analysis/target-parse.ts";
import { createKubernetes, type Kubernetes } from "../../../src/sources/kubernetes/kubernetes.ts";
import { startApiServer, until } from "./api-server.ts";
import { endpoint, identity, identityLabels, named, paths, pod, resourceCount, service, slice } from "./objects.ts";

let server: Awaited<ReturnType<typeof startApiServer>>;
let kubernetes: Kubernetes;
let time = 0;

const empire = { org: "empire", class: "deathstar", "pod-template-hash": "8c4c77fb7" };
const owner = ["ReplicaSet", "deathstar-8c4c77fb7"] as const;

beforeEach(async () => {
  server = await startApiServer();
  server.upsert(paths.namespaces, named("", "default", undefined, { "kubernetes.io/metadata.name": "default" }));
  server.upsert(paths.namespaces, named("", "prod"));
  server.upsert(paths.deployments, named("default", "deathstar"));
  server.upsert(paths.replicaSets, named("default", "deathstar-8c4c77fb7", ["Deployment", "deathstar"]));
  server.upsert(paths.replicaSets, named("default", "deathstar-1111111111", ["Deployment", "deathstar"]));
  server.upsert(paths.pods, pod({ name: "deathstar-8c4c77fb7-aaaaa", labels: empire, owner, ip: "10.0.1.1" }));
  server.upsert(paths.pods, pod({ name: "deathstar-8c4c77fb7-bbbbb", labels: empire, owner, ip: "10.0.1.2" }));
  server.upsert(paths.endpoints, endpoint("default", "deathstar-8c4c77fb7-aaaaa", 55_683));
  server.upsert(paths.endpoints, endpoint("default", "deathstar-8c4c77fb7-bbbbb", 37_697));
  server.upsert(paths.identities, identity(55_683, identityLabels({ org: "empire", class: "deathstar" })));
  server.upsert(paths.identities, identity(37_697, identityLabels({ org: "empire", class: "deathstar" })));
  server.upsert(paths.services, service("default", "deathstar", { org: "empire", class: "deathstar" }));
  server.upsert(paths.pods, pod({ name: "xwing", labels: { org: "alliance" }, ip: "10.0.2.1" }));
  server.upsert(paths.pods, pod({ name: "agent", labels: { app: "agent" }, ip: "192.168.0.1", hostNetwork: true }));
  time = Date.parse("2026-11-21T12:00:00Z");
});

afterEach(async () => {
  await kubernetes.close();
  await server[Symbol.asyncDispose]();
});

async function start(): Promise<void> {
  const timing = { backoffMs: 10, maxBackoffMs: 50 };
  kubernetes = createKubernetes({ name: "test", kubeconfig: server.kubeconfig, timing, now: () => time });
  await kubernetes.ready(AbortSignal.timeout(15_000));
  await until(() => server.openWatches() === resourceCount);
}

async function resolve(text: string): Promise<Resolution> {
  const parsed = parseTarget(text);
  if (!parsed.ok) throw new Error(parsed.say);
  return await kubernetes.resolve(parsed.target, AbortSignal.timeout(1_000));
}

async function resolved(text: string) {
  const resolution = await resolve(text);
  if (resolution.status !== "resolved") throw new Error(`${text}: ${JSON.stringify(resolution)}`);
  return resolution.target;
}

describe("a name", () => {
  test("means the Deployment, and the Service in front of it is the same thing", async () => {
    await start();
    const expected = {
      target: { kind: "workload", workload: "Deployment", namespace: "default", name: "deathstar" },
      title: "Deployment default/deathstar",
      text: "deploy/default/deathstar",
      pods: [
        { namespace: "default", name: "deathstar-8c4c77fb7-aaaaa", node: "k8s-w1", ips: ["10.0.1.1"] },
        { namespace: "default", name: "deathstar-8c4c77fb7-bbbbb", node: "k8s-w1", ips: ["10.0.1.2"] },
      ],
      podCount: 2,
      identities: [37_697, 55_683],
      workload: { kind: "Deployment", namespace: "default", name: "deathstar" },
      generations: ["deathstar-1111111111", "deathstar-8c4c77fb7"],
      // The hash is that of one generation.
      labels: ["k8s:class=deathstar", "k8s:org=empire"],
    };
    expect(await resolved("deathstar")).toEqual(expected);
    expect(await resolved("default/deathstar")).toEqual(expected);
    expect(await resolved("deploy/deathstar")).toEqual(expected);
  });

  test("in several namespaces is ambiguous, with candidates that resolve", async () => {
    server.upsert(paths.deployments, named("prod", "deathstar"));
    await start();
    expect(await resolve("deathstar")).toEqual({
      status: "ambiguous",
      text: "deathstar",
      candidates: ["default/deathstar", "prod/deathstar"],
    });
    expect((await resolved("prod/deathstar")).podCount).toBe(0);
    expect(await resolve("deploy/deathstar")).toMatchObject({
      candidates: ["deploy/default/deathstar", "deploy/prod/deathstar"],
    });
  });

  test("of two things with different pods in one namespace is ambiguous by kind", async () => {
    server.upsert(paths.statefulSets, named("default", "deathstar"));
    server.upsert(paths.pods, pod({ name: "deathstar-0", owner: ["StatefulSet", "deathstar"], labels: { a: "b" } }));
    await start();
    expect(await resolve("deathstar")).toMatchObject({
      candidates: ["deploy/default/deathstar", "sts/default/deathstar"],
    });
    expect(await resolved("sts/deathstar")).toMatchObject({ podCount: 1, generations: ["deathstar"] });
  });

  test("means the one that has pods when another is scaled to nothing", async () => {
    server.upsert(paths.deployments, named("default", "web"));
    server.upsert(paths.services, service("default", "web", { app: "web-blue" }));
    server.upsert(paths.pods, pod({ name: "web-blue-1", labels: { app: "web-blue" } }));
    await start();
    expect(await resolved("web")).toMatchObject({ title: "Service default/web", podCount: 1 });
  });

  test("may be a pod, a namespace, a ReplicaSet, a CronJob or a workload whose kind is not watched", async () => {
    server.upsert(paths.cronJobs, named("default", "backup"));
    server.upsert(paths.jobs, named("default", "backup-29000001", ["CronJob", "backup"]));
    server.upsert(paths.pods, pod({ name: "backup-29000001-x2x2x", owner: ["Job", "backup-29000001"] }));
    server.upsert(paths.replicaSets, named("default", "shop-77", ["Rollout", "shop"]));
    server.upsert(paths.pods, pod({ name: "shop-77-abcde", owner: ["ReplicaSet", "shop-77"] }));
    await start();
    expect(await resolved("xwing")).toMatchObject({
      title: "Pod default/xwing",
      text: "pod/default/xwing",
      podCount: 1,
    });
    expect(await resolved("prod")).toMatchObject({ title: "Namespace prod", text: "ns/prod" });
    expect(await resolved("deathstar-8c4c77fb7")).toMatchObject({
      title: "ReplicaSet default/deathstar-8c4c77fb7",
      podCount: 2,
    });
    expect(await resolved("backup")).toMatchObject({
      title: "CronJob default/backup",
      podCount: 1,
      generations: ["backup-29000001"],
    });
    expect(await resolved("shop")).toMatchObject({
      title: "Rollout default/shop",
      podCount: 1,
      generations: ["shop-77"],
    });
    expect(await resolved("rollout/shop")).toMatchObject({ text: "rollout/default/shop" });
  });

  test("that nothing has is unknown, with names that look like it", async () => {
    await start();
    expect(await resolve("deathstr")).toEqual({ status: "unknown", text: "deathstr", near: ["default/deathstar"] });
    expect(await resolve("prod/deathstar")).toEqual({
      status: "unknown",
      text: "prod/deathstar",
      near: ["default/deathstar"],
    });
    expect(await resolve("zzzzzz")).toEqual({ status: "unknown", text: "zzzzzz", near: [] });
    expect(await resolve("ns/prodd")).toEqual({ status: "unknown", text: "ns/prodd", near: ["ns/prod"] });
    expect(await resolve("-l org=empir")).toMatchObject({ status: "unknown", near: ["-l org=empire"] });
  });

  test("is found by its pods when our role may not list Deployments and ReplicaSets", async () => {
    server.refuse(paths.deployments, 403);
    server.refuse(paths.replicaSets, 403);
    kubernetes = createKubernetes({ name: "test", kubeconfig: server.kubeconfig });
    await kubernetes.ready(AbortSignal.timeout(15_000));
    expect(await resolved("deathstar")).toMatchObject({ title: "Deployment default/deathstar", podCount: 2 });
    expect(await resolve("xxx")).toEqual({
      status: "unresolved",
      target: { kind: "name", namespace: undefined, name: "xxx" },
      because: "Deployment: not read, because our role may not list deployments; allow get, list and watch on it.",
    });
  });
});

describe("other targets", () => {
  test("a Service stands for the pods of its EndpointSlices, ready or not, else of its selector", async () => {
    server.upsert(paths.services, service("default", "manual", undefined, "10.96.7.7"));
    server.upsert(paths.slices, slice("default", "manual", ["xwing"]));
    await start();
    expect(await resolved("svc/deathstar")).toMatchObject({
      title: "Service default/deathstar",
      podCount: 2,
      workload: undefined,
    });
    expect((await resolved("svc/manual")).pods.map(({ name }) => name)).toEqual(["xwing"]);
    expect(await resolved("10.96.7.7")).toMatchObject({ title: "IP 10.96.7.7 (Service default/manual)", podCount: 0 });
  });

  test("an IP is its pod's, but a node's IP is no pod's", async () => {
    await start();
    expect(await resolved("10.0.2.1")).toMatchObject({
      title: "IP 10.0.2.1 (Pod default/xwing)",
      text: "10.0.2.1",
      podCount: 1,
    });
    expect(await resolved("192.168.0.1")).toMatchObject({ title: "IP 192.168.0.1", podCount: 0 });
  });

  test("labels select by pod labels and by identity labels", async () => {
    await start();
    expect(await resolved("-l org=empire")).toMatchObject({ podCount: 2, identities: [37_697, 55_683] });
    expect(await resolved("-l io.kubernetes.pod.namespace=default,org=empire")).toMatchObject({ podCount: 2 });
    expect(await resolved("-l pod-template-hash=8c4c77fb7")).toMatchObject({ podCount: 2 });
    expect(await resolved("-l reserved:world")).toMatchObject({ podCount: 0, identities: [2] });
  });

  test("an identity has the pods that carry it and its labels in the title", async () => {
    await start();
    const target = await resolved("identity/55683");
    expect(target).toMatchObject({ podCount: 1, identities: [55_683], text: "identity/55683" });
    expect(target.title).toContain("k8s:org=empire");
    expect(await resolved("identity/16777217")).toMatchObject({ title: "Identity 16777217", identities: [16_777_217] });
  });

  test.each([
    ["world", "Reserved identity world (2)", [2]],
    ["10.0.0.0/8", "CIDR 10.0.0.0/8", []],
    ["api.github.com", "DNS name api.github.com", []],
  ])("%s needs no lookup", async (text, title, identities) => {
    await start();
    expect(await resolved(text)).toMatchObject({ title, identities, text, podCount: 0 });
  });

  test("a namespace has its pods, at most 200 of them listed", async () => {
    for (let at = 0; at < 250; at++) server.upsert(paths.pods, pod({ namespace: "prod", name: `p-${at}` }));
    await start();
    const target = await resolved("ns/prod");
    expect([target.podCount, target.pods.length]).toEqual([250, 200]);
  });

  test("pods without endpoint get the identities that have their labels", async () => {
    server.upsert(
      paths.pods,
      pod({ name: "lone", labels: { org: "empire", class: "deathstar", "pod-template-hash": "9" } }),
    );
    await start();
    expect((await resolved("pod/lone")).identities).toEqual([37_697, 55_683]);
  });
});

describe("what is gone", () => {
  test("a deleted pod keeps its workload for an hour", async () => {
    await start();
    server.remove(paths.replicaSets, "default", "deathstar-8c4c77fb7");
    server.remove(paths.pods, "default", "deathstar-8c4c77fb7-aaaaa");
    const known = () => kubernetes.status().resources.find(({ name }) => name === "pods")?.objects;
    await until(() => known() === 3);
    expect(kubernetes.workloadOf("default", "deathstar-8c4c77fb7-aaaaa")).toEqual({
      kind: "Deployment",
      name: "deathstar",
    });
    expect((await resolved("deathstar")).generations).toContain("deathstar-8c4c77fb7");
    time += 3_600_001;
    expect(kubernetes.workloadOf("default", "deathstar-8c4c77fb7-aaaaa")).toBeUndefined();
  });

  test("a deleted pod and a deleted workload resolve, and say that they are gone", async () => {
    await start();
    server.remove(paths.pods, "default", "xwing");
    await until(() => kubernetes.status().resources.find(({ name }) => name === "pods")?.objects === 3);
    expect(await resolved("xwing")).toMatchObject({
      title: "Pod default/xwing (deleted within the last hour)",
      podCount: 0,
      pods: [],
    });
    server.upsert(paths.pods, pod({ name: "xwing" }));
    await until(() => kubernetes.status().resources.find(({ name }) => name === "pods")?.objects === 4);
    expect(await resolved("xwing")).toMatchObject({ title: "Pod default/xwing", podCount: 1 });
  });
});

describe("the workload of a pod", () => {
  test("is found through ReplicaSet and Job, by the template hash, or is the pod itself", async () => {
    server.upsert(
      paths.pods,
      pod({ name: "a-55-x", owner: ["ReplicaSet", "a-55"], labels: { "pod-template-hash": "55" } }),
    );
    server.upsert(paths.pods, pod({ name: "static-k8s-w1", owner: ["Node", "k8s-w1"] }));
    server.upsert(paths.pods, pod({ name: "ds-x", owner: ["DaemonSet", "ds"] }));
    await start();
    expect(kubernetes.workloadOf("default", "deathstar-8c4c77fb7-aaaaa")).toEqual({
      kind: "Deployment",
      name: "deathstar",
    });
    expect(kubernetes.workloadOf("default", "a-55-x")).toEqual({ kind: "Deployment", name: "a" });
    expect(kubernetes.workloadOf("default", "static-k8s-w1")).toEqual({ kind: "Pod", name: "static-k8s-w1" });
    expect(kubernetes.workloadOf("default", "ds-x")).toEqual({ kind: "DaemonSet", name: "ds" });
    expect(kubernetes.workloadOf("default", "xwing")).toEqual({ kind: "Pod", name: "xwing" });
    expect(kubernetes.workloadOf("default", "nothing")).toBeUndefined();
  });
});
