import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Resolution } from "../../../src/analysis/target.ts";
import { parseTarget, targetText } from "../../../src/analysis/target-parse.ts";
import { createKubernetes, type Kubernetes } from "../../../src/sources/kubernetes/kubernetes.ts";
import type { PoliciesFinding, PoliciesQuestion } from "../../../src/sources/question.ts";
import { startApiServer, type TestObject, until } from "./api-server.ts";
import { endpoint, identity, identityLabels, named, paths, pod, service, slice } from "./objects.ts";
import { recordedLists } from "./recorded.ts";

let server: Awaited<ReturnType<typeof startApiServer>>;
let kubernetes: Kubernetes;

/** Everything of namespace `payments` has a name that nothing else has. */
beforeEach(async () => {
  server = await startApiServer();
  for (const [path, objects] of recordedLists()) for (const object of objects) server.upsert(path, object);
  server.upsert(paths.namespaces, named("", "payments"));
  server.upsert(paths.deployments, named("payments", "card-api"));
  server.upsert(paths.deployments, named("payments", "deathstar"));
  server.upsert(paths.replicaSets, named("payments", "card-api-77", ["Deployment", "card-api"]));
  const labels = { team: "card", "pod-template-hash": "77" };
  for (const [name, ip] of [
    ["card-api-77-aaaaa", "10.9.0.1"],
    ["card-api-77-bbbbb", "10.9.0.2"],
  ] as const) {
    server.upsert(paths.pods, pod({ namespace: "payments", name, labels, ip, owner: ["ReplicaSet", "card-api-77"] }));
  }
  server.upsert(paths.endpoints, endpoint("payments", "card-api-77-aaaaa", 7_001));
  server.upsert(paths.identities, identity(7_001, identityLabels({ team: "card" }, "payments")));
  server.upsert(paths.services, service("payments", "card-front", { team: "card" }, "10.96.9.9"));
  server.upsert(paths.slices, slice("payments", "card-front", ["card-api-77-aaaaa"]));
  const everyone = { spec: { endpointSelector: {}, ingress: [{}] } };
  server.upsert(paths.cnp, { ...named("payments", "card-only"), ...everyone } as TestObject);
  server.upsert(paths.ccnp, { ...named("", "everywhere"), ...everyone } as TestObject);
  kubernetes = createKubernetes({ name: "test", kubeconfig: server.kubeconfig });
  await kubernetes.ready(AbortSignal.timeout(15_000));
});

afterEach(async () => {
  await kubernetes.close();
  await server[Symbol.asyncDispose]();
});

function targetOf(text: string) {
  const parsed = parseTarget(text);
  if (!parsed.ok) throw new Error(parsed.say);
  return parsed.target;
}

async function resolve(text: string, visible?: readonly string[]): Promise<Resolution> {
  return await kubernetes.resolve(targetOf(text), AbortSignal.timeout(1_000), visible);
}

type Subject = PoliciesQuestion["subject"];

async function policies(subject: Subject, visible?: readonly string[]): Promise<PoliciesFinding> {
  const question = {
    source: "kubernetes",
    ask: "policies",
    cluster: "test",
    subject,
    ...(visible && { visible }),
  } as const;
  return await kubernetes.answer(question, AbortSignal.timeout(2_000));
}

/** Ways to ask for what lives in `payments`, by name, nearly by name, and by number. */
const askedFor = [
  "card-api",
  "card-ap",
  "card",
  "card-front",
  "card-api-77",
  "card-api-77-aaaaa",
  "deploy/card-api",
  "deploy/card-apy",
  "rs/card-api-77",
  "svc/card-front",
  "svc/card-frnt",
  "pod/card-api-77-aaaaa",
  "pod/card-api-77-aaaab",
  "default/card-api",
  "default/card-front",
  "ns/payment",
  "payment",
  "-l team=card",
  "-l team=car",
  "-l team",
  "-l k8s:io.kubernetes.pod.namespace",
  "10.9.0.1",
  "10.96.9.9",
  "10.9.0.0/24",
  "identity/7001",
  "world",
  "host",
  "card-front.payments.svc.cluster.local",
];

/** What the asker typed comes back to them; everything else is an answer. */
function told(answer: unknown, text: string): string {
  const spelled = targetText(targetOf(text));
  return JSON.stringify(answer)
    .replaceAll(JSON.stringify(text).slice(1, -1), "")
    .replaceAll(text.replace(/^-l /, ""), "")
    .replaceAll(spelled, "");
}

