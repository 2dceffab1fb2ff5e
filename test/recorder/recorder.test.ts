import { afterAll, beforeAll, expect, test } from "vitest";
import { Verdict } from "../../src/analysis/flow.ts";
import { createRelay, type Relay } from "../../src/lab/relay/create.ts";
import type { World } from "../../src/lab/world/world.ts";
import { decompress } from "../../src/recorder/batch.ts";
import { createRecordingStore } from "../../src/store/recording.ts";
import { noon } from "../fixtures/flows/make.ts";
import { nodes, packet, stall, startRelay } from "../fixtures/flows/relay.ts";
import { startTestRedis } from "../support/redis.ts";
import {
  cluster,
  connect,
  doubled,
  liveWorld,
  minute,
  prefix,
  readAll,
  record,
  tallyFlows,
  tallyLedger,
} from "./support.ts";

let world: World;
let relay: Relay;
beforeAll(async () => {
  world = liveWorld();
  relay = await createRelay({ world, clock: Date.now, host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await relay.close();
});

const patient = { timeout: 20_000, interval: 100 };

test("what was recorded is the lab's ledger, node by node", async () => {
  await using own = await startTestRedis();
  await using client = await connect(own.url);
  await using running = record(relay.address, client.redis);
  const from = Date.now() - 8 * minute;
  const until = Date.now() + 4_000;
  await expect.poll(() => running.recorder.status().through ?? 0, patient).toBeGreaterThan(until + 2_000);

  const { list, gaps, oldest, leader, shed } = await readAll(client.redis, from, until);
  const expected = tallyLedger(world.ledger(from, until));
  expect(tallyFlows(list)).toEqual(expected);
  expect([...expected.keys()].some((key) => key.endsWith("request"))).toBe(true);
  expect(
    list.some(({ verdict, l7 }) => verdict === Verdict.forwarded && l7?.protocol === "http" && l7.code === 403),
  ).toBe(true);
  expect(
    list.filter(({ verdict, l7 }) => verdict !== Verdict.dropped && !(l7?.protocol === "http" && l7.code === 403)),
  ).toEqual([]);
  expect(doubled(list)).toEqual([]);
  expect(gaps).toEqual([]);
  expect(shed).toBe(0);
  expect(oldest).toBeLessThanOrEqual(from);
  expect(leader).not.toBeNull();
  const { recorded, pending, nodes, trouble } = running.recorder.status();
  expect(recorded).toBeGreaterThanOrEqual(list.length);
  expect(pending.flows).toBeLessThan(100);
  expect(nodes).toEqual({ connected: world.nodes.length, away: [] });
  expect(trouble).toBeUndefined();
});

test("lost events are counted and stand in the recording as a gap", async () => {
  await using own = await startTestRedis();
  await using client = await connect(own.url);
  await relay.setFaults({ lostEvents: 5 });
  try {
    await using running = record(relay.address, client.redis);
    await expect
      .poll(async () => (await readAll(client.redis)).gaps, patient)
      .toMatchObject([{ reason: "lost", count: 15 }]);
    expect(running.recorder.status().lost).toBe(15);
  } finally {
    await relay.setFaults({ lostEvents: 0 });
  }
});

test("a node that is away is named with the moment since when, and caught up with when it is back", async () => {
  await using own = await startTestRedis();
  await using client = await connect(own.url);
  await using running = record(relay.address, client.redis);
  await expect.poll(() => running.recorder.status().through, patient).not.toBeNull();
  const from = Date.now();
  await relay.setFaults({ unavailableNodes: ["k8s-w1"] });
  try {
    await expect.poll(() => running.recorder.status().nodes.away, patient).toEqual(["k8s-w1"]);
    const away = async () => (await readAll(client.redis)).gaps;
    await expect.poll(away, { ...patient, timeout: 25_000 }).toMatchObject([{ reason: "away", node: "k8s-w1" }]);
  } finally {
    await relay.setFaults({ unavailableNodes: [] });
  }
  await expect.poll(() => running.recorder.status().nodes.away, { ...patient, timeout: 40_000 }).toEqual([]);
  const until = Date.now();
  await expect.poll(() => running.recorder.status().through ?? 0, patient).toBeGreaterThan(until + 2_000);
  await expect.poll(async () => (await readAll(client.redis, from, until)).gaps, patient).toEqual([]);
  const { list } = await readAll(client.redis, from, until);
  expect(tallyFlows(list)).toEqual(tallyLedger(world.ledger(from, until)));
  expect(doubled(list)).toEqual([]);
}, 90_000);

test("a Relay that goes and comes back costs nothing that its rings still have", async () => {
  await using own = await startTestRedis();
  await using client = await connect(own.url);
  await using running = record(relay.address, client.redis);
  await expect.poll(() => running.recorder.status().through, patient).not.toBeNull();
  const from = Date.now();
  await relay.setFaults({ refuse: true });
  await expect.poll(() => running.recorder.status().restarts, patient).toBeGreaterThan(0);
  expect(running.recorder.status().trouble).toContain(relay.address);
  await relay.setFaults({ refuse: false });
  const until = Date.now() + 1_000;
  await expect.poll(() => running.recorder.status().through ?? 0, patient).toBeGreaterThan(until + 2_000);
  const { list, gaps } = await readAll(client.redis, from, until);
  expect(gaps).toEqual([]);
  expect(tallyFlows(list)).toEqual(tallyLedger(world.ledger(from, until)));
  expect(doubled(list)).toEqual([]);
});

test("what a refused request carried in its query is nowhere in Redis", async () => {
  const secret = "http://shop/v1/orders?user_id=1234";
  const refused = packet(Date.now() - noon, "k8s-w1");
  const flow = {
    ...refused.flow,
    ...{ eventType: { type: 129 }, Type: 2, dropReasonDesc: 0, uuid: "5db59e3d-0a5c-40c2-b8a5-257f84b18e45" },
    l7: { type: 1, http: { method: "PUT", url: secret, headers: [{ key: "cookie", value: "user_id=1234" }] } },
    Summary: `HTTP/1.1 PUT ${secret}`,
    policyLog: [`refused ${secret}`],
  };
  await using strange = await startRelay({ flows: stall(nodes("connected", ["k8s-w1"]), { ...refused, flow }) });
  await using own = await startTestRedis();
  await using client = await connect(own.url);
  await using running = record(strange.address, client.redis);
  await expect.poll(() => running.recorder.status().recorded, patient).toBe(1);
  await expect.poll(() => running.recorder.status().through, patient).not.toBeNull();
  const store = createRecordingStore(client.redis, prefix);
  const entries = await store.page(cluster, 0, 1_000);
  const texts = await Promise.all(entries.map(({ payload }) => decompress(payload).catch(() => payload.toString())));
  for (const key of await client.redis.keys("*")) {
    const kind = await client.redis.type(key);
    texts.push(key, kind === "hash" ? JSON.stringify(await client.redis.hgetall(key)) : "");
    if (kind === "string") texts.push((await client.redis.get(key)) ?? "");
  }
  const all = texts.join("\n");
  expect(all).toContain("/v1/orders?…");
  expect(all).not.toMatch(/user_id=|1234"/);
});

test("the recording stays within its bytes, and says from when on it is complete", async () => {
  await using own = await startTestRedis();
  await using client = await connect(own.url);
  const maxBytes = 12_000;
  await using running = record(relay.address, client.redis, { maxBytes });
  await expect.poll(() => running.recorder.status().recorded, patient).toBeGreaterThan(500);
  await expect.poll(async () => (await readAll(client.redis)).oldest, patient).not.toBeNull();
  const state = await createRecordingStore(client.redis, prefix).state(cluster);
  expect(state.bytes).toBeLessThanOrEqual(maxBytes);
  expect(state.trimmed).toBeGreaterThan(0);
  const { oldest, flows } = await readAll(client.redis);
  expect(oldest).toBeGreaterThanOrEqual(state.trimmed);
  expect(flows).toBeLessThan(running.recorder.status().recorded);
});
