import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileFilters } from "../../../src/analysis/filter-match.ts";
import type { Flow } from "../../../src/analysis/flow.ts";
import type { FlowSelect } from "../../../src/analysis/select.ts";
import { createSelection } from "../../../src/analysis/selection.ts";
import { createRelay, type Relay } from "../../../src/lab/relay/create.ts";
import type { Faults } from "../../../src/lab/relay/faults.ts";
import { createWorld } from "../../../src/lab/world/create.ts";
import { createChannel } from "../../../src/sources/hubble/channel.ts";
import { createHubble, type Hubble } from "../../../src/sources/hubble/client.ts";
import { createDecoder } from "../../../src/sources/hubble/decode.ts";
import { streamFlows } from "../../../src/sources/hubble/stream.ts";
import { type GetFlowsRequest, msTimestamp } from "../../../src/sources/hubble/wire.ts";
import type { DropsFinding, FlowsQuestion } from "../../../src/sources/question.ts";

const now = Date.UTC(2026, 10, 20, 12);
const minute = 60_000;
const world = createWorld({
  seed: 7,
  now,
  steps: [
    { step: "l3-l4", at: now - 20 * minute },
    { step: "l7", at: now - 5 * minute },
  ],
});
const window = { from: now - 10 * minute, to: now };
const select: FlowSelect = { either: {}, from: {}, to: {}, reasons: [], protocols: [], directions: [], nodes: [] };

let relay: Relay;
let hubble: Hubble;
beforeAll(async () => {
  relay = await createRelay({ world, clock: () => now, host: "127.0.0.1", port: 0 });
  hubble = createHubble({ name: "lab", address: relay.address, tls: { enabled: false } });
});
afterAll(async () => {
  await hubble.close();
  await relay.close();
});

async function ask(more: Partial<FlowsQuestion> = {}, signal = AbortSignal.timeout(10_000)): Promise<DropsFinding> {
  const question = { source: "hubble", ask: "drops", cluster: "lab", select, window, top: 50, ...more } as const;
  return (await hubble.answer(question, signal)) as DropsFinding;
}

async function withFault<Result>(faults: Partial<Faults>, use: () => Promise<Result>): Promise<Result> {
  const before = relay.faults();
  await relay.setFaults(faults);
  try {
    return await use();
  } finally {
    await relay.setFaults(before);
  }
}

const ledger = () => world.ledger(window.from, window.to);

