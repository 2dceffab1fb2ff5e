import { expect, test } from "vitest";
import { createWorld } from "../../../src/lab/world/create.ts";
import { identityLabels } from "../../../src/lab/world/ends.ts";
import { start, startLab } from "./lab.ts";

const rule1 = "/apis/cilium.io/v2/namespaces/default/ciliumnetworkpolicies/rule1";

interface Meta {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ownerReferences: readonly { readonly kind: string; readonly name: string; readonly uid: string }[];
}
interface Item {
  readonly metadata: Meta;
  readonly [field: string]: unknown;
}

test("the pods are the world's", async () => {
  const { api, world } = await startLab();
  const { items } = (await api.get("/api/v1/pods")).body as { items: Item[] };
  expect(items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual(
    world.pods.map((pod) => `${pod.namespace}/${pod.name}`).toSorted(byText),
  );
  for (const pod of world.pods) {
    const item = items.find((one) => one.metadata.name === pod.name);
    expect(item).toMatchObject({
      metadata: { labels: pod.labels, creationTimestamp: "2026-11-20T11:00:00Z" },
      spec: { nodeName: pod.node, serviceAccountName: pod.serviceAccount },
      status: { phase: "Running", podIP: pod.ip, podIPs: [{ ip: pod.ip }] },
    });
  }
});

test("every owner exists under the uid its objects name", async () => {
  const { api } = await startLab({ step: "l7" });
  const paths = [
    "/api/v1/pods",
    "/apis/apps/v1/replicasets",
    "/apis/discovery.k8s.io/v1/endpointslices",
    "/apis/cilium.io/v2/ciliumendpoints",
    "/apis/cilium.io/v2/ciliumnodes",
  ];
  const owners: Readonly<Record<string, string>> = {
    Deployment: "/apis/apps/v1/deployments",
    ReplicaSet: "/apis/apps/v1/replicasets",
    DaemonSet: "/apis/apps/v1/daemonsets",
    Service: "/api/v1/services",
    Pod: "/api/v1/pods",
    Node: "/api/v1/nodes",
  };
  const known = new Set<string>();
  for (const [kind, path] of Object.entries(owners))
    for (const { metadata } of (await api.get(path)).body.items as Item[])
      known.add(`${kind} ${metadata.name} ${metadata.uid}`);
  const named: string[] = [];
  for (const path of paths)
    for (const { metadata } of (await api.get(path)).body.items as Item[])
      for (const owner of metadata.ownerReferences ?? []) named.push(`${owner.kind} ${owner.name} ${owner.uid}`);
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((owner) => !known.has(owner))).toEqual([]);
});

test("deathstar is a Deployment whose ReplicaSet, Service and slices lead to its pods", async () => {
  const { api } = await startLab();
  const { body: deployment } = await api.get("/apis/apps/v1/namespaces/default/deployments/deathstar");
  expect(deployment).toMatchObject({
    metadata: { labels: { "app.kubernetes.io/name": "deathstar" } },
    spec: { replicas: 2, selector: { matchLabels: { class: "deathstar", org: "empire" } } },
  });
  const { items: sets } = (await api.get("/apis/apps/v1/namespaces/default/replicasets")).body;
  expect(sets[0].metadata.labels["pod-template-hash"]).toBe("8c4c77fb7");
  const selector = Object.entries(sets[0].spec.selector.matchLabels).map(([key, value]) => `${key}=${value}`);
  const pods = await api.get(`/api/v1/namespaces/default/pods?labelSelector=${encodeURIComponent(selector.join(","))}`);
  const ips = pods.body.items.map((pod: { status: { podIP: string } }) => pod.status.podIP).toSorted(byText);
  expect(ips).toEqual(["172.20.1.188", "172.20.2.9"]);
  const slices = await api.get(
    "/apis/discovery.k8s.io/v1/endpointslices?labelSelector=kubernetes.io/service-name=deathstar",
  );
  const { endpoints } = slices.body.items[0] as { endpoints: { addresses: string[] }[] };
  expect(endpoints.flatMap((one) => one.addresses).toSorted(byText)).toEqual(ips);
});

