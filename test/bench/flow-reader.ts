/** A process that reads the generator's stream: once to warm up, then measured. Arguments: port and mode. Prints one line of JSON. */
import { type Client, Metadata } from "@grpc/grpc-js";
import { mostBytes, mostFlows } from "../../src/commands/capture/ask.ts";
import { createChannel } from "../../src/sources/hubble/channel.ts";
import { createHubble } from "../../src/sources/hubble/client.ts";
import { observerMethods } from "../../src/sources/hubble/wire.ts";
import type {
  CaptureFinding,
  CaptureQuestion,
  FlowListFinding,
  FlowListQuestion,
  Running,
} from "../../src/sources/question.ts";
import { poolFrom, poolTo } from "./flow-pool.ts";

/** `listed` and `captured` are `observe` and `capture`; the floor is `undecoded`. */
export type ReadingMode = "undecoded" | "summarised" | "listed" | "captured";

/** What one reading cost. */
export interface Reading {
  readonly flows: number;
  readonly seconds: number;
  /** Microseconds of this process's CPU per flow, all threads. */
  readonly cpuPerFlow: number;
  /** Megabytes above the process at rest, at its highest. */
  readonly growth: number;
}

const [port = "0", mode = "summarised"] = process.argv.slice(2);
const target = { address: `127.0.0.1:${port}`, tls: { enabled: false } };

const select = { either: {}, from: {}, to: {}, reasons: [], protocols: [], directions: [], nodes: [] };

/** The same channel and the same call, the bytes only counted. */
async function readUndecoded(client: Client): Promise<number> {
  const { path, requestSerialize } = observerMethods.getFlows;
  const options = { deadline: Date.now() + 120_000 };
  const request = { since: { seconds: 1 } };
  const call = client.makeServerStreamRequest(
    path,
    requestSerialize,
    (bytes) => bytes,
    request,
    new Metadata(),
    options,
  );
  let flows = -1; // the first message names the nodes
  await new Promise<void>((resolve, reject) => {
    call.on("data", (bytes: Buffer) => {
      if (bytes.length > 0) flows += 1;
    });
    call.on("end", resolve);
    call.on("error", reject);
  });
  return flows;
}

/** `drops` without a target: every flow is decoded, judged by the filters and, when it is a drop, counted. */
async function readSummarised(hubble: ReturnType<typeof createHubble>): Promise<number> {
  const window = { from: poolFrom, to: poolTo };
  const question = { source: "hubble", ask: "drops", cluster: "bench", select, window, top: 20 } as const;
  const finding = await hubble.answer(question, AbortSignal.timeout(120_000));
  const drops = finding.ask === "drops" ? finding.drops : null;
  if (drops === null || drops.packets === 0) throw new Error("the summary is empty");
  return drops.packets;
}

const conditions = { verdicts: [], types: [], httpStatus: [], httpMethods: [], httpPaths: [], httpUrls: [], uuids: [] };
const address = { source: "hubble", cluster: "bench" } as const;

/** `observe --since …`: every flow is decoded with all its fields, the newest twenty are written as lines. */
async function readListed(hubble: ReturnType<typeof createHubble>): Promise<number> {
  const question: FlowListQuestion = {
    ...{ ...address, ask: "flows", select, conditions, since: poolFrom, until: poolTo },
    ...{ limit: { keep: "newest", count: 20 }, print: { json: false, node: false, numeric: false } },
  };
  const finding = (await hubble.answer(question, AbortSignal.timeout(120_000))) as FlowListFinding;
  if (finding.flows?.length !== 20) throw new Error("the list is not full");
  return finding.matched ?? 0;
}

/** `capture` until it has as many as it may, of a time that is over. */
async function readCaptured(hubble: ReturnType<typeof createHubble>): Promise<number> {
  const question: CaptureQuestion = {
    ...{ ...address, ask: "capture", select, conditions, since: poolFrom, until: poolTo },
    ...{ most: { flows: mostFlows, bytes: mostBytes }, name: "bench.jsonl.gz" },
  };
  const running: Running = { stop: new AbortController().signal, progress: () => undefined, keep: async () => "id" };
  const finding = (await hubble.answer(question, AbortSignal.timeout(120_000), running)) as CaptureFinding;
  return finding.summary?.flows ?? 0;
}

const hubble = createHubble({ name: "bench", ...target });
const channel = createChannel(target);
const client = await channel.client();
const idle = process.memoryUsage.rss();
let highest = idle;
const watch = setInterval(() => {
  highest = Math.max(highest, process.memoryUsage.rss());
}, 20);
const readings: Readonly<Record<ReadingMode, () => Promise<number>>> = {
  undecoded: () => readUndecoded(client),
  summarised: () => readSummarised(hubble),
  listed: () => readListed(hubble),
  captured: () => readCaptured(hubble),
};
const read = readings[mode as ReadingMode];

await read();
const cpu = process.cpuUsage();
const start = performance.now();
const counted = await read();
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(cpu);
clearInterval(watch);
const offered = Number(process.env["BENCH_FLOWS"]);
if (mode === "undecoded" && counted !== offered) throw new Error(`${counted} of ${offered} flows arrived`);
const flows = mode === "captured" ? counted : offered;
const reading: Reading = { flows, seconds, cpuPerFlow: (user + system) / flows, growth: (highest - idle) / 1e6 };
process.stdout.write(`${JSON.stringify(reading)}\n`);
await hubble.close();
channel.close();