/** What the datapath did, in the words of a summary. */
function truth() {
  const packets = new Map<string, number>();
  const requests = new Map<string, number>();
  for (const { kind, source, destination, port, reason } of ledger()) {
    const counts = kind === "packet" ? packets : requests;
    const key = kind === "packet" ? `${source} ${destination}:${port} ${reason}` : `${source} ${destination}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return { packets, requests };
}

test("packets and refused requests are those of the lab's ledger, pair by pair", async () => {
  const { drops, coverage } = await ask();
  const { packets, requests } = truth();
  const counted = drops?.pairs.map(
    (pair) => [`${pair.source} ${pair.destination}:${pair.port} ${pair.reason}`, pair.packets] as const,
  );
  expect(new Map(counted)).toEqual(packets);
  expect(drops?.packets).toBe(ledger().filter(({ kind }) => kind === "packet").length);
  const refused = new Map<string, number>();
  for (const { source, destination, count, code } of drops?.l7Denials ?? []) {
    refused.set(`${source} ${destination}`, (refused.get(`${source} ${destination}`) ?? 0) + count);
    expect(code).toBe(403);
  }
  expect(requests.size).toBeGreaterThan(0);
  expect(refused).toEqual(requests);
  expect(drops?.timeline.reduce((sum, count) => sum + count, 0)).toBe(drops?.packets);
  expect(coverage).toMatchObject({
    nodes: { answered: 3, total: 3, missing: [] },
    lost: {},
    shed: 0,
    truncated: false,
  });
  expect(Date.parse(coverage?.oldest ?? "")).toBeLessThan(window.from);
});

test.each(["1.14.19", "1.15.4", "1.16.0", "1.17.0", "1.18.0"])(
  "agents of %s give the same counts",
  async (olderVersion) => {
    const expected = await ask();
    const own = createHubble({ name: "old", address: relay.address, tls: { enabled: false } });
    const question = { source: "hubble", ask: "drops", cluster: "lab", select, window, top: 50 } as const;
    const finding = await withFault({ olderVersion }, () => own.answer(question, AbortSignal.timeout(10_000))).finally(
      own.close,
    );
    expect(finding).toEqual({ ...expected, coverage: { ...expected.coverage, oldest: expect.any(String) } });
  },
);

test("a reason is asked of old agents too, which do not know that filter", async () => {
  const reasons = [139];
  const expected = ledger().filter(({ reason }) => reason === "UNSUPPORTED_L3_PROTOCOL").length;
  const finding = await withFault({ olderVersion: "1.14.19" }, () => ask({ select: { ...select, reasons } }));
  expect(finding.drops?.byReason).toEqual({ UNSUPPORTED_L3_PROTOCOL: expected });
});

test("a node that is away is missing, and its drops are", async () => {
  const finding = await withFault({ unavailableNodes: ["k8s-w1"] }, () => ask());
  expect(finding.coverage?.nodes).toEqual({ answered: 2, total: 3, missing: ["k8s-w1"] });
  const there = ledger().filter(({ kind, node }) => kind === "packet" && node !== "k8s-w1").length;
  expect(finding.drops?.packets).toBe(there);
});

test("no node at all is a failure", async () => {
  const unavailableNodes = world.nodes.map(({ name }) => name);
  await expect(withFault({ unavailableNodes }, () => ask())).rejects.toMatchObject({ code: "UNREACHABLE" });
});

test("lost events are counted", async () => {
  const { coverage } = await withFault({ lostEvents: 5 }, () => ask());
  expect(coverage?.lost).toEqual({ PERF_EVENT_RING_BUFFER: 15 });
});

test("a Relay that hangs is a timeout, and leaves no call behind", async () => {
  const hanging = withFault({ hang: true }, () => ask({}, AbortSignal.timeout(300)));
  await expect(hanging).rejects.toMatchObject({ code: "TIMEOUT" });
  await expect.poll(relay.openCalls).toBe(0);
});

test("a Relay that is gone is unreachable, and found again when it is back", async () => {
  const expected = (await ask()).drops?.packets;
  await expect(withFault({ refuse: true }, () => ask())).rejects.toMatchObject({ code: "UNREACHABLE" });
  const again = async () => (await ask().catch(() => null))?.drops?.packets;
  await expect.poll(again, { timeout: 10_000, interval: 100 }).toBe(expected);
});

test("the newest N are the newest of the ledger", async () => {
  const { drops } = await ask({ last: 10 });
  const newest = ledger().slice(-10);
  expect(drops?.packets).toBe(newest.filter(({ kind }) => kind === "packet").length);
  expect(drops?.l7Denials.reduce((sum, { count }) => sum + count, 0)).toBe(
    newest.filter(({ kind }) => kind === "request").length,
  );
});

describe("what the server lets through is what our side of the filters says", () => {
  const selects: readonly [string, Partial<FlowSelect>][] = [
    ["nothing", {}],
    ["a pod", { either: { pod: ["xwing"] } }],
    ["two ends", { from: { label: ["org=alliance"] }, to: { pod: ["default/deathstar"], port: [80] } }],
    ["a CIDR", { either: { ip: ["172.20.1.0/24"] } }],
    ["a protocol", { protocols: ["icmp"] }],
    ["a node and a direction", { nodes: ["k8s-w*"], directions: [2] }],
    ["an identity", { to: { identity: [37697] } }],
    ["a workload", { to: { workload: ["Deployment/deathstar"] } }],
    ["http", { protocols: ["http"] }],
  ];

  test.each(selects)("%s", async (_, part) => {
    for (const kinds of ["drops", "forwarded"] as const) {
      const { filters } = createSelection({ ...select, ...part }, null, kinds);
      const all = await read({});
      const ours = all.filter(compileFilters(filters.whitelist, filters.blacklist));
      expect(keys(await read(filters))).toEqual(keys(ours));
    }
  });

  async function read(filters: GetFlowsRequest): Promise<Flow[]> {
    const channel = createChannel({ address: relay.address, tls: { enabled: false } });
    const flows: Flow[] = [];
    const sink = { flow: (flow: Flow) => flows.push(flow), nodes: () => undefined, lost: () => undefined };
    const request = { ...filters, since: msTimestamp(now - 2 * minute), until: msTimestamp(now) };
    const decoder = createDecoder({ everything: true });
    const { end } = streamFlows(await channel.client(), decoder, request, sink, AbortSignal.timeout(10_000));
    expect(await end).toMatchObject({ code: 0, malformed: 0 });
    channel.close();
    return flows;
  }

  const keys = (flows: readonly Flow[]) =>
    flows.map(({ uuid, time }) => `${time} ${uuid}`).sort((a, b) => (a < b ? -1 : 1));
});
