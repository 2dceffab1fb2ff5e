/** From starting the built program to its first line ("listening") and to Redis connected ("ready"), by role, beside a bare Node that loads bullmq and ioredis. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quantile } from "../support/quantile.ts";
import { startTestRedis } from "../support/redis.ts";
import type { Row } from "./row.ts";

const runs = 7;

export async function benchColdStart(): Promise<Row[]> {
  await using redis = await startTestRedis();
  const directory = mkdtempSync(join(tmpdir(), "cold-start-"));
  try {
    const file = join(directory, "config.yaml");
    writeFileSync(
      file,
      `redis: { url: "${redis.url}" }
http: { adminPort: 0 }
clusters: [{ name: lab, hubble: { address: "127.0.0.1:1" }, prometheus: { url: "http://127.0.0.1:1" } }]
`,
    );
    const floor = await median(() =>
      timeUntilExit(["--input-type=module", "-e", 'await import("bullmq"); await import("ioredis");']),
    );
    const rows: Row[] = [];
    for (const [role, goal] of [
      ["gateway", "< 1,000"],
      ["all", "< 2,500"],
    ] as const) {
      const value = await median(() => timeUntilReady(["dist/main.js", "serve", "--config", file, "--role", role]));
      rows.push({ name: `cold start to ready, role ${role}`, value, unit: "ms", floor, goal });
    }
    return rows;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function median(measure: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < runs; n++) times.push(await measure());
  return quantile(times, 50);
}

function timeUntilExit(args: readonly string[]): Promise<number> {
  const started = performance.now();
  return new Promise((resolve) => {
    spawn(process.execPath, args, { stdio: "ignore" }).once("exit", () => resolve(performance.now() - started));
  });
}

async function timeUntilReady(args: readonly string[]): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  const ms = await new Promise<number>((resolve, reject) => {
    let log = "";
    child.stderr.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes('"msg":"ready"')) resolve(performance.now() - started);
    });
    child.once("exit", (code) => reject(new Error(`ended with ${code}: ${log.slice(-500)}`)));
  });
  await end(child);
  return ms;
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.removeAllListeners("exit");
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}
