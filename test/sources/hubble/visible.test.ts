import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Target } from "../../../src/analysis/target.ts";
import { createRelay } from "../../../src/lab/relay/create.ts";
import { createWorld } from "../../../src/lab/world/create.ts";
import { createLog } from "../../../src/log.ts";
import { openCluster } from "../../../src/sources/cluster.ts";
import { openRecordedHubble } from "../../../src/sources/hubble/recorded.ts";
import type { GetFlowsResponse } from "../../../src/sources/hubble/wire.ts";
import type {
  DropsFinding,
  Finding,
  FlowsQuestion,
  ForwardedFinding,
  Question,
} from "../../../src/sources/question.ts";
import { nodes, packet, play, startRelay } from "../../fixtures/flows/relay.ts";
import { samplesFile } from "../../fixtures/flows/samples.ts";
import { startApiServer } from "../kubernetes/api-server.ts";
import { recordedLists } from "../kubernetes/recorded.ts";
import { ask, connected, hubbleAt, select } from "./asking.ts";

const samples = fileURLToPath(samplesFile);
const deathstar: Target = { kind: "name", namespace: undefined, name: "deathstar" };

test("Relay is asked for the visible namespaces only, and what it sends beside them is not counted", async () => {
  const away = {
    ...packet(0).flow,
    source: { namespace: "ledger", podName: "a" },
    destination: { namespace: "shop", podName: "b" },
  };
  await using relay = await startRelay({
    flows: play(connected, nodes("unavailable", ["c"]), packet(0), packet(1), { flow: away }),
  });
  const hubble = hubbleAt(relay.address);
  const seen = await ask(hubble, { visible: ["default"] });
  expect(seen.drops?.packets).toBe(2);
  expect((await ask(hubble, { visible: ["ledger"] })).drops?.packets).toBe(1);
  expect((await ask(hubble, { visible: ["elsewhere"] })).drops?.packets).toBe(0);
  expect((await ask(hubble, { visible: [] })).drops?.packets).toBe(0);
  const open = await ask(hubble);
  expect(open.drops?.packets).toBe(3);

  const [first, , , nothing, all] = relay.requests;
  for (const filter of first?.whitelist ?? []) expect(JSON.stringify(filter)).toMatch(/default\/|namespace=default/);
  for (const filter of nothing?.whitelist ?? []) expect(filter).toMatchObject({ sourcePod: ["/!"] });
  expect(JSON.stringify(all?.whitelist)).not.toContain("Pod");
  // How much of the cluster could be seen is no secret, and the same for all.
  expect(seen.coverage).toEqual(open.coverage);
});

test("an explicit deny names no policy of a namespace that may not be seen", async () => {
  const denied: GetFlowsResponse = {
    flow: {
      ...packet(0).flow,
      dropReasonDesc: 181,
      source: { namespace: "payments", podName: "api" },
      destination: { namespace: "ledger", podName: "db" },
    },
  };
  const ingressDeniedBy = [
    { kind: "CiliumNetworkPolicy", namespace: "ledger", name: "no-payments" },
    { kind: "CiliumClusterwideNetworkPolicy", namespace: "", name: "quarantine" },
  ];
  const verdict = { flow: { ...denied.flow, eventType: { type: 5 }, ingressDeniedBy, policyLog: ["ask ledger"] } };
  await using relay = await startRelay({ flows: play(connected, denied, verdict) });
  const hubble = hubbleAt(relay.address);
  const facts = async (visible?: readonly string[]) => {
    const { drops } = await ask(hubble, visible && { visible });
    return [drops?.pairs[0]?.deniedBy.map(({ name }) => name).sort(), drops?.policyLogs];
  };
  expect(await facts()).toEqual([["no-payments", "quarantine"], ["ask ledger"]]);
  expect(await facts(["ledger"])).toEqual(await facts());
  expect(await facts(["payments"])).toEqual([["quarantine"], []]);
});

test("the cluster is asked what may be seen of it", async () => {
  await using relay = await startRelay({ flows: play(connected) });
  const asked: unknown[] = [];
  const resolve = async (target: Target, _: AbortSignal, visible: readonly string[] | undefined) => {
    asked.push(visible);
    return { status: "unknown", text: target.kind, near: [] } as const;
  };
  const hubble = hubbleAt(relay.address, { resolve });
  await ask(hubble, { select: { ...select, target: deathstar }, visible: ["shop"] });
  await ask(hubble, { select: { ...select, target: deathstar } });
  expect(asked).toEqual([["shop"], undefined]);
});

