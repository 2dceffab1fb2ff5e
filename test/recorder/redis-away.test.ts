import { expect, test } from "vitest";
import { findProgram } from "../../src/lab/programs/find.ts";
import { startRedis } from "../../src/lab/programs/redis.ts";
import { createRelay } from "../../src/lab/relay/create.ts";
import { gapText } from "../../src/recorder/note.ts";
import { connectProducer } from "../../src/store/redis.ts";
import { connect, doubled, liveWorld, minute, readAll, record, tallyFlows, tallyLedger } from "./support.ts";

const patient = { timeout: 25_000, interval: 100 };

test("while Redis is stopped, little waits, the oldest is shed and counted, and the recording says so afterwards", async () => {
  const program = await findProgram("redis-server", { say: () => undefined });
  const redis = await startRedis(program);
  const world = liveWorld(minute);
  const relay = await createRelay({ world, clock: Date.now, host: "127.0.0.1", port: 0 });
  try {
    await using client = await connect(redis.url);
    const maxPendingFlows = 3_000;
    await using running = record(relay.address, client.redis, { maxPendingFlows });
    await expect.poll(() => running.recorder.status().through, patient).not.toBeNull();
    const { recorded } = running.recorder.status();
    redis.pause();
    const from = Date.now();
    world.burst({ at: from + 200, seconds: 5, perSecond: 1_500, sources: 100 });
    let most = 0;
    const shedding = () => {
      most = Math.max(most, running.recorder.status().pending.flows);
      return running.recorder.status().shed;
    };
    await expect.poll(shedding, patient).toBeGreaterThan(3_000);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    redis.resume();

    // One batch is being filled beside what waits.
    expect(most).toBeLessThanOrEqual(maxPendingFlows + 1_000);
    const until = Date.now() + 2_000;
    await expect.poll(() => running.recorder.status().through ?? 0, patient).toBeGreaterThan(until + 2_000);
    const { shed, recorded: after } = running.recorder.status();
    const { list, gaps, shed: said } = await readAll(client.redis, from, until);
    expect(after).toBeGreaterThan(recorded);
    expect(said).toBe(shed);
    const told = gaps.filter(({ reason }) => reason === "shed");
    expect(told.reduce((sum, { count }) => sum + (count ?? 0), 0)).toBe(shed);
    expect(gapText(told[0] ?? { from: 0, to: 0, reason: "lost" })).toMatch(
      /^shed [\d,]+ flows between \d\d:\d\d:\d\d and /,
    );
    expect(doubled(list)).toEqual([]);
    // What is missing lies within what is said to be.
    const first = Math.min(...told.map((gap) => gap.from));
    const last = Math.max(...told.map((gap) => gap.to));
    const outside = list.filter(({ time }) => time < first || time > last);
    const expected = world.ledger(from, until).filter(({ time }) => time < first || time > last);
    expect(tallyFlows(outside)).toEqual(tallyLedger(expected));
  } finally {
    redis.resume();
    await relay.close();
    await redis.close();
  }
}, 90_000);

test("a Redis that lost its memory gets a new leader, and what the rings have is recorded again", async () => {
  const program = await findProgram("redis-server", { say: () => undefined });
  const redis = await startRedis(program);
  const world = liveWorld(minute);
  const relay = await createRelay({ world, clock: Date.now, host: "127.0.0.1", port: 0 });
  try {
    await using client = await connect(redis.url);
    await using running = record(relay.address, client.redis);
    await expect.poll(() => running.recorder.status().through, patient).not.toBeNull();
    const from = Date.now();
    await client.redis.flushall();
    const until = Date.now() + 1_000;
    await expect.poll(async () => (await readAll(client.redis)).through ?? 0, patient).toBeGreaterThan(until + 2_000);
    const { list, oldest } = await readAll(client.redis, from, until);
    expect(oldest).toBeLessThanOrEqual(from);
    expect(tallyFlows(list)).toEqual(tallyLedger(world.ledger(from, until)));
    expect(doubled(list)).toEqual([]);
  } finally {
    await relay.close();
    await redis.close();
  }
});

test("what was wrong before Redis was there is not said any more once it is", async () => {
  const redis = await startRedis(await findProgram("redis-server", { say: () => undefined }));
  const world = liveWorld(minute);
  const relay = await createRelay({ world, clock: Date.now, host: "127.0.0.1", port: 0 });
  const producer = connectProducer(redis.url, () => undefined);
  try {
    await using running = record(relay.address, producer);
    await expect.poll(() => running.recorder.status().trouble, patient).toMatch(/writeable/);
    await expect.poll(() => running.recorder.status().leading, patient).toBe(true);
    expect(running.recorder.status().trouble).toBeUndefined();
  } finally {
    producer.disconnect();
    await relay.close();
    await redis.close();
  }
}, 60_000);
