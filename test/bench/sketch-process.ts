/** A process that asks what changed in a day. Arguments: Redis' URL, prefix, cluster, first day, days. Prints one line of JSON. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { promisify } from "node:util";
import { inflateRaw } from "node:zlib";
import { dayMs } from "../../src/analysis/sketch/hour.ts";
import { createSketches } from "../../src/recorder/edges-history.ts";
import { answerEdges } from "../../src/sources/edges/answer.ts";
import type { EdgesQuestion } from "../../src/sources/question-edges.ts";
import { closeRedis, connectProducer, waitForRedis } from "../../src/store/redis.ts";
import { createSketchStore } from "../../src/store/sketches.ts";

/** What an answer cost. */
export interface EdgeBuild {
  readonly seconds: number;
  /** Seconds of this process's CPU, all threads: what is left of it on a busy machine. */
  readonly cpu: number;
  /** The same sketches read, inflated and parsed, and nothing else. */
  readonly floorSeconds: number;
  /** Megabytes above the process before its first sketch, at its highest. */
  readonly growth: number;
  /** Milliseconds. */
  readonly stall: number;
  readonly rows: number;
  readonly bytes: number;
}

const [url = "", prefix = "", cluster = "", first = "0", count = "0"] = process.argv.slice(2);
const redis = connectProducer(url, () => undefined);
await waitForRedis(redis, 10_000);
const store = createSketchStore(redis, prefix);
const days = Array.from({ length: Number(count) }, (_, at) => {
  const from = Number(first) + (Number(count) - 1 - at) * dayMs;
  return { from, to: from + dayMs };
});
const [window = { from: 0, to: 0 }, before = { from: 0, to: 0 }, ...others] = days;
const question: EdgesQuestion = {
  ...{ source: "hubble", ask: "edges", cluster, top: 50 },
  ...{ window, before, days: others },
};
const options = { history: createSketches(redis, prefix), clock: () => window.to };
const signal = AbortSignal.timeout(300_000);

const idle = process.memoryUsage.rss();
let highest = idle;
const watch = setInterval(() => {
  highest = Math.max(highest, process.memoryUsage.rss());
}, 5);
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const used = process.cpuUsage();
const start = performance.now();
const finding = await answerEdges(options, question, signal);
const seconds = (performance.now() - start) / 1_000;
const { user, system } = process.cpuUsage(used);
delay.disable();
clearInterval(watch);

const inflate = promisify<Buffer, Buffer>(inflateRaw);
const floorStart = performance.now();
for (const { hour } of await store.hours(cluster)) {
  const payload = await store.hour(cluster, hour);
  if (payload) JSON.parse((await inflate(payload)).toString("utf8"));
}
const floorSeconds = (performance.now() - floorStart) / 1_000;
const { newEdges, vanishedEdges, firstDrops, drops } = finding;
const rows = [newEdges, vanishedEdges, firstDrops, drops.pairs, drops.byNamespace, drops.byReason].reduce(
  (sum, list) => sum + list.rows.length,
  0,
);
const result: EdgeBuild = {
  ...{
    seconds,
    cpu: (user + system) / 1e6,
    floorSeconds,
    growth: (highest - idle) / 1e6,
    stall: delay.max / 1e6,
    rows,
  },
  bytes: Buffer.byteLength(JSON.stringify(finding)),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
await closeRedis(redis);