test("in recorded flows every pair and request has an end in a visible namespace, and together they are all", async () => {
  const hubble = await openRecordedHubble({ file: samples });
  const answer = async (kind: FlowsQuestion["ask"], visible?: readonly string[]) => {
    const window = { from: 0, to: hubble.newest };
    const question = {
      source: "hubble",
      ask: kind,
      cluster: "lab",
      select,
      window,
      top: 60,
      ...(visible && { visible }),
    } as const;
    return await hubble.answer(question, AbortSignal.timeout(10_000));
  };
  for (const visible of [["default"], ["kube-system"]]) {
    const { drops } = (await answer("drops", visible)) as DropsFinding;
    const { forwarded } = (await answer("forwarded", visible)) as ForwardedFinding;
    const rows = [...(drops?.pairs ?? []), ...(drops?.l7Denials ?? []), ...(forwarded?.pairs ?? [])];
    expect(rows.length).toBeGreaterThan(3);
    for (const { source, destination } of rows) expect(`${source} ${destination}`).toContain(`${visible[0]}/`);
  }
  const { drops: open } = (await answer("drops")) as DropsFinding;
  const { drops: some } = (await answer("drops", ["default"])) as DropsFinding;
  const { drops: all } = (await answer("drops", ["default", "kube-system"])) as DropsFinding;
  expect(some?.packets).toBeGreaterThan(0);
  expect(some?.packets).toBeLessThan(open?.packets ?? 0);
  expect(all).toEqual(open);
});

test("a Relay that filters by itself gives what may be seen, and nothing is missing", async () => {
  const now = Date.UTC(2026, 10, 20, 12);
  const world = createWorld({ seed: 7, now, steps: [{ step: "l7", at: now - 300_000 }] });
  const relay = await createRelay({ world, clock: () => now, host: "127.0.0.1", port: 0 });
  try {
    const hubble = hubbleAt(relay.address);
    const question = { window: { from: now - 600_000, to: now }, top: 60 };
    const open = await ask(hubble, question);
    for (const namespace of ["default", "kube-system"]) {
      const { drops } = await ask(hubble, { ...question, visible: [namespace] });
      const isSeen = ({ source, destination }: { readonly source: string; readonly destination: string }) =>
        source.startsWith(`${namespace}/`) || destination.startsWith(`${namespace}/`);
      expect(drops?.pairs.length).toBeGreaterThan(0);
      expect(drops?.pairs).toEqual(open.drops?.pairs.filter(isSeen));
      expect(drops?.l7Denials).toEqual(open.drops?.l7Denials.filter(isSeen));
    }
  } finally {
    await relay.close();
  }
});

test("a cluster's sources together tell nothing of other namespaces, whatever name is asked for", async () => {
  await using server = await startApiServer();
  for (const [path, objects] of recordedLists()) for (const object of objects) server.upsert(path, object);
  const kubernetes = { kubeconfig: server.kubeconfig, inCluster: false };
  const cluster = await openCluster({ name: "lab", kubernetes }, { log: createLog("silent"), flowsFile: samples });
  try {
    const answer = async (question: Question): Promise<Finding> => {
      const source = cluster.answers.get(question.source);
      if (source === undefined) throw new Error(`no ${question.source}`);
      return await source(question, AbortSignal.timeout(10_000));
    };
    const window = { from: 0, to: cluster.now?.() ?? 0 };
    for (const name of ["coredns", "hubble-relay", "hubble-rela", "cilium-operator", "kube-dns"]) {
      const target: Target = { kind: "name", namespace: undefined, name };
      const flows = {
        source: "hubble",
        ask: "drops",
        cluster: "lab",
        select: { ...select, target },
        window,
        top: 60,
      } as const;
      const about = { source: "kubernetes", ask: "policies", cluster: "lab", subject: { target } } as const;
      for (const question of [flows, about]) {
        const { resolution, ...rest } = (await answer({ ...question, visible: ["default"] })) as DropsFinding;
        expect(resolution).toEqual({ status: "unknown", text: name, near: [] });
        expect(JSON.stringify(rest)).not.toContain("kube-system");
        expect(JSON.stringify(await answer(question))).toContain("kube-system");
      }
    }
  } finally {
    await cluster.close();
  }
});