test("endpoints and identities carry the labels that the flows carry", async () => {
  const { api, world } = await startLab();
  const endpoints = (await api.get("/apis/cilium.io/v2/ciliumendpoints")).body.items as Item[];
  const identities = (await api.get("/apis/cilium.io/v2/ciliumidentities")).body.items as Item[];
  const managed = world.pods.filter((pod) => !pod.hostNetwork);
  expect(endpoints).toHaveLength(managed.length);
  for (const pod of managed) {
    const labels = identityLabels(pod, world.clusterName);
    expect(endpoints.find((one) => one.metadata.name === pod.name)?.["status"]).toMatchObject({
      id: pod.endpointId,
      identity: { id: pod.identity, labels },
      networking: { addressing: [{ ipv4: pod.ip }] },
      state: "ready",
    });
    const identity = identities.find((one) => one.metadata.name === String(pod.identity));
    const written = Object.entries(identity?.["security-labels"] ?? {}).map(
      ([key, value]) => `${key}=${String(value)}`,
    );
    expect(written.toSorted(byText)).toEqual(labels);
    expect(labels.some((label) => label.includes("pod-template-hash"))).toBe(false);
  }
});

test("the same world has the same objects, another seed has other uids", async () => {
  const first = await (await startLab()).api.get("/api/v1/pods");
  const again = await (await startLab()).api.get("/api/v1/pods");
  expect(again.body).toEqual(first.body);
  const other = await (await startLab({ world: createWorld({ seed: 8, now: start }) })).api.get("/api/v1/pods");
  expect(other.body.items[0].metadata.name).toBe(first.body.items[0].metadata.name);
  expect(other.body.items[0].metadata.uid).not.toBe(first.body.items[0].metadata.uid);
});

test.each([
  ["none", 404],
  ["l3-l4", 200],
  ["l7", 200],
  ["deleted", 404],
] as const)("at step %s, rule1 answers %i", async (step, status) => {
  const { api } = await startLab({ step });
  expect((await api.get(rule1)).status).toBe(status);
});

test("rule1 changes at l7 as a second kubectl apply changes it", async () => {
  const { api, world, now, advance } = await startLab({ step: "l3-l4" });
  const before = (await api.get(rule1)).body;
  expect(before.spec).toEqual({
    description: "L3-L4 policy to restrict deathstar access to empire ships only",
    endpointSelector: { matchLabels: { org: "empire", class: "deathstar" } },
    ingress: [
      { fromEndpoints: [{ matchLabels: { org: "empire" } }], toPorts: [{ ports: [{ port: "80", protocol: "TCP" }] }] },
    ],
  });
  advance(5_000);
  world.setStep("l7", now());
  const after = (await api.get(rule1)).body;
  const applied = (object: { metadata: { managedFields: { manager: string; time: string }[] } }) =>
    object.metadata.managedFields.find((one) => one.manager === "kubectl-client-side-apply")?.time;
  expect(applied(before)).toBe("2026-11-20T11:50:00Z");
  expect(applied(after)).toBe("2026-11-20T12:00:05Z");
  expect([before.metadata.generation, after.metadata.generation]).toEqual([1, 2]);
  expect(after.metadata.uid).toBe(before.metadata.uid);
  expect(after.metadata.creationTimestamp).toBe("2026-11-20T11:50:00Z");
  expect(after.status).toEqual({
    conditions: [
      {
        type: "Valid",
        status: "True",
        message: "Policy validation succeeded",
        lastTransitionTime: "2026-11-20T11:50:00Z",
      },
    ],
  });
});

test("a lab that starts late tells the policy's whole story", async () => {
  const { world } = await startLab({ step: "l3-l4" });
  world.setStep("l7", start);
  const { api } = await startLab({ world });
  expect((await api.get(rule1)).body.metadata).toMatchObject({
    generation: 2,
    creationTimestamp: "2026-11-20T11:50:00Z",
  });
});

test("two steps in one millisecond are two changes", async () => {
  const { api, world, now } = await startLab();
  world.setStep("l3-l4", now());
  world.setStep("l7", now());
  expect((await api.get(rule1)).body.metadata.generation).toBe(2);
  world.setStep("deleted", now());
  world.setStep("l7", now());
  expect((await api.get(rule1)).body.metadata.generation).toBe(1);
});

test("a step set for later comes later", async () => {
  const { api, world, now, advance } = await startLab();
  const watch = await api.watch("/apis/cilium.io/v2/ciliumnetworkpolicies?watch=true");
  world.setStep("l3-l4", now() + 60_000);
  expect((await api.get(rule1)).status).toBe(404);
  advance(60_000);
  expect(await watch.next()).toMatchObject({
    type: "ADDED",
    object: { metadata: { creationTimestamp: "2026-11-20T12:01:00Z" } },
  });
});

test("cilium-config tells what decides about traffic", async () => {
  const { api } = await startLab();
  const { data } = (await api.get("/api/v1/namespaces/kube-system/configmaps/cilium-config")).body;
  expect(data).toMatchObject({
    "enable-policy": "default",
    "monitor-aggregation": "medium",
    "cluster-name": "default",
  });
});

function byText(left: string, right: string): number {
  return left < right ? -1 : 1;
}
