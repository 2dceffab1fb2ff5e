import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseTarget } from "../../../src/analysis/target-parse.ts";
import { createKubernetes, type Kubernetes } from "../../../src/sources/kubernetes/kubernetes.ts";
import type { PoliciesFinding, PoliciesQuestion } from "../../../src/sources/question.ts";
import { startApiServer, type TestObject } from "./api-server.ts";
import { named, paths, pod } from "./objects.ts";
import { recordedLists } from "./recorded.ts";

let server: Awaited<ReturnType<typeof startApiServer>>;
let kubernetes: Kubernetes;

beforeEach(async () => {
  server = await startApiServer();
  for (const [path, objects] of recordedLists()) for (const object of objects) server.upsert(path, object);
});

afterEach(async () => {
  await kubernetes.close();
  await server[Symbol.asyncDispose]();
});

async function ask(text: string): Promise<PoliciesFinding> {
  const parsed = parseTarget(text);
  if (!parsed.ok) throw new Error(parsed.say);
  return await askAbout({ target: parsed.target });
}

async function askAbout(subject: PoliciesQuestion["subject"]): Promise<PoliciesFinding> {
  await kubernetes.ready(AbortSignal.timeout(15_000));
  const signal = AbortSignal.timeout(2_000);
  return await kubernetes.answer({ source: "kubernetes", ask: "policies", cluster: "test", subject }, signal);
}

function start(): void {
  kubernetes = createKubernetes({ name: "test", kubeconfig: server.kubeconfig });
}

function policy(
  kind: "cnp" | "ccnp" | "networkPolicies",
  name: string,
  rest: object,
  times: readonly object[] = [],
): void {
  const base = named(kind === "ccnp" ? "" : "default", name);
  server.upsert(paths[kind], { ...base, metadata: { ...base.metadata, managedFields: times }, ...rest } as TestObject);
}

const brief = (finding: PoliciesFinding) =>
  finding.policies.map(({ name, enforces }) => `${name} ${enforces.join("+")}`);

