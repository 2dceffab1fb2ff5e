/** A process that reads the generator's stream: once to warm up, then measured. Arguments: port, `undecoded` or `summarised`. Prints one line of JSON. */
import { type Client, Metadata } from "@grpc/grpc-js";
import { createChannel } from "../../src/sources/hubble/channel.ts";
import { createHubble } from "../../src/sources/hubble/client.ts";
import { observerMethods } from "../../src/sources/hubble/wire.ts";
import { poolFrom, poolTo } from "./flow-pool.ts";

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
  const select = { either: {}, from: {}, to: {}, reasons: [], protocols: [], directions: [], nodes: [] };
  const window = { from: poolFrom, to: poolTo };
  const question = { source: "hubble", ask: "drops", cluster: "bench", select, window, top: 20 } as const;
  const finding = await hubble.answer(question, AbortSignal.timeout(120_000));
  const drops = finding.ask === "drops" ? finding.drops : null;
  if (drops === null || drops.packets === 0) throw new Error("the summary is empty");
  return drops.packets;
}

const hubble = createHubble({ name: "bench", ...target });
const channel = createChannel(target);
const client = await channel.client();
const idle = process.memoryUsage.rss();
let highest = idle;
const watch = setInterval(() => {
  highest = Math.max(highest, process.memoryUsage.rss());
}, 20);
const read = () => (mode === "undecoded" ? readUndecoded(client) : readSummarised(hubble));

await read();
const cpu = process.cpuUsage();
const start = performance.now();
const counted = await read();
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(cpu);
clearInterval(watch);
const flows = Number(process.env["BENCH_FLOWS"]);
if (mode === "undecoded" && counted !== flows) throw new Error(`${counted} of ${flows} flows arrived`);
const reading: Reading = { flows, seconds, cpuPerFlow: (user + system) / flows, growth: (highest - idle) / 1e6 };
process.stdout.write(`${JSON.stringify(reading)}\n`);
hubble.close();
channel.close();
