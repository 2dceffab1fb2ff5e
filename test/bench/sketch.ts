/**
 * Hourly sketches of a cluster with 1,000 namespaces: bytes in Redis, what an opening costs, and what changed between two days (with seven more days for medians: 9 × 24
 * sketches), in a process of its own beside the reading of the same sketches alone.
 */
import type { Flow } from "../../src/analysis/flow.ts";
import { createEdgeReader } from "../../src/analysis/sketch/edge-of.ts";
import { createEdgeSketch, type EdgeSketch } from "../../src/analysis/sketch/edge-sketch.ts";
import { dayMs, hourMs } from "../../src/analysis/sketch/hour.ts";
import { createEdgeKeeper } from "../../src/recorder/edges.ts";
import { packHour } from "../../src/recorder/edges-payload.ts";
import { createRecordingStore } from "../../src/store/recording.ts";
import { closeRedis, connectProducer, type Redis, waitForRedis } from "../../src/store/redis.ts";
import { createSketchStore } from "../../src/store/sketches.ts";
import { drop, opening } from "../analysis/sketch/hours.ts";
import { randomFrom } from "../fixtures/random.ts";
import { quantile } from "../support/quantile.ts";
import { startTestRedis } from "../support/redis.ts";
import { measured } from "./processes.ts";
import type { Row } from "./row.ts";
import type { EdgeBuild } from "./sketch-process.ts";

const namespaces = 1_000;
const days = 9;
const from = Date.UTC(2026, 10, 11);
const bench = { prefix: "{bench}", cluster: "bench" };
const perDay = 8 * 1024 * 1024;

export async function benchSketch(): Promise<Row[]> {
  await using server = await startTestRedis();
  const redis = connectProducer(server.url, () => undefined);
  await waitForRedis(redis, 10_000);
  try {
    const flows = trafficOf();
    const cost = costOf(flows);
    const slices = await writeDays(redis, flows);
    const { seconds, cpu, growth, floorSeconds, stall, rows, bytes } = await measured<EdgeBuild>("sketch-process.ts", [
      ...[server.url, bench.prefix, bench.cluster],
      ...[from, days],
    ]);
    const stored = await createSketchStore(redis, bench.prefix).hours(bench.cluster);
    const size = stored.reduce((sum, one) => sum + one.bytes, 0);
    return [
      { name: "sketches in Redis, per cluster-day", value: size / days / 1e6, unit: "MB", goal: "≤ 8 MB" },
      { name: "of these per edge", value: size / stored.length / flows.length, unit: "B" },
      { name: "an opening into the sketch, p50", value: cost, unit: "µs" },
      { name: "an hour to bytes, longest part on this thread", value: Math.max(...slices), unit: "ms", goal: "< 100" },
      { name: "of the hours' longest parts, p50", value: quantile(slices, 50), unit: "ms" },
      { name: `what changed, ${days} × 24 sketches`, value: seconds, floor: floorSeconds, unit: "s", goal: "< 5" },
      { name: "of this CPU, all threads", value: cpu, unit: "s" },
      { name: "memory growth", value: growth, unit: "MB", goal: "< 200 MB" },
      { name: "longest that anything else waited", value: stall, unit: "ms", goal: "< 100" },
      { name: "rows of the finding", value: rows, unit: "rows" },
      { name: "bytes of the finding", value: bytes, unit: "B", goal: "≤ 262,144" },
    ];
  } finally {
    await closeRedis(redis);
  }
}

/** Eight edges for each namespace, two of them dropped. */
function trafficOf(): Flow[] {
  const random = randomFrom(1);
  const name = () => `team-${random.below(namespaces)}/${random.pick(["web", "cart", "api", "worker"])}-service`;
  return Array.from({ length: namespaces }, (_, at) => {
    const own = `team-${at}/web-service`;
    return [
      ...Array.from({ length: 6 }, () => opening(own, name(), random.pick([80, 443, 5432, 8080]))),
      ...Array.from({ length: 2 }, () => drop(own, name(), random.pick([80, 443, 9092]))),
    ];
  }).flat();
}

function costOf(flows: readonly Flow[]): number {
  const live = createEdgeSketch(from, createEdgeReader());
  const costs = Array.from({ length: 20 }, () => {
    const start = performance.now();
    for (const flow of flows) live.add(flow);
    return ((performance.now() - start) / flows.length) * 1_000;
  });
  return quantile(costs, 50);
}

/** Milliseconds that anything else on this thread would have waited, from now on. */
function watchParts() {
  let last = performance.now();
  let longest = 0;
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const turn = () => {
    look();
    next = setImmediate(turn);
  };
  let next = setImmediate(turn);
  return {
    longest(): number {
      clearImmediate(next);
      look();
      return longest;
    },
  };
}

/** Milliseconds of each hour's longest synchronous part. */
async function writeDays(redis: Redis, flows: readonly Flow[]): Promise<number[]> {
  const random = randomFrom(2);
  const slices: number[] = [];
  const { prefix, cluster } = bench;
  const lease = await createRecordingStore(redis, prefix).take(cluster, "bench", 600_000);
  if (lease === undefined) throw new Error("somebody else leads");
  const store = createSketchStore(redis, prefix);
  for (let at = 0; at < days * 24; at++) {
    const hour = from + at * hourMs;
    const clock = () => hour + 1_000;
    const keeper = createEdgeKeeper({ cluster, store, lease, clock, startedAt: hour }, { mostBytesPerDay: perDay });
    const live: EdgeSketch = createEdgeSketch(hour, createEdgeReader());
    for (const flow of flows) {
      // One edge in a hundred is not there in this hour.
      if (random.chance(0.01)) continue;
      const one = { ...flow, time: hour + random.below(hourMs) };
      for (let times = random.below(2); times >= 0; times--) live.add(one);
    }
    live.observed({ dropSeconds: 3_600, openingSeconds: 3_600, connected: 3, total: 3 });
    const parts = watchParts();
    const payload = await packHour(live.sketch(), perDay / 24);
    slices.push(parts.longest());
    await store.put(cluster, lease, "hour", hour, payload);
    // The day's record beside it, by the leader's own code.
    if (hour % dayMs === 0) {
      keeper.observed({ dropSeconds: 1 });
      await keeper.flush();
    }
  }
  return slices;
}