describe("where payments may not be seen", () => {
  test.each(askedFor)("%s tells nothing of it", async (text) => {
    const foreign = /payments|card|team|10\.9\.0\./;
    for (const visible of [["default"], ["default", "kube-system"], []]) {
      const resolution = await resolve(text, visible);
      expect(told(resolution, text)).not.toMatch(foreign);
      expect(told(await policies({ target: targetOf(text) }, visible), text)).not.toMatch(foreign);
      // A number is not a name: it is looked for in the flows that may be seen.
      const isText = /^(10\.|identity|world|host)|^-l (team$|k8s:io)/.test(text);
      if (!isText) expect(resolution.status).toBe("unknown");
    }
  });

  test("the same questions tell of it where it may be seen", async () => {
    const texts = await Promise.all(askedFor.map(async (text) => told(await resolve(text, ["payments"]), text)));
    expect(texts.filter((text) => /payments|card/.test(text)).length).toBeGreaterThan(20);
  });

  test("a name that two namespaces have is not ambiguous", async () => {
    expect(await resolve("deathstar")).toMatchObject({
      status: "ambiguous",
      candidates: ["default/deathstar", "payments/deathstar"],
    });
    expect(await resolve("deathstar", ["default"])).toEqual(await resolve("default/deathstar"));
  });

  test("a full name is unknown, and only names that may be seen look like it", async () => {
    expect(await resolve("payments/card-api", ["default"])).toEqual({
      status: "unknown",
      text: "payments/card-api",
      near: [],
    });
    expect(await resolve("payments/deathstar", ["default"])).toMatchObject({ near: ["default/deathstar"] });
    expect(await resolve("ns/payments", ["default"])).toMatchObject({ status: "unknown", near: [] });
    expect(await resolve("payments", ["default"])).toMatchObject({ status: "unknown" });
  });

  test("addresses and identities stand for themselves", async () => {
    expect(await resolve("10.9.0.1")).toMatchObject({
      target: { title: "IP 10.9.0.1 (Pod payments/card-api-77-aaaaa)" },
    });
    expect(await resolve("10.9.0.1", ["default"])).toMatchObject({
      target: { title: "IP 10.9.0.1", pods: [], podCount: 0 },
    });
    expect(await resolve("10.96.9.9", ["default"])).toMatchObject({ target: { title: "IP 10.96.9.9" } });
    expect(await resolve("identity/7001", ["default"])).toMatchObject({
      target: { title: "Identity 7001", pods: [], identities: [7_001] },
    });
  });

  test("its pods and workloads of the last hour are not known either", async () => {
    const known = () =>
      ["pods", "deployments"].map(
        (wanted) => kubernetes.status().resources.find(({ name }) => name === wanted)?.objects ?? 0,
      );
    const [pods = 0, deployments = 0] = known();
    server.remove(paths.pods, "payments", "card-api-77-bbbbb");
    server.remove(paths.deployments, "payments", "deathstar");
    await until(() => known().join() === [pods - 1, deployments - 1].join());
    expect(await resolve("deploy/payments/deathstar", ["payments"])).toMatchObject({ status: "resolved" });
    expect(await resolve("deploy/payments/deathstar", ["default"])).toMatchObject({
      status: "unknown",
      near: ["default/deathstar"],
    });
    expect(await resolve("pod/payments/card-api-77-bbbbb", ["payments"])).toMatchObject({ status: "resolved" });
    expect(await resolve("pod/payments/card-api-77-bbbbb", ["default"])).toMatchObject({ status: "unknown", near: [] });
  });
});

describe("policies", () => {
  const names = ({ policies: found }: PoliciesFinding) => found.map(({ name }) => name).sort();
  const cardLabels = [
    "k8s:io.cilium.k8s.policy.cluster=default",
    "k8s:io.kubernetes.pod.namespace=payments",
    "k8s:team=card",
  ];

  test("are those of visible namespaces and of the cluster", async () => {
    expect(names(await policies({ labels: cardLabels }))).toEqual(["card-only", "everywhere"]);
    expect(names(await policies({ labels: cardLabels }, ["payments"]))).toEqual(["card-only", "everywhere"]);
    expect(names(await policies({ labels: cardLabels }, ["default"]))).toEqual(["everywhere"]);
    expect(names(await policies({ target: targetOf("default/deathstar") }, ["default"]))).toEqual([
      "everywhere",
      "rule1",
    ]);
  });

  test("of an address that may not be seen are not said to be none", async () => {
    const { notes, policies: found } = await policies({ target: targetOf("10.9.0.1") }, ["default"]);
    expect({ notes, found }).toEqual({
      notes: ["IP 10.9.0.1 is no endpoint of a namespace that is shown here, so no policies are listed."],
      found: [],
    });
  });
});

test("whoever may see every namespace gets the answers of whoever may see all", async () => {
  const all = ["default", "kube-node-lease", "kube-public", "kube-system", "payments"];
  for (const text of [...askedFor, "deathstar", "coredns", "ns/default", "-l org=empire", "xwng"]) {
    expect([text, await resolve(text, all)]).toEqual([text, await resolve(text)]);
    const target = targetOf(text);
    const { notes: _, ...seen } = await policies({ target }, all);
    const { notes: __, ...open } = await policies({ target });
    expect([text, seen]).toEqual([text, open]);
  }
});
