import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseTarget } from "../../../src/analysis/target-parse.ts";
import { createKubernetes as createLab } from "../../../src/lab/kubernetes/create.ts";
import { createWorld } from "../../../src/lab/world/create.ts";
import { createKubernetes, type Kubernetes } from "../../../src/sources/kubernetes/kubernetes.ts";
import type { PoliciesFinding } from "../../../src/sources/question.ts";
import { until } from "./api-server.ts";
import { pod, resourceCount } from "./objects.ts";

/** The lab's API server, over HTTPS with its own certificate and token, as the demo uses it. */
async function start() {
  const now = Date.now();
  const world = createWorld({ seed: 1, now });
  const lab = await createLab({ world, clock: Date.now, host: "127.0.0.1", port: 0 });
  const folder = await mkdtemp(join(tmpdir(), "kubernetes-lab-"));
  const kubeconfig = join(folder, "config");
  await writeFile(kubeconfig, lab.kubeconfig());
  const kubernetes = createKubernetes({
    name: "lab",
    kubeconfig,
    timing: { backoffMs: 10, maxBackoffMs: 100, idleMs: 2_000 },
  });
  await kubernetes.ready(AbortSignal.timeout(10_000));
  return {
    world,
    lab,
    kubernetes,
    async [Symbol.asyncDispose]() {
      await kubernetes.close();
      await lab.close();
      await rm(folder, { recursive: true });
    },
  };
}

function targetOf(text: string) {
  const parsed = parseTarget(text);
  if (!parsed.ok) throw new Error(parsed.say);
  return parsed.target;
}

function policiesOf(kubernetes: Kubernetes, text: string): Promise<PoliciesFinding> {
  const question = {
    source: "kubernetes",
    ask: "policies",
    cluster: "lab",
    subject: { target: targetOf(text) },
  } as const;
  return kubernetes.answer(question, AbortSignal.timeout(5_000));
}

test("the Star Wars cluster is read, resolved and followed step by step", async () => {
  await using running = await start();
  const { kubernetes, world } = running;
  expect(kubernetes.status().notes).toEqual([]);
  expect(await kubernetes.resolve(targetOf("deathstar"), AbortSignal.timeout(1_000))).toMatchObject({
    status: "resolved",
    target: {
      title: "Deployment default/deathstar",
      podCount: 2,
      identities: [37_697, 55_683],
      workload: { kind: "Deployment", namespace: "default", name: "deathstar" },
    },
  });
  const xwing = world.pods.find(({ name }) => name === "xwing");
  expect(await kubernetes.resolve(targetOf("xwing"), AbortSignal.timeout(1_000))).toMatchObject({
    status: "resolved",
    target: { title: "Pod default/xwing", pods: [{ name: "xwing", node: xwing?.node }] },
  });

  expect((await policiesOf(kubernetes, "deathstar")).policies).toEqual([]);
  world.setStep("l3-l4", Date.now());
  const known = () => kubernetes.status().resources.find(({ name }) => name === "ciliumnetworkpolicies")?.objects;
  await until(() => known() === 1);
  expect((await policiesOf(kubernetes, "deathstar")).policies).toMatchObject([
    { kind: "CiliumNetworkPolicy", namespace: "default", name: "rule1", enforces: ["ingress"], valid: true },
  ]);
  expect((await policiesOf(kubernetes, "xwing")).policies).toEqual([]);
  world.setStep("deleted", Date.now());
  await until(() => known() === 0);
});

test("every pod of the lab has the workload that its flows carry", async () => {
  await using running = await start();
  const { kubernetes, world } = running;
  const wrong = world.pods.filter(({ namespace, name, owner }) => {
    const found = kubernetes.workloadOf(namespace, name);
    return found?.kind !== (owner?.kind ?? "Pod") || found.name !== (owner?.name ?? name);
  });
  expect(world.pods.length).toBeGreaterThan(5);
  expect(wrong).toEqual([]);
});

test("forgotten versions, broken connections and a hung server are survived", async () => {
  await using running = await start();
  const { kubernetes, lab } = running;
  const pods = () => kubernetes.status().resources.find(({ name }) => name === "pods")?.objects ?? 0;
  const add = (name: string) => {
    const { metadata, ...rest } = pod({ name });
    lab.store.upsert({ apiVersion: "v1", kind: "Pod", metadata, ...rest } as never);
  };
  const before = pods();
  await until(() => lab.store.watches() === resourceCount);

  lab.store.expire();
  add("one");
  await until(() => pods() === before + 1);
  await until(() => lab.store.watches() === resourceCount);

  lab.store.disconnect();
  add("two");
  await until(() => pods() === before + 2);
  await until(() => kubernetes.status().notes.length === 0);

  lab.store.setFault({ hang: true });
  add("three");
  await until(() => kubernetes.status().resources.some(({ phase }) => phase === "stale"), 10_000);
  lab.store.setFault(null);
  await until(() => pods() === before + 3, 10_000);
  await until(() => kubernetes.status().notes.length === 0, 10_000);

  lab.store.setFault({ status: 503 });
  lab.store.disconnect();
  await until(() => kubernetes.status().notes.some((note) => note.includes("503")));
  lab.store.setFault(null);
  lab.store.remove("Pod", "default", "one");
  await until(() => pods() === before + 2, 10_000);
});
