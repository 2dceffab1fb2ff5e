/** Flows recorded: generator, recorder and Redis are processes of their own. Every flow is a drop from an address of its own, the worst that a scan can do. */
import { startTestRedis } from "../support/redis.ts";
import { measured, withGenerator } from "./processes.ts";
import type { Recording } from "./recorder-process.ts";
import type { Row } from "./row.ts";

/** Five seconds, or as many as BENCH_SECONDS says. */
const seconds = Number(process.env["BENCH_SECONDS"] ?? 5);
const offered = 50_000;
/** More than one core takes. */
const flood = 400_000;

export async function benchRecorder(): Promise<Row[]> {
  const paced = await recordAt(offered);
  const flooded = await recordAt(flood);
  const rate = (one: Recording) => one.recorded / one.seconds;
  const load = `${offered.toLocaleString("en")} flows/s for ${seconds} s`;
  return [
    { name: `recorded, ${load}`, value: rate(paced), unit: "flows/s", goal: "≥ 49,000" },
    { name: "of these shed", value: paced.shed, unit: "flows" },
    { name: "memory growth", value: paced.growth, unit: "MB", goal: "< 100 MB" },
    { name: "client CPU per flow", value: paced.cpuPerFlow, unit: "µs" },
    { name: "bytes in Redis", value: paced.stored / 1e6, unit: "MB", goal: "≤ 64 MB" },
    { name: "bytes in Redis per flow", value: paced.stored / paced.recorded, unit: "B" },
    { name: "recorded, as many as it takes", value: rate(flooded), unit: "flows/s" },
    { name: "of these shed", value: flooded.shed, unit: "flows" },
    { name: "memory growth", value: flooded.growth, unit: "MB", goal: "< 100 MB" },
  ];
}

async function recordAt(perSecond: number): Promise<Recording> {
  await using redis = await startTestRedis();
  const flows = offered * seconds;
  return await withGenerator(["scan", 20_000, flows * 10, perSecond], (port) =>
    measured<Recording>("recorder-process.ts", [port, redis.url, flows]),
  );
}