describe("the policies of a target", () => {
  test("are those that select its pods, as a real API server serves them", async () => {
    start();
    const finding = await ask("deathstar");
    expect(finding).toMatchObject({
      ask: "policies",
      resolution: {
        status: "resolved",
        target: { title: "Deployment default/deathstar", podCount: 2, identities: [37_697, 55_683] },
      },
      policies: [
        {
          kind: "CiliumNetworkPolicy",
          namespace: "default",
          name: "rule1",
          enforces: ["ingress"],
          valid: true,
          message: "",
          changedAt: "2026-11-20T23:53:33Z",
        },
      ],
      folded: 0,
    });
    expect(finding).not.toHaveProperty("notes");
    expect(await ask("xwing")).toMatchObject({ policies: [], folded: 0 });
    expect(brief(await ask("svc/deathstar"))).toEqual(["rule1 ingress"]);
    expect(brief(await ask("ns/default"))).toEqual(["rule1 ingress"]);
    expect(brief(await ask("identity/55683"))).toEqual(["rule1 ingress"]);
    expect(brief(await ask("-l class=deathstar"))).toEqual(["rule1 ingress"]);
  });

  test("may be of all three kinds and of several rules", async () => {
    const deathstar = { matchLabels: { class: "deathstar" } };
    policy("ccnp", "dns", { spec: { endpointSelector: {}, egress: [{}] } });
    policy("ccnp", "other", { spec: { endpointSelector: { matchLabels: { class: "xwing" } }, egress: [{}] } });
    policy("ccnp", "hosts", { spec: { nodeSelector: {}, ingress: [{}] } });
    policy("networkPolicies", "np", { spec: { podSelector: deathstar, policyTypes: ["Egress"] } });
    policy("cnp", "two", {
      specs: [
        { endpointSelector: deathstar, ingress: [{}] },
        { endpointSelector: deathstar, egressDeny: [{}] },
      ],
    });
    policy("cnp", "soft", {
      spec: { endpointSelector: deathstar, ingress: [{}], enableDefaultDeny: { ingress: false } },
    });
    policy("cnp", "soft-deny", {
      spec: { endpointSelector: deathstar, ingressDeny: [{}], enableDefaultDeny: { ingress: false } },
    });
    start();
    const finding = await ask("deathstar");
    expect(brief(finding).sort()).toEqual([
      "dns egress",
      "np egress",
      "rule1 ingress",
      "soft ",
      "soft-deny ingress",
      "two ingress+egress",
    ]);
    expect(brief(finding).at(-1)).toBe("soft ");
    expect(brief(await ask("host"))).toEqual(["hosts ingress"]);
    expect(brief(await ask("health"))).toEqual(["dns egress"]);
  });

  test("come with the operator's verdict; its writing is no change of the policy", async () => {
    const spec = { endpointSelector: { matchLabels: { class: "deathstar" } }, ingress: [{}] };
    const message = `bad ${"x".repeat(600)}`;
    policy("cnp", "broken", { spec, status: { conditions: [{ type: "Valid", status: "False", message }] } }, [
      { manager: "kubectl", operation: "Apply", time: "2026-11-21T08:00:00Z", fieldsV1: { "f:spec": {} } },
      { manager: "cilium-operator", operation: "Update", time: "2026-11-21T09:00:00Z", fieldsV1: { "f:status": {} } },
      {
        manager: "x",
        operation: "Update",
        subresource: "status",
        time: "2026-11-21T10:00:00Z",
        fieldsV1: { "f:metadata": {} },
      },
    ]);
    policy("cnp", "unseen", { spec });
    start();
    const { policies } = await ask("deathstar");
    expect(policies.map(({ name }) => name)).toEqual(["broken", "rule1", "unseen"]);
    expect(policies[0]).toMatchObject({
      valid: false,
      changedAt: "2026-11-21T08:00:00Z",
      message: message.slice(0, 500),
    });
    expect(policies[2]).toMatchObject({ valid: null, message: "", changedAt: "2026-11-20T10:00:00Z" });
  });

  test("are at most 50, the newest change first, and the rest is counted", async () => {
    const spec = { endpointSelector: {}, ingress: [{}] };
    for (let at = 0; at < 60; at++) {
      const time = new Date(Date.parse("2026-11-21T00:00:00Z") + at * 60_000).toISOString();
      policy("cnp", `p${at}`, { spec }, [{ manager: "kubectl", time, fieldsV1: { "f:spec": {} } }]);
    }
    start();
    const finding = await ask("deathstar");
    expect([finding.policies.length, finding.folded]).toEqual([50, 11]);
    expect(finding.policies.slice(0, 2).map(({ name }) => name)).toEqual(["p59", "p58"]);
  });

  test("can be asked for labels that a flow carried", async () => {
    start();
    const labels = ["k8s:class=deathstar", "k8s:org=empire", "k8s:io.kubernetes.pod.namespace=default"];
    expect(await askAbout({ labels })).toMatchObject({ resolution: null, policies: [{ name: "rule1" }] });
    const elsewhere = ["k8s:class=deathstar", "k8s:org=empire", "k8s:io.kubernetes.pod.namespace=prod"];
    expect(await askAbout({ labels: elsewhere })).toMatchObject({ resolution: null, policies: [] });
  });

  test("are none for an unknown or ambiguous target, which stands in the finding", async () => {
    start();
    expect(await ask("deathstr")).toMatchObject({
      resolution: { status: "unknown", near: ["default/deathstar"] },
      policies: [],
    });
  });

  test("come with notes about what could not be read", async () => {
    server.refuse(paths.ccnp, 403);
    server.refuse(paths.networkPolicies, 404);
    start();
    const finding = await ask("deathstar");
    expect(brief(finding)).toEqual(["rule1 ingress"]);
    expect(finding.notes).toEqual([
      "CiliumClusterwideNetworkPolicy: not read, because our role may not list ciliumclusterwidenetworkpolicies; allow get, list and watch on it.",
      "NetworkPolicy: this cluster does not have it (networkpolicies).",
    ]);
  });

  test("are none where no endpoint is meant, and the note says so", async () => {
    server.upsert(paths.deployments, named("default", "idle"));
    server.upsert(
      paths.pods,
      pod({ name: "hosted", hostNetwork: true, labels: { class: "deathstar", org: "empire" } }),
    );
    start();
    expect(await ask("world")).toMatchObject({
      policies: [],
      notes: [
        "Reserved identity world (2) is no endpoint of this cluster, so no policy selects it; ask for the other end.",
      ],
    });
    expect(await ask("10.9.9.9")).toMatchObject({ policies: [], notes: [expect.stringContaining("no endpoint")] });
    expect(await ask("idle")).toMatchObject({ policies: [], notes: [expect.stringContaining("no pods now")] });
    expect(await ask("hosted")).toMatchObject({ policies: [], notes: [expect.stringContaining("host network")] });
  });

  test("are a failure while the policies have not been read", async () => {
    server.refuse(paths.cnp, 500);
    kubernetes = createKubernetes({
      name: "test",
      kubeconfig: server.kubeconfig,
      timing: { backoffMs: 10, maxBackoffMs: 20 },
    });
    const question = { source: "kubernetes", ask: "policies", cluster: "test", subject: { labels: [] } } as const;
    await expect(kubernetes.answer(question, AbortSignal.timeout(300))).rejects.toMatchObject({
      code: "UNREACHABLE",
      say: "The Kubernetes API answered 500 for ciliumnetworkpolicies: /apis/cilium.io/v2/ciliumnetworkpolicies is refused.",
    });
  });
});
