import { afterAll, beforeAll, expect, test } from "vitest";
import { hourMs } from "../../src/analysis/sketch/hour.ts";
import { createRelay, type Relay } from "../../src/lab/relay/create.ts";
import { createEdgeKeeper } from "../../src/recorder/edges.ts";
import { createSketches } from "../../src/recorder/edges-history.ts";
import { createRecordingStore } from "../../src/store/recording.ts";
import { createSketchStore } from "../../src/store/sketches.ts";
import { drop, opening } from "../analysis/sketch/hours.ts";
import { noon } from "../fixtures/flows/make.ts";
import { nodes, packet, stall, startRelay } from "../fixtures/flows/relay.ts";
import { startTestRedis } from "../support/redis.ts";
import { cluster, connect, liveWorld, prefix, record } from "./support.ts";

let relay: Relay;
beforeAll(async () => {
  relay = await createRelay({ world: liveWorld(), clock: Date.now, host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await relay.close();
});

const patient = { timeout: 30_000, interval: 200 };
const edges = { mostBytesPerDay: 8 * 1024 * 1024, flushMs: 500 };

async function stored(redis: Parameters<typeof createSketches>[0]) {
  const sketches = createSketches(redis, prefix);
  const hours = await Promise.all((await sketches.hours(cluster)).map((hour) => sketches.hour(cluster, hour)));
  return hours.flatMap((hour) => (hour ? [hour] : []));
}

test("the lab's openings and drops are in Redis soon, with how much was observed", async () => {
  await using own = await startTestRedis();
  await using client = await connect(own.url);
  const counts: string[] = [];
  const flushed: number[] = [];
  await using running = record(relay.address, client.redis, {
    edges: {
      ...edges,
      onFlush: (bytes) => flushed.push(bytes),
      onCount: (what, count) => count > 0 && counts.push(what),
    },
  });
  const texts = async () =>
    (await stored(client.redis)).flatMap(({ passed, stopped }) =>
      [...passed.entries, ...stopped.entries].map(
        ({ value: { edge } }) => `${edge.source} ${edge.destination}:${edge.port} ${edge.verdict} ${edge.reason}`,
      ),
    );
  await expect.poll(texts, patient).toContain("default/tiefighter default/deathstar:80 forwarded ");
  await expect.poll(texts, patient).toContain("default/xwing default/deathstar:80 dropped POLICY_DENIED");
  const observed = async () => (await stored(client.redis)).map((hour) => hour.observed);
  await expect
    .poll(async () => (await observed()).reduce((sum, { openingSeconds }) => sum + openingSeconds, 0), patient)
    .toBeGreaterThan(1);
  const all = await observed();
  expect(all.reduce((sum, { dropSeconds }) => sum + dropSeconds, 0)).toBeGreaterThan(0);
  expect(all.some(({ connected, total }) => connected === 3 && total === 3)).toBe(true);
  const policies = (await stored(client.redis)).flatMap((hour) => hour.policies.map(({ name }) => name));
  expect(policies).toContain("rule1");
  expect(counts).toContain("taken");
  expect(flushed.at(-1)).toBeGreaterThan(100);
  expect(running.recorder.status().trouble).toBeUndefined();
}, 60_000);

test.each([
  [100, 3, 0],
  [0, 0, 6],
])(
  "with %i a second, three connections that several nodes trace are %i openings and %i records shed",
  async (mostPerSecond, openings, shed) => {
    const syn = (at: number, direction: number, uuid: string) => {
      const one = packet(Date.now() - noon + at, "k8s-w1");
      return {
        ...one,
        flow: {
          ...one.flow,
          ...{ uuid, verdict: 1, dropReasonDesc: 0, trafficDirection: direction, isReply: { value: false } },
          ...{ eventType: { type: 4, subType: 0 } },
          l4: { TCP: { sourcePort: 41_000 + at, destinationPort: 80, flags: { SYN: true } } },
        },
      };
    };
    const id = (at: number) => `5db59e3d-0a5c-40c2-b8a5-${String(at).padStart(12, "0")}`;
    await using strange = await startRelay({
      flows: stall(
        nodes("connected", ["k8s-w1"]),
        ...[1, 2, 3].flatMap((at) => [syn(at, 2, id(at)), syn(at, 2, id(at)), syn(at, 1, id(at + 10))]),
      ),
    });
    await using own = await startTestRedis();
    await using client = await connect(own.url);
    await using _running = record(strange.address, client.redis, { edges: { ...edges, mostPerSecond } });
    const sum = async () => {
      const hours = await stored(client.redis);
      return [
        hours.reduce((total, { passed }) => total + passed.total, 0),
        hours.reduce((total, { observed }) => total + observed.shed, 0),
      ];
    };
    await expect.poll(sum, patient).toEqual([openings, shed]);
    const asked = strange.requests.find(({ blacklist = [] }) => blacklist.length > 0);
    expect(asked?.whitelist?.[0]).toMatchObject({ tcpFlags: [{ SYN: true }], reply: [false] });
  },
);

test("a leader that dies takes what it had not written along, and the next goes on with the hour", async () => {
  await using own = await startTestRedis();
  await using client = await connect(own.url);
  const hour = Math.floor(noon / hourMs) * hourMs;
  const clock = () => hour + 60_000;
  const leases = createRecordingStore(client.redis, prefix);
  const store = createSketchStore(client.redis, prefix);
  const keep = async (holder: string) => {
    const lease = await leases.take(cluster, holder, 60_000);
    if (lease === undefined) throw new Error("somebody else leads");
    return {
      lease,
      keeper: createEdgeKeeper({ cluster, store, lease, clock, startedAt: hour }, { mostBytesPerDay: 8_000_000 }),
    };
  };
  const total = async () => (await stored(client.redis)).map(({ passed, stopped }) => passed.total + stopped.total);
  const at = (flow: ReturnType<typeof opening>) => ({ ...flow, time: hour + 1_000 });

  const first = await keep("first");
  first.keeper.opening(at(opening("shop/web", "shop/cart", 80)));
  first.keeper.refused(at(drop("shop/web", "bank/ledger", 5432)));
  // Twice at once is once.
  expect(await Promise.all([first.keeper.flush(), first.keeper.flush()])).toEqual([true, true]);
  expect(await total()).toEqual([2]);
  first.keeper.opening(at(opening("shop/web", "shop/cart", 80)));

  await leases.release(cluster, first.lease);
  const second = await keep("second");
  second.keeper.opening(at(opening("shop/web", "shop/cart", 80)));
  second.keeper.observed({ openingSeconds: 5, connected: 1, total: 2 });
  expect(await second.keeper.flush()).toBe(true);
  expect(await second.keeper.flush()).toBe(true);
  // The one that was paused writes nothing any more.
  expect(await first.keeper.flush()).toBe(false);
  expect(await total()).toEqual([3]);
  expect((await stored(client.redis))[0]?.observed).toMatchObject({ openingSeconds: 5, connected: 1, total: 2 });

  // What is too old, or of a clock that is ahead, has no hour.
  second.keeper.opening({ ...opening("shop/web", "shop/old", 80), time: hour - 10 * hourMs });
  second.keeper.opening({ ...opening("shop/web", "shop/new", 80), time: hour + 2 * hourMs });
  expect(await second.keeper.flush()).toBe(true);
  expect(await total()).toEqual([3]);
});
