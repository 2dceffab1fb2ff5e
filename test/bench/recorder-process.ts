/** A process that records the generator's stream until it has dealt with so many flows. Arguments: port, Redis' URL, flows. Prints one line of JSON. */
import { createLog } from "../../src/log.ts";
import { startRecorder } from "../../src/recorder/recorder.ts";
import { createRecordingStore } from "../../src/store/recording.ts";
import { closeRedis, connectProducer, waitForRedis } from "../../src/store/redis.ts";

/** What recording cost. */
export interface Recording {
  readonly recorded: number;
  readonly shed: number;
  readonly seconds: number;
  /** Microseconds of this process's CPU per flow, all threads. */
  readonly cpuPerFlow: number;
  /** Megabytes above the process before its first flow, at its highest. */
  readonly growth: number;
  /** Bytes that the recording takes in Redis. */
  readonly stored: number;
}

const [port = "0", url = "", flows = "0"] = process.argv.slice(2);
const redis = connectProducer(url, () => undefined);
await waitForRedis(redis, 5_000);
const recorder = startRecorder({
  ...{ cluster: "bench", redis, prefix: "{bench}", log: createLog("silent") },
  relay: { address: `127.0.0.1:${port}`, tls: { enabled: false } },
});
const dealtWith = () => recorder.status().recorded + recorder.status().shed;
while (dealtWith() === 0 && recorder.status().pending.flows === 0) await tick();
const idle = process.memoryUsage.rss();
const cpu = process.cpuUsage();
const start = performance.now();
let highest = idle;
while (dealtWith() < Number(flows)) {
  highest = Math.max(highest, process.memoryUsage.rss());
  await tick();
}
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(cpu);
const { recorded, shed } = recorder.status();
const stored = await createRecordingStore(redis, "{bench}").memory("bench");
const cpuPerFlow = (user + system) / (recorded + shed);
const result: Recording = { recorded, shed, seconds, cpuPerFlow, growth: (highest - idle) / 1e6, stored };
process.stdout.write(`${JSON.stringify(result)}\n`);
await recorder.close();
await closeRedis(redis);

function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
