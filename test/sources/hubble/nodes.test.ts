/** How Relay's nodes are, asked of the lab's Relay and of one that says less. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BotError } from "../../../src/errors.ts";
import { createRelay, type Relay } from "../../../src/lab/relay/create.ts";
import type { Faults } from "../../../src/lab/relay/faults.ts";
import { createWorld } from "../../../src/lab/world/create.ts";
import { createHubble, type Hubble } from "../../../src/sources/hubble/client.ts";
import type { Past } from "../../../src/sources/hubble/past.ts";
import { timestampMs } from "../../../src/sources/hubble/wire.ts";
import { withNodes } from "../../../src/sources/hubble/with-nodes.ts";
import type { NodesFinding } from "../../../src/sources/question.ts";
import { noon } from "../../fixtures/flows/make.ts";
import { nodes as nodeStatus, packet, play, startRelay } from "../../fixtures/flows/relay.ts";
import { hubbleAt } from "./asking.ts";

const now = Date.UTC(2026, 10, 20, 12);
const world = createWorld({ seed: 7, now });

let relay: Relay;
let hubble: Hubble;
beforeAll(async () => {
  relay = await createRelay({ world, clock: () => now, host: "127.0.0.1", port: 0, ringCapacity: 1_023 });
  hubble = createHubble({ name: "lab", address: relay.address, tls: { enabled: false } });
});
afterAll(async () => {
  await hubble.close();
  await relay.close();
});

const ask = (signal = AbortSignal.timeout(20_000)) => hubble.nodes(signal);

async function withFault<Result>(faults: Partial<Faults>, use: () => Promise<Result>): Promise<Result> {
  const before = relay.faults();
  await relay.setFaults(faults);
  try {
    return await use();
  } finally {
    await relay.setFaults(before);
  }
}

const stateOf = ({ nodes }: NodesFinding) => Object.fromEntries(nodes.map(({ name, state }) => [name, state]));

describe("the lab's Relay", () => {
  test("tells each node's version and ring, and how far back that reaches", async () => {
    const finding = await ask();
    expect(finding).toMatchObject({
      ...{ ask: "nodes", version: "hubble-relay v1.19.4", connected: 3, unavailable: 0, folded: 0 },
      ...{ flows: 3_069, maxFlows: 3_069, lost: {}, recorder: null, notes: [] },
      versions: [{ version: "cilium v1.19.4", nodes: 3 }],
    });
    expect(stateOf(finding)).toEqual({ "k8s-ctr": "connected", "k8s-w1": "connected", "k8s-w2": "connected" });
    for (const { name, flows, maxFlows, oldest } of finding.nodes) {
      expect([flows, maxFlows]).toEqual([1_023, 1_023]);
      const ring = world.flows(name, 0, now).slice(-1_023);
      expect(oldest).toBeCloseTo(timestampMs(ring[0]?.flow?.time ?? {}), 3);
    }
    expect(finding.flowsPerSecond).toBeGreaterThan(1);
  });

  test("names a node that is away first, and says nothing of its ring", async () => {
    const finding = await withFault({ unavailableNodes: ["k8s-w1"] }, ask);
    expect(finding).toMatchObject({ connected: 2, unavailable: 1, versions: [{ nodes: 2 }] });
    expect(finding.nodes[0]).toEqual({
      ...{ name: "k8s-w1", state: "unavailable", version: "", flows: 0, maxFlows: 0, oldest: null },
    });
  });

  test("tells an agent that answers with an error from one that is away", async () => {
    const finding = await withFault({ failingNodes: ["k8s-w2"] }, ask);
    expect(finding.nodes[0]).toMatchObject({ name: "k8s-w2", state: "error", oldest: null });
    expect(finding.nodes.filter(({ state }) => state === "connected")).toHaveLength(2);
  });

  test("says what was lost, but not what this reader itself was too slow for", async () => {
    const losses = [
      { node: "k8s-w1", source: "PERF_EVENT_RING_BUFFER", count: 40 },
      { node: "k8s-w2", source: "PERF_EVENT_RING_BUFFER", count: 2 },
      { node: "k8s-w2", source: "HUBBLE_RING_BUFFER", count: 500 },
    ] as const;
    const { lost } = await withFault({ losses }, ask);
    expect(lost).toEqual({ PERF_EVENT_RING_BUFFER: 42 });
  });

  test("says nothing of a rate before 1.15", async () => {
    const finding = await withFault({ olderVersion: "1.14.19" }, ask);
    expect(finding).toMatchObject({ flowsPerSecond: null, version: "hubble-relay v1.14.19" });
    expect(finding.nodes.every(({ oldest }) => oldest !== null)).toBe(true);
  });

  test("that hangs is a timeout with its address", async () => {
    const failure = await withFault({ hang: true }, () =>
      ask(AbortSignal.timeout(400)).catch((error: unknown) => error as BotError),
    );
    expect(failure).toMatchObject({ code: "TIMEOUT", say: `Relay at ${relay.address} gave no answer in time.` });
  });
});

test("a Relay where nobody listens is said so", async () => {
  // Of its own: connections to one address are shared, and wait before they try again.
  const away = await createRelay({ world, clock: () => now, host: "127.0.0.1", port: 0 });
  const { address } = away;
  await away.close();
  const failure = await hubbleAt(address)
    .nodes(AbortSignal.timeout(20_000))
    .catch((error: unknown) => error as BotError);
  expect(failure).toMatchObject({ code: "UNREACHABLE", say: expect.stringContaining(address) as string });
});

describe("what was recorded", () => {
  async function askWith(reach: NonNullable<Past["reach"]>): Promise<NodesFinding> {
    const past: Past = { reach, read: () => Promise.reject(new Error("nothing is read")) };
    const recording = createHubble({ name: "lab", address: relay.address, tls: { enabled: false }, past });
    try {
      return await recording.nodes(AbortSignal.timeout(20_000));
    } finally {
      await recording.close();
    }
  }

  test("reaches as far as the recorder says, of this cluster", async () => {
    const asked: string[] = [];
    const { recorder, notes } = await askWith(async (cluster) => {
      asked.push(cluster);
      return { oldest: now - 1_800_000, through: now - 200, shed: 3 };
    });
    expect(recorder).toEqual({ oldest: now - 1_800_000, through: now - 200 });
    expect([asked, notes]).toEqual([["lab"], []]);
  });

  test("is not waited for while Redis hangs", async () => {
    const finding = await askWith(() => new Promise(() => undefined));
    expect(finding).toMatchObject({
      recorder: null,
      notes: ["How far back the recorder reaches is not known: Redis gave no answer."],
    });
  });

  test("is not known while Redis is away, and nodes are told all the same", async () => {
    const finding = await askWith(() => Promise.reject(new Error("no Redis")));
    expect(finding).toMatchObject({
      recorder: null,
      connected: 3,
      notes: ["How far back the recorder reaches is not known: Redis gave no answer."],
    });
  });
});

describe("a Relay that lists no nodes", () => {
  const serverStatus = {
    ...{ version: "hubble-relay v1.17.0", numFlows: 10, maxFlows: 4_095 },
    ...{ numConnectedNodes: { value: 2 }, numUnavailableNodes: { value: 1 }, unavailableNodes: ["c"] },
  };

  test("still counts them and names those that are away", async () => {
    await using scripted = await startRelay({ flows: play(), serverStatus });
    const client = hubbleAt(scripted.address);
    const finding = await client.nodes(AbortSignal.timeout(20_000));
    expect(finding).toMatchObject({ connected: 2, unavailable: 1, versions: [] });
    expect(stateOf(finding)).toEqual({ c: "unavailable" });
    expect(finding.notes[0]).toBe(
      "Relay does not list its nodes. This version of it cannot, or hubble.address is a single agent's.",
    );
  });

  test("may have nothing in its rings: how far they reach is then not known", async () => {
    const oldest = play(nodeStatus("connected", ["a", "b"]));
    await using scripted = await startRelay({ flows: play(), oldest, serverStatus });
    const client = hubbleAt(scripted.address);
    const { notes, lost } = await client.nodes(AbortSignal.timeout(20_000));
    // Not that they were slow: they ended well.
    expect(notes).toContain("How far back the nodes' rings reach is not known.");
    expect(lost).toEqual({});
  });
});

describe("a Relay that says a part", () => {
  const serverStatus = { numFlows: 10, maxFlows: 4_095, numConnectedNodes: { value: 2 } };
  const two = (numFlows: number) => [
    { name: "a", state: 1, numFlows },
    { name: "b", state: 1, numFlows },
  ];

  test("is not waited for when its list of nodes does not come", async () => {
    await using scripted = await startRelay({ flows: play(), serverStatus, getNodes: "silent" });
    const signal = AbortSignal.timeout(20_000);
    const finding = await hubbleAt(scripted.address).nodes(signal);
    expect(signal.aborted).toBe(false);
    expect(finding).toMatchObject({ connected: 2, nodes: [] });
    expect(finding.notes).toContain("Relay does not list its nodes. It gave no answer in time.");
  });

  test("says of how many nodes it is not known how far back their rings reach", async () => {
    const oldest = play(nodeStatus("connected", ["a", "b"]), packet(0, "a"));
    await using scripted = await startRelay({ flows: play(), oldest, serverStatus, getNodes: { nodes: two(5) } });
    const { nodes, notes, reach } = await hubbleAt(scripted.address).nodes(AbortSignal.timeout(20_000));
    expect(nodes.map(({ oldest: first }) => first)).toEqual([noon, null]);
    expect(notes).toEqual(["How far back the rings of 1 node reach is not known."]);
    expect(reach?.leastMs).toBe(reach?.mostMs);
  });

  test("with empty rings lacks nothing", async () => {
    const empty = { ...serverStatus, numFlows: 0 };
    await using scripted = await startRelay({ flows: play(), serverStatus: empty, getNodes: { nodes: two(0) } });
    const { notes, reach } = await hubbleAt(scripted.address).nodes(AbortSignal.timeout(20_000));
    expect([notes, reach]).toEqual([[], null]);
  });

  test("and lists no nodes, still says how far back flows reach", async () => {
    const oldest = play(packet(0, "a"), packet(30_000, "b"));
    await using scripted = await startRelay({ flows: play(), oldest, serverStatus });
    const { reach, notes } = await hubbleAt(scripted.address).nodes(AbortSignal.timeout(20_000));
    expect((reach?.mostMs ?? 0) - (reach?.leastMs ?? 0)).toBe(30_000);
    expect(notes).toHaveLength(1);
  });
});

test("a file of flows knows no nodes, and says what to type", async () => {
  const answer = withNodes(() => Promise.reject(new Error("not asked")), undefined);
  const question = { source: "hubble", ask: "nodes", cluster: "lab" } as const;
  await expect(answer(question, AbortSignal.timeout(1_000))).rejects.toMatchObject({
    say: "Hubble Relay is not asked here, because flows come from a file: type drops or observe for what it holds.",
  });
});
