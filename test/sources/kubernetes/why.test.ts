import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseTarget } from "../../../src/analysis/target-parse.ts";
import { createKubernetes, type Kubernetes } from "../../../src/sources/kubernetes/kubernetes.ts";
import type { WhyFinding, WhyQuestion, WhySubject } from "../../../src/sources/question.ts";
import { startApiServer, type TestObject } from "./api-server.ts";
import { identityLabels, named, paths, pod, service, slice } from "./objects.ts";
import { recordedLists } from "./recorded.ts";

let server: Awaited<ReturnType<typeof startApiServer>>;
let kubernetes: Kubernetes | undefined;

/** Star Wars as a real API server served it: rule1 lets org=empire reach deathstar on 80. */
beforeEach(async () => {
  server = await startApiServer();
  for (const [path, objects] of recordedLists()) for (const object of objects) server.upsert(path, object);
});

afterEach(async () => {
  await kubernetes?.close();
  kubernetes = undefined;
  await server[Symbol.asyncDispose]();
});

/** These lists were recorded without ConfigMaps. */
const assumed =
  "Policy enforcement: default is assumed, as Helm installs Cilium 1.18, because kube-system has no ConfigMap cilium-config.";

function end(text: string): WhySubject {
  const parsed = parseTarget(text);
  if (!parsed.ok) throw new Error(parsed.say);
  return { target: parsed.target };
}

/** As a worker gets it: through Redis. */
async function ask(change: Partial<WhyQuestion> = {}): Promise<WhyFinding> {
  kubernetes ??= createKubernetes({ name: "test", kubeconfig: server.kubeconfig });
  await kubernetes.ready(AbortSignal.timeout(15_000));
  const question: WhyQuestion = {
    source: "kubernetes",
    ask: "why",
    cluster: "test",
    from: end("xwing"),
    to: end("deathstar"),
    port: 80,
    protocol: "TCP",
    http: null,
    ...change,
  };
  return await kubernetes.answer(JSON.parse(JSON.stringify(question)) as WhyQuestion, AbortSignal.timeout(20_000));
}

function policy(name: string, rest: object, namespace = "default"): void {
  server.upsert(paths.cnp, { ...named(namespace, name), ...rest } as TestObject);
}

const flowLabels = (labels: Readonly<Record<string, string>>, namespace = "default") =>
  Object.entries(identityLabels(labels, namespace)).map(([key, value]) => `${key}=${value}`);

