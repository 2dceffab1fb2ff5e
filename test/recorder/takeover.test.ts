import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRelay, type Relay } from "../../src/lab/relay/create.ts";
import type { World } from "../../src/lab/world/world.ts";
import { createRecordingStore } from "../../src/store/recording.ts";
import { startProxy } from "../support/proxy.ts";
import { startTestRedis } from "../support/redis.ts";
import { cluster, connect, doubled, liveWorld, prefix, readAll, record, tallyFlows, tallyLedger } from "./support.ts";

let world: World;
let relay: Relay;
beforeAll(async () => {
  world = liveWorld();
  relay = await createRelay({ world, clock: Date.now, host: "127.0.0.1", port: 0 });
});
afterAll(() => relay.close());

const patient = { timeout: 20_000, interval: 50 };
/** A ring that reaches so far back that nothing is lost while nobody follows. */
const takeoverMs = 10_000;

test("a leader that is killed is followed by another within ten seconds; nothing is doubled, nothing missing", async () => {
  await using own = await startTestRedis();
  await using client = await connect(own.url);
  const path = fileURLToPath(new URL("process.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", path, relay.address, own.url], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const gone = once(child, "exit");
  try {
    const from = Date.now();
    await once(child.stdout, "data");
    await using other = record(relay.address, client.redis);
    world.burst({ at: Date.now() + 500, seconds: 8, perSecond: 200, sources: 50 });
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(other.recorder.status().leading).toBe(false);
    child.kill("SIGKILL");
    const killed = Date.now();
    await expect.poll(() => other.recorder.status().leading, patient).toBe(true);
    await expect.poll(() => other.recorder.status().recorded, patient).toBeGreaterThan(0);
    expect(Date.now() - killed).toBeLessThan(takeoverMs);

    const until = Date.now() + 4_000;
    await expect.poll(() => other.recorder.status().through ?? 0, patient).toBeGreaterThan(until + 2_000);
    const { list, gaps } = await readAll(client.redis, from, until);
    expect(tallyFlows(list)).toEqual(tallyLedger(world.ledger(from, until)));
    expect(list.length).toBeGreaterThan(1_000);
    expect(doubled(list)).toEqual([]);
    expect(gaps).toEqual([]);
    expect(other.recorder.status().duplicates).toBeGreaterThan(0);
  } finally {
    child.kill("SIGKILL");
    await gone;
  }
}, 60_000);

test("a leader that was cut off past its lease writes nothing more, and takes its turn again later", async () => {
  await using own = await startTestRedis();
  await using client = await connect(own.url);
  const { hostname, port } = new URL(own.url);
  await using wiring = await startProxy({ host: hostname, port: Number(port) });
  await using cutOff = await connect(`redis://127.0.0.1:${wiring.port}`);
  const from = Date.now();
  await using first = record(relay.address, cutOff.redis);
  await expect.poll(() => first.recorder.status().through, patient).not.toBeNull();
  const store = createRecordingStore(client.redis, prefix);
  const before = (await store.state(cluster)).leader;

  wiring.set("silent");
  {
    await using second = record(relay.address, client.redis);
    await expect.poll(() => second.recorder.status().leading, patient).toBe(true);
    wiring.set("open");
    await expect.poll(() => first.recorder.status().leading, patient).toBe(false);
    const until = Date.now() + 3_000;
    await expect.poll(() => second.recorder.status().through ?? 0, patient).toBeGreaterThan(until + 2_000);
    const { list, gaps, leader } = await readAll(client.redis, from, until);
    expect(leader).not.toBe(before);
    expect(tallyFlows(list)).toEqual(tallyLedger(world.ledger(from, until)));
    expect(doubled(list)).toEqual([]);
    expect(gaps).toEqual([]);
  }
  await expect.poll(() => first.recorder.status().leading, patient).toBe(true);
}, 60_000);

test("what no ring has any more when a recorder comes back is a gap, node by node", async () => {
  await using own = await startTestRedis();
  await using client = await connect(own.url);
  const small = await createRelay({ world, clock: Date.now, host: "127.0.0.1", port: 0, ringCapacity: 20 });
  try {
    const ends: number[] = [];
    const unseen = async () => (await readAll(client.redis)).gaps.filter(({ reason }) => reason === "unseen");
    for (let turn = 0; turn < 2; turn++) {
      await using running = record(small.address, client.redis);
      const last = ends.at(-1) ?? 0;
      await expect.poll(() => running.recorder.status().through ?? 0, patient).toBeGreaterThan(last);
      ends.push(running.recorder.status().through ?? 0);
      // A gap is written down with the first batch behind it.
      if (turn === 1) await expect.poll(async () => (await unseen()).length, patient).toBeGreaterThan(0);
      if (turn === 0) await running.recorder.close();
      if (turn === 0) await new Promise((resolve) => setTimeout(resolve, 9_000));
    }
    for (const { from, to, node } of await unseen()) {
      expect(world.nodes.map(({ name }) => name)).toContain(node);
      expect(from).toBeGreaterThanOrEqual(ends[0] ?? 0);
      expect(from).toBeLessThan((ends[0] ?? 0) + 5_000);
      expect(to).toBeGreaterThan(from);
    }
  } finally {
    await small.close();
  }
}, 60_000);
