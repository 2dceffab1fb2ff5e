/** What the agents are configured to, out of the cluster's own objects: what answers rest on, and that they say so. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseTarget } from "../../../src/analysis/target-parse.ts";
import { defaultSettings, settingsFromConfig } from "../../../src/policy/settings.ts";
import { createKubernetes, type Kubernetes } from "../../../src/sources/kubernetes/kubernetes.ts";
import type { WhyFinding, WhyQuestion, WhySubject } from "../../../src/sources/question.ts";
import { startApiServer, type TestObject } from "./api-server.ts";
import { named, paths, pod } from "./objects.ts";

let server: Awaited<ReturnType<typeof startApiServer>>;
let kubernetes: Kubernetes | undefined;

beforeEach(async () => {
  server = await startApiServer();
  server.upsert(paths.pods, pod({ name: "web", labels: { app: "web" }, ip: "10.0.0.1" }));
  server.upsert(paths.pods, pod({ name: "api", labels: { app: "api" }, ip: "10.0.0.2" }));
});

afterEach(async () => {
  await kubernetes?.close();
  kubernetes = undefined;
  await server[Symbol.asyncDispose]();
});

async function open(): Promise<Kubernetes> {
  kubernetes ??= createKubernetes({ name: "test", kubeconfig: server.kubeconfig });
  await kubernetes.ready(AbortSignal.timeout(20_000));
  return kubernetes;
}

function end(text: string): WhySubject {
  const parsed = parseTarget(text);
  if (!parsed.ok) throw new Error(parsed.say);
  return { target: parsed.target };
}

async function why(from: string, to: string): Promise<WhyFinding> {
  const question: WhyQuestion = {
    ...{ source: "kubernetes", ask: "why", cluster: "test", from: end(from), to: end(to) },
    ...{ port: 80, protocol: "TCP", http: null },
  };
  return await (await open()).answer(question, AbortSignal.timeout(30_000));
}

async function world() {
  return await (await open()).world(null, undefined, AbortSignal.timeout(20_000));
}

const config = (data: Readonly<Record<string, string>>) =>
  server.upsert(paths.config, { ...named("kube-system", "cilium-config"), data } as TestObject);

function agent(name: string, image: string, namespace = "kube-system"): void {
  const spec = {
    containers: [
      { name: "config", image: "x:v1.2.3" },
      { name: "cilium-agent", image },
    ],
  };
  server.upsert(paths.pods, pod({ namespace, name, labels: { "k8s-app": "cilium" }, hostNetwork: true, spec }));
}

const group = (path: string, name: string, labels: object, externalCIDRs: readonly string[]) =>
  server.upsert(path, { metadata: { name, labels }, spec: { externalCIDRs } } as TestObject);

function groupPolicy(toCIDRSet: readonly object[]): void {
  const spec = { endpointSelector: { matchLabels: { app: "web" } }, egress: [{ toCIDRSet }] };
  server.upsert(paths.cnp, { ...named("default", "out"), spec } as TestObject);
}

test("the ConfigMap alone is asked for, and what it says is used and named", async () => {
  config({ "enable-policy": "always", "cluster-name": "east", "not-ours": "x" });
  server.upsert(paths.config, {
    ...named("kube-system", "kubeadm-config"),
    data: { "enable-policy": "never" },
  } as TestObject);
  agent("cilium-1", "quay.io/cilium/cilium:v1.17.4@sha256:0");
  agent("cilium-2", "quay.io/cilium/cilium:v1.18.0");
  agent("cilium-x", "quay.io/cilium/cilium:v1.3.0", "default");

  const finding = await why("pod/web", "pod/api");
  expect(finding.cases).toMatchObject([{ verdict: "DENIED", ingress: { enforced: true, selecting: [] } }]);
  expect(finding.notes).toEqual(["Policy enforcement: always (cilium-config), Cilium 1.17."]);
  expect((await world()).settings).toMatchObject({ enforcement: "always", cluster: "east", minor: 17 });
  expect((await world()).notes).toEqual(finding.notes);
  config({ "enable-policy": "never", "policy-audit-mode": "true" });
  await expect
    .poll(async () => (await why("pod/web", "pod/api")).cases, { timeout: 15_000 })
    .toMatchObject([{ verdict: "ALLOWED" }]);
  expect((await why("pod/web", "pod/api")).notes).toEqual([
    "Policy enforcement: never (cilium-config), Cilium 1.17.",
    expect.stringMatching(/^Policies are only audited/),
  ]);
  const asked = server.seen.filter(({ path }) => path === paths.config);
  expect(asked.length).toBeGreaterThan(1);
  expect(new Set(asked.map(({ query }) => query.get("fieldSelector")))).toEqual(
    new Set(["metadata.name=cilium-config"]),
  );
});

test("what may not be read is assumed, said, and no failure", async () => {
  server.refuse(paths.config, 403);
  server.refuse(paths.cidrGroups, 403);
  groupPolicy([{ cidrGroupRef: "partners" }]);
  agent("cilium-1", "registry.example/cilium:1.19.0-rc.1");
  const finding = await why("pod/web", "203.0.113.7");
  expect(finding.cases).toMatchObject([{ verdict: "DENIED" }]);
  expect(finding.notes).toEqual([
    "out refers to CiliumCIDRGroups, which our role may not list: those entries are taken for empty; allow list and watch on ciliumcidrgroups.",
    "Policy enforcement: default is assumed, as Helm installs Cilium 1.19, because our role may not read ConfigMap cilium-config.",
  ]);
  const { settings, notes } = await world();
  expect(notes).toEqual(finding.notes);
  expect(settings).toMatchObject({ minor: 19, localClusterOnly: true, nodeSelectorLabels: true });
  expect((await open()).status().notes).toContain(
    "ConfigMap cilium-config: not read, because our role may not list it; allow list and watch on configmaps with resourceNames: [cilium-config].",
  );
});

test("groups of addresses are what rules that name or select them mean", async () => {
  config({});
  group(paths.cidrGroups, "partners", { kind: "partner" }, ["203.0.113.0/24", "2001:db8::/32"]);
  groupPolicy([{ cidrGroupRef: "partners", except: ["203.0.113.8/32"] }]);
  const verdicts = async (...addresses: readonly string[]) =>
    Promise.all(addresses.map(async (address) => (await why("pod/web", address)).cases[0]?.verdict));

  expect(await verdicts("203.0.113.7", "203.0.113.8", "198.51.100.1")).toEqual(["ALLOWED", "DENIED", "DENIED"]);
  expect((await why("pod/web", "203.0.113.7")).notes.join()).not.toContain("CIDRGroup");
  groupPolicy([{ cidrGroupSelector: { matchLabels: { kind: "partner" } } }]);
  await expect.poll(() => verdicts("203.0.113.8"), { timeout: 15_000 }).toEqual(["ALLOWED"]);
  group(paths.cidrGroups, "partners", { kind: "former" }, ["203.0.113.0/24"]);
  await expect.poll(() => verdicts("203.0.113.8"), { timeout: 15_000 }).toEqual(["DENIED"]);
});

test("servers before 1.18 have the groups at their older place", async () => {
  server.refuse(paths.cidrGroups, 404);
  group(paths.olderCidrGroups, "partners", {}, ["203.0.113.0/24"]);
  groupPolicy([{ cidrGroupRef: "partners" }]);
  expect((await why("pod/web", "203.0.113.7")).cases).toMatchObject([{ verdict: "ALLOWED" }]);

  await kubernetes?.close();
  kubernetes = undefined;
  server.refuse(paths.olderCidrGroups, 404);
  expect((await why("pod/web", "203.0.113.7")).cases).toMatchObject([{ verdict: "DENIED" }]);
  expect(kubernetes).toBeDefined();
});

test("many policies are explained in a thread of their own, and the same way", async () => {
  config({ "enable-policy": "default" });
  const rule = (org: string) => ({
    endpointSelector: { matchLabels: { app: "api" } },
    ingress: [{ fromEndpoints: [{ matchLabels: { org } }], toPorts: [{ ports: [{ port: "80", protocol: "TCP" }] }] }],
  });
  for (let number = 0; number < 80; number++)
    server.upsert(paths.cnp, { ...named("default", `p${number}`), spec: rule(`o${number}`) } as TestObject);
  const finding = await why("pod/web", "pod/api");
  expect(finding.cases).toMatchObject([
    { from: "default/web", to: "default/api", verdict: "DENIED", ingress: { enforced: true, nearest: { rule: {} } } },
  ]);
  expect(finding.policies).toHaveLength(20);
  expect(finding.notes).toEqual([
    "Policy enforcement: default (cilium-config); the agents' version is not known, 1.18 is assumed.",
  ]);
});

test("keys that are not there have the agent's own default", () => {
  const { minor: _, cidrGroups: __, services: ___, namedPorts: ____, ...byDefault } = defaultSettings;
  expect(settingsFromConfig({})).toEqual({ ...byDefault, dualStack: true });
  expect(
    settingsFromConfig({
      ...{
        "enable-policy": " Always",
        "cluster-name": "a",
        "policy-default-local-cluster": "true",
        "enable-ipv6": "false",
      },
      ...{ "allow-localhost": "policy", "enable-host-firewall": "true", "enable-node-selector-labels": "true" },
      ...{ "policy-cidr-match-mode": "nodes", "enable-l7-proxy": "false" },
    }),
  ).toEqual({
    ...{ enforcement: "always", cluster: "a", localClusterOnly: true, dualStack: false, allowLocalhost: "policy" },
    ...{ hostFirewall: true, nodeSelectorLabels: true, cidrMatchesNodes: true, l7Proxy: false },
  });
});