describe("why", () => {
  test("names the rule that allows, or the nearest and the label that it lacks", async () => {
    expect(await ask()).toMatchObject({
      ask: "why",
      from: { resolution: { status: "resolved", target: { title: "Pod default/xwing" } }, hidden: false },
      cases: [
        {
          ...{ from: "default/xwing", to: "default/deathstar", port: 80, protocol: "TCP" },
          ...{ verdict: "DENIED", reason: "default-deny" },
          egress: { enforced: false, verdict: "ALLOWED", selecting: [] },
          ingress: {
            selecting: [{ kind: "CiliumNetworkPolicy", namespace: "default", name: "rule1" }],
            deciding: [],
            nearest: {
              rule: { name: "rule1", path: "spec.ingress[0]" },
              failed: { kind: "label", wanted: { key: "org", values: ["empire"] }, got: "alliance" },
              alsoFailed: null,
            },
          },
        },
      ],
      policies: [{ name: "rule1", valid: true, enforces: ["ingress"] }],
      notes: [assumed],
    });
    const [allowed] = (await ask({ from: end("tiefighter") })).cases;
    expect(allowed).toMatchObject({
      verdict: "ALLOWED",
      ingress: { deciding: [{ name: "rule1", path: "spec.ingress[0]" }] },
    });
  });

  test("judges a flow's ends by its labels", async () => {
    const from = { labels: flowLabels({ class: "xwing", org: "alliance" }), name: "default/xwing" };
    const to = { labels: flowLabels({ class: "deathstar", org: "empire" }), name: "default/deathstar" };
    expect((await ask({ from, to })).cases).toMatchObject([{ verdict: "DENIED", from: "default/xwing" }]);
    const outside = { labels: ["cidr:1.2.3.4/32", "reserved:world"], name: "1.2.3.4", ip: "1.2.3.4" };
    policy("out", {
      spec: { endpointSelector: { matchLabels: { class: "xwing" } }, egress: [{ toCIDR: ["1.2.3.0/24"] }] },
    });
    await expect.poll(async () => (await ask({ from, to: outside })).policies.map(({ name }) => name)).toEqual(["out"]);
    expect((await ask({ from, to: outside })).cases).toMatchObject([
      { verdict: "ALLOWED", egress: { enforced: true, deciding: [{ name: "out" }] }, ingress: { applies: false } },
    ]);
  });

  test("asks about each port that rules name, and any other", async () => {
    const { cases } = await ask({ from: end("tiefighter"), port: null });
    expect(cases.map(({ port, verdict }) => [port, verdict])).toEqual([
      [80, "ALLOWED"],
      [null, "DENIED"],
    ]);
    expect((await ask({ from: end("deathstar"), to: end("xwing"), port: null })).cases).toMatchObject([
      { port: null, verdict: "ALLOWED" },
    ]);
  });

  test("knows a Service's port by the pods', by number and by name", async () => {
    const ports = [{ name: "web", containerPort: 8080 }];
    const spec = { containers: [{ ports }] };
    server.upsert(paths.pods, pod({ name: "web", labels: { app: "web" }, ip: "10.0.7.7", spec }));
    const front = service("default", "front", { app: "web" }, "10.96.7.7");
    server.upsert(paths.services, {
      ...front,
      spec: { ...(front as unknown as { spec: object }).spec, ports: [{ port: 80, targetPort: "web" }] },
    } as TestObject);
    server.upsert(paths.slices, slice("default", "front", ["web"]));
    const toPorts = [{ ports: [{ port: "web", protocol: "TCP" }] }];
    policy("named", { spec: { endpointSelector: { matchLabels: { app: "web" } }, ingress: [{ toPorts }] } });
    for (const to of ["svc/front", "10.96.7.7"]) {
      const finding = await ask({ to: end(to) });
      expect(finding.cases).toMatchObject([
        { to: expect.stringMatching(/front|10\.96/), port: 8080, verdict: "ALLOWED" },
      ]);
      expect(finding.notes.join()).toContain("sends port 80 to port 8080");
    }
    expect((await ask({ to: end("pod/web") })).cases).toMatchObject([{ port: 80, verdict: "DENIED" }]);
  });

  test("leaves out what is not valid, and says so", async () => {
    const conditions = [{ type: "Valid", status: "False", message: "bad port" }];
    const spec = { endpointSelector: {}, ingressDeny: [{ fromEndpoints: [{}] }] };
    policy("broken", { spec, status: { conditions } });
    policy("nonsense", { spec: { endpointSelector: {}, ingress: [{ toPorts: "80" }] } });
    const finding = await ask({ from: end("tiefighter") });
    expect(finding.cases).toMatchObject([{ verdict: "ALLOWED" }]);
    expect(finding.notes).toEqual([
      "CiliumNetworkPolicy default/broken is not valid, so no agent loads it: bad port. An older version of it may still be in force.",
      expect.stringMatching(/^CiliumNetworkPolicy default\/nonsense would not be loaded by an agent/),
      assumed,
    ]);
  });

  test("tells who changed a policy last, whatever the order, and not the operator that judged it", async () => {
    const spec = { endpointSelector: {}, ingress: [{}] };
    const times = [
      { manager: "argocd", time: "2026-11-21T09:00:00Z", fieldsV1: { "f:spec": {} } },
      { manager: "kubectl-edit", time: "2026-11-21T08:00:00Z", fieldsV1: { "f:spec": {} } },
      { manager: "cilium-operator", time: "2026-11-21T10:00:00Z", fieldsV1: { "f:status": {} } },
    ];
    const base = named("default", "edited");
    server.upsert(paths.cnp, { ...base, metadata: { ...base.metadata, managedFields: times }, spec } as TestObject);
    const { policies } = await ask();
    expect(policies.find(({ name }) => name === "edited")).toMatchObject({
      changedAt: "2026-11-21T09:00:00Z",
      changedBy: "argocd",
    });
  });

  test("has no verdict about an end that is several things or none, and says what to type", async () => {
    server.upsert(paths.pods, pod({ namespace: "other", name: "xwing", ip: "10.0.8.8" }));
    const finding = await ask({ to: end("deathstr") });
    expect(finding.cases).toEqual([]);
    expect(finding.from.resolution).toMatchObject({
      status: "ambiguous",
      candidates: ["default/xwing", "other/xwing"],
    });
    expect(finding.to.resolution).toMatchObject({ status: "unknown", near: ["default/deathstar"] });
  });

  test("fits into a finding, whatever strangers write", async () => {
    const long = "x".repeat(4_000);
    const labels = (at: number) => ({ group: String(at), org: "rebels" });
    for (let at = 0; at < 60; at++)
      server.upsert(paths.pods, pod({ name: `p${at}`, labels: labels(at), ip: `10.4.0.${at}` }));
    for (let at = 0; at < 40; at++) {
      const http = Array.from({ length: 20 }, (_, rule) => ({ path: `/${rule}${long}`, method: "POST" }));
      const values = Array.from({ length: 50 }, (_, value) => `${value}${"v".repeat(60)}`);
      const ingress = [
        {
          fromEndpoints: [
            { matchExpressions: [{ key: "org", operator: "In", values }] },
            { matchLabels: { org: "rebels" } },
          ],
          toPorts: [{ ports: [{ port: String(1000 + at), protocol: "TCP" }], rules: { http } }],
        },
      ];
      policy(`${"p".repeat(200)}${at}`, {
        spec: { endpointSelector: {}, ingress, egress: ingress.map(() => ({ toEndpoints: [{}] })) },
      });
    }
    const finding = await ask({
      from: end("-l org=rebels"),
      to: end("ns/default"),
      port: null,
      http: { method: "GET", path: `/${long}` },
    });
    expect(finding.cases).toHaveLength(12);
    expect(finding.folded).toBeGreaterThan(50);
    expect(JSON.stringify(finding).length).toBeLessThan(256 * 1024);
  });
});

