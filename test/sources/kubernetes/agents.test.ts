/** Whether nodes and the agents on them run, and how many policies are not valid: by an API server, and by the lab's. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createKubernetes, type Kubernetes } from "../../../src/sources/kubernetes/kubernetes.ts";
import type { AgentsFinding } from "../../../src/sources/question.ts";
import { startApiServer, type TestObject } from "./api-server.ts";
import { named, paths, pod } from "./objects.ts";

let server: Awaited<ReturnType<typeof startApiServer>>;
let kubernetes: Kubernetes | undefined;

beforeEach(async () => {
  server = await startApiServer();
});

afterEach(async () => {
  await kubernetes?.close();
  kubernetes = undefined;
  await server[Symbol.asyncDispose]();
});

async function ask(): Promise<AgentsFinding> {
  kubernetes ??= createKubernetes({ name: "test", kubeconfig: server.kubeconfig });
  await kubernetes.ready(AbortSignal.timeout(20_000));
  return await kubernetes.answer({ source: "kubernetes", ask: "agents", cluster: "test" }, AbortSignal.timeout(10_000));
}

function node(name: string, status?: string, reason = "KubeletReady"): void {
  const ready = { type: "Ready", status, reason, lastTransitionTime: "2026-11-20T03:00:00Z" };
  const conditions = status === undefined ? [] : [{ type: "DiskPressure", status: "False" }, ready];
  server.upsert(paths.nodes, { ...named("", name), status: { conditions } } as TestObject);
}

interface AgentShape {
  readonly name?: string;
  readonly ready?: boolean;
  readonly waiting?: string;
  readonly init?: string;
  readonly restarts?: number;
  readonly leaving?: boolean;
}

function agent(on: string, shape: AgentShape = {}): void {
  const { name = `cilium-${on}`, ready = true, waiting, init, restarts = 0, leaving } = shape;
  const object = pod({ namespace: "kube-system", name, labels: { "k8s-app": "cilium" } });
  server.upsert(paths.pods, {
    metadata: { ...object.metadata, ...(leaving && { deletionTimestamp: "2026-11-20T03:10:00Z" }) },
    spec: { nodeName: on, containers: [{ name: "cilium-agent", image: "quay.io/cilium/cilium:v1.19.4" }] },
    status: {
      phase: init === undefined ? "Running" : "Pending",
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
      ...(init !== undefined && {
        initContainerStatuses: [
          { name: "config", ready: true, state: { terminated: { reason: "Completed" } } },
          { name: "mount-cgroup", ready: false, state: { waiting: { reason: init } } },
        ],
      }),
      containerStatuses: [
        {
          ...{ name: "cilium-agent", restartCount: restarts },
          state: waiting === undefined ? { running: {} } : { waiting: { reason: waiting } },
        },
      ],
    },
  } as TestObject);
}

function cnp(name: string, valid?: "True" | "False", spec: object = { endpointSelector: {}, ingress: [{}] }): void {
  const conditions = valid === undefined ? [] : [{ type: "Valid", status: valid, message: "said by the operator" }];
  server.upsert(paths.cnp, { ...named("default", name), spec, status: { conditions } } as TestObject);
}

describe("nodes", () => {
  test("that are not ready are named with Kubernetes' own reason, and Unknown is not ready", async () => {
    node("a", "True");
    node("b", "False", "KubeletNotReady");
    node("c", "Unknown", "NodeStatusUnknown");
    node("d");
    const since = Date.parse("2026-11-20T03:00:00Z");
    expect((await ask()).nodes).toEqual({
      ...{ total: 4, folded: 0, unknown: 1 },
      notReady: [
        { name: "b", reason: "KubeletNotReady", since },
        { name: "c", reason: "NodeStatusUnknown", since },
      ],
    });
  });

  test("are followed as they change", async () => {
    node("a", "True");
    expect((await ask()).nodes?.notReady).toEqual([]);
    node("a", "Unknown", "NodeStatusUnknown");
    await expect.poll(async () => (await ask()).nodes?.notReady.length, { timeout: 15_000 }).toBe(1);
  });

  test("by the hundreds are listed as far as a finding has room", async () => {
    for (let at = 0; at < 150; at++) node(`n${at}`, "False");
    const { nodes } = await ask();
    expect(nodes).toMatchObject({ total: 150, folded: 50 });
    expect(nodes?.notReady).toHaveLength(100);
  });
});

describe("agents", () => {
  test("that do not run are told with the kubelet's word, and nodes without one as well", async () => {
    for (const name of ["a", "b", "c", "d"]) node(name, "True");
    agent("a");
    agent("b", { ready: false, waiting: "CrashLoopBackOff", restarts: 17 });
    agent("c", { ready: false, waiting: "PodInitializing", init: "ImagePullBackOff" });
    const { agents } = await ask();
    expect(agents).toMatchObject({ total: 4, folded: 0 });
    expect([...(agents?.troubled ?? [])].sort((one, other) => (one.node < other.node ? -1 : 1))).toEqual([
      { node: "b", pod: "cilium-b", why: "CrashLoopBackOff", restarts: 17 },
      { node: "c", pod: "cilium-c", why: "mount-cgroup: ImagePullBackOff", restarts: 0 },
      { node: "d", pod: null, why: "", restarts: 0 },
    ]);
  });

  test("of a node that is upgraded: one that is ready is enough", async () => {
    node("a", "True");
    agent("a", { name: "cilium-old", ready: false, leaving: true });
    agent("a", { name: "cilium-new" });
    expect((await ask()).agents).toEqual({ total: 1, folded: 0, troubled: [] });
  });

  test("that only leave are said to", async () => {
    node("a", "True");
    agent("a", { ready: false, leaving: true });
    expect((await ask()).agents?.troubled).toMatchObject([{ node: "a", why: "Terminating" }]);
  });

  test("are Cilium's own: a pod elsewhere with its label is none", async () => {
    node("a", "True");
    const status = { conditions: [{ type: "Ready", status: "True" }] };
    agent("b");
    const other = pod({ namespace: "default", name: "cilium-fake", labels: { "k8s-app": "cilium" } });
    server.upsert(paths.pods, { ...other, spec: { nodeName: "a" }, status } as TestObject);
    expect((await ask()).agents?.troubled).toMatchObject([{ node: "a", pod: null }]);
  });
});

describe("where no agent is found", () => {
  test("it is not said that nodes have none: Cilium may be installed elsewhere", async () => {
    node("a", "True");
    const { agents, notes } = await ask();
    expect(agents).toBeNull();
    expect(notes).toEqual(["kube-system has no pod with the label k8s-app=cilium: whether agents run is not known."]);
  });

  test("none is missing on a node that is not Linux", async () => {
    node("a", "True");
    agent("a");
    server.upsert(paths.nodes, { ...named("", "win", undefined, { "kubernetes.io/os": "windows" }) } as TestObject);
    expect((await ask()).agents).toEqual({ total: 1, folded: 0, troubled: [] });
  });
});

test("policies are counted, those too that an agent would refuse before the operator says so", async () => {
  cnp("good", "True");
  cnp("bad", "False");
  cnp("unseen");
  cnp("refused", undefined, { endpointSelector: {}, ingress: [{ toPorts: [{ ports: [{ port: "99999" }] }] }] });
  expect((await ask()).policies).toEqual({ total: 4, invalid: 2 });
});

test("what may not be read is not known, and the rest is told", async () => {
  server.refuse(paths.nodes, 403);
  server.refuse(paths.cnp, 403);
  agent("a");
  const finding = await ask();
  expect(finding).toMatchObject({ nodes: null, policies: null, agents: { total: 1, troubled: [] }, staleSince: null });
  expect(finding.notes).toEqual([
    "Node: not read, because our role may not list nodes; allow get, list and watch on it.",
    "CiliumNetworkPolicy: not read, because our role may not list ciliumnetworkpolicies; allow get, list and watch on it.",
  ]);
});

test("a server that went away is said since when", async () => {
  node("a", "True");
  const timing = { backoffMs: 10, maxBackoffMs: 50, idleMs: 2_000 };
  kubernetes = createKubernetes({ name: "test", kubeconfig: server.kubeconfig, timing });
  expect((await ask()).staleSince).toBeNull();
  await server[Symbol.asyncDispose]();
  await expect.poll(async () => (await ask()).staleSince, { timeout: 15_000 }).not.toBeNull();
  const finding = await ask();
  expect(finding.nodes?.total).toBe(1);
  expect(finding.notes.join(" ")).toContain("because the watch is lost");
  server = await startApiServer();
});
