/** A process that ranks one stream of drops. Arguments: the stream's name, who counts (`top`, `drops`, or `floor`: nobody), flows. Prints one line of JSON. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createDropsReducer } from "../../src/analysis/drops-reducer.ts";
import type { Flow } from "../../src/analysis/flow.ts";
import type { FlowRanking } from "../../src/analysis/top/ranking.ts";
import { createTopReducer } from "../../src/analysis/top/reducer.ts";
import { nameOf, pairOf, streamsOf } from "../analysis/top/streams.ts";
import { makeFlow, noon } from "../fixtures/flows/make.ts";
import { randomFrom } from "../fixtures/random.ts";

export interface TopReading {
  /** Flows in a second of this process's CPU, all threads. */
  readonly perSecond: number;
  /** Megabytes of heap that are held at the end, above those before the first flow. */
  readonly growth: number;
  /** The most by which a listed count is above the truth, and what is stated of that. */
  readonly error: number;
  readonly stated: number;
  readonly bound: number;
  /** Rows with more than stated, and more than the last listed, that are not listed. */
  readonly missing: number;
}

const [kind = "Zipf", who = "top", length = "5000000"] = process.argv.slice(2);
const count = Number(length);
/** Sources and destinations of 100,000 pairs are made before; pairs beyond that share them. */
const keys = 100_000;
const stream = streamsOf(count, keys).find(({ name }) => name === kind);
if (stream === undefined) throw new Error(`no stream ${kind}`);

const options = { window: { from: noon, to: noon + 60_000 }, top: 20 };
const reducer =
  who === "top"
    ? createTopReducer("drops", options)
    : who === "drops"
      ? createDropsReducer({ ...options, buckets: 30 })
      : undefined;

/** One object for all: what is measured is the counting. */
const flow = { ...makeFlow({ time: noon }) } as { -readonly [Key in keyof Flow]: Flow[Key] };
const truth = new Int32Array(count + keys);
const random = randomFrom(5);
for (let key = 0; key < keys; key += 500) pairOf(key);

setFlagsFromString("--expose-gc");
const collect: unknown = runInNewContext("gc");
const heap = () => {
  if (typeof collect === "function") collect();
  return process.memoryUsage().heapUsed / 1e6;
};
const before = heap();
const used = process.cpuUsage();
for (let at = 0; at < count; at++) {
  const key = stream.next(random, at);
  truth[key] = (truth[key] ?? 0) + 1;
  // 100,000 pairs of names, each with as many ports as it takes.
  const { source, destination } = pairOf(key % keys);
  flow.source = source;
  flow.destination = destination;
  flow.destinationPort = Math.floor(key / keys);
  reducer?.add(flow);
}
const { user, system } = process.cpuUsage(used);
const seconds = (user + system) / 1e6;
const growth = heap() - before;

const reading: TopReading = { perSecond: count / seconds, growth, ...judged() };
process.stdout.write(`${JSON.stringify(reading)}\n`);

function judged(): Pick<TopReading, "error" | "stated" | "bound" | "missing"> {
  if (who !== "top" || reducer === undefined) return { error: 0, stated: 0, bound: 0, missing: 0 };
  const { rows, bound } = reducer.finish() as FlowRanking;
  const counts = new Map(
    rows.map(({ labels, ...row }) => [`${labels["source"]} ${labels["destination"]} ${labels["port"]}`, row]),
  );
  const least = Math.max(bound, rows.at(-1)?.count ?? 0);
  let error = 0;
  let missing = 0;
  truth.forEach((real, key) => {
    if (real === 0) return;
    const row = counts.get(`${nameOf(key % keys)} ${Math.floor(key / keys)}`);
    if (row === undefined) missing += real > least ? 1 : 0;
    else error = Math.max(error, Math.abs(row.count - real));
  });
  return { error, stated: Math.max(...rows.map((row) => row.error)), bound, missing };
}