describe("where only some namespaces may be seen", () => {
  const visible = ["payments"];
  const api = { labels: flowLabels({ app: "api" }, "payments"), name: "payments/api" };
  const ship = { labels: flowLabels({ class: "tiefighter", secret: "plans" }), name: "default/tiefighter" };

  beforeEach(() => {
    const spec = {
      endpointSelector: {},
      ingress: [{ fromEndpoints: [{ matchLabels: { secret: "word", "k8s:io.kubernetes.pod.namespace": "default" } }] }],
    };
    policy("mine", { spec }, "payments");
    server.upsert(paths.pods, pod({ namespace: "payments", name: "api", labels: { app: "api" }, ip: "10.9.0.1" }));
  });

  test("the other end's policies and labels stay hidden", async () => {
    const finding = await ask({ from: ship, to: api, visible });
    expect(finding).toMatchObject({ from: { hidden: true }, to: { hidden: false }, policies: [{ name: "mine" }] });
    expect(finding.cases).toMatchObject([
      {
        verdict: "DENIED",
        egress: { hidden: true, selecting: [] },
        ingress: { hidden: false, nearest: { failed: { kind: "label", wanted: { key: "secret" }, got: null } } },
      },
    ]);
    expect(JSON.stringify(finding)).not.toContain("plans");
    const back = await ask({
      from: api,
      to: { ...ship, labels: flowLabels({ class: "deathstar", org: "empire" }) },
      visible,
    });
    expect(back.cases).toMatchObject([{ verdict: "ALLOWED", ingress: { hidden: true } }]);
    expect(JSON.stringify(back)).not.toContain("rule1");
    expect((await ask({ from: ship, to: api })).cases).toMatchObject([
      { ingress: { nearest: { failed: { got: "plans" } } } },
    ]);
  });

  test("a hidden pod's name and address are not described, and are no outside address either", async () => {
    expect((await ask({ from: end("xwing"), to: end("payments/api"), visible })).from.resolution).toMatchObject({
      status: "unknown",
      near: [],
    });
    const address = recordedLists()
      .find(([path]) => path === paths.pods)?.[1]
      .map((one) => one as unknown as { status: { podIP: string }; metadata: { name: string } })
      .find(({ metadata }) => metadata.name === "xwing")?.status.podIP;
    const finding = await ask({ from: end(address ?? ""), to: end("payments/api"), visible });
    expect(finding).toMatchObject({ from: { hidden: true }, cases: [], policies: [] });
    expect(JSON.stringify(finding)).not.toContain("xwing");
    expect((await ask({ from: end("203.0.113.9"), to: end("payments/api"), visible })).cases).toMatchObject([
      { from: "203.0.113.9" },
    ]);
  });
});
