/** Flows read and summarised from Relay: generator and reader are processes of their own, so that the reader's CPU is the client's alone. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Reading } from "./flow-reader.ts";
import { quantile, type Row } from "./row.ts";

const flowsPerCall = 1_000_000;

export async function benchFlows(): Promise<Row[]> {
  const mixed = await withGenerator("mixed", 20_000, async (port) => {
    // In turns, so that a slow minute of the machine touches both.
    const undecoded: Reading[] = [];
    const summarised: Reading[] = [];
    for (let round = 0; round < 3; round++) {
      undecoded.push(await read(port, "undecoded"));
      summarised.push(await read(port, "summarised"));
    }
    return { undecoded, summarised };
  });
  const scan = await withGenerator("scan", 100_000, (port) => read(port, "summarised"));
  const rate = (readings: readonly Reading[]) =>
    quantile(
      readings.map(({ flows, seconds }) => flows / seconds),
      50,
    );
  const cpu = (readings: readonly Reading[]) =>
    quantile(
      readings.map(({ cpuPerFlow }) => cpuPerFlow),
      50,
    );
  const floor = cpu(mixed.undecoded);
  return [
    {
      name: "flows summarised",
      value: rate(mixed.summarised),
      unit: "flows/s",
      floor: rate(mixed.undecoded),
      goal: "≥ 150,000",
    },
    { name: "client CPU per flow", value: cpu(mixed.summarised), unit: "µs", floor, goal: "≤ floor + 2.5 µs" },
    {
      name: "memory growth, 1,000,000 flows",
      value: Math.max(...mixed.summarised.map(({ growth }) => growth)),
      unit: "MB",
      floor: Math.max(...mixed.undecoded.map(({ growth }) => growth)),
      goal: "< 50 MB",
    },
    { name: "flows summarised, 100,000 sources", value: rate([scan]), unit: "flows/s", floor: rate(mixed.undecoded) },
    { name: "memory growth, 100,000 sources", value: scan.growth, unit: "MB", goal: "< 50 MB" },
  ];
}

async function withGenerator<Result>(
  kind: string,
  poolSize: number,
  use: (port: string) => Promise<Result>,
): Promise<Result> {
  const generator = start("flow-generator.ts", [kind, String(poolSize), String(flowsPerCall)]);
  try {
    const [port = ""] = (await firstLine(generator)).split(" ");
    return await use(port);
  } finally {
    await stop(generator);
  }
}

async function read(port: string, mode: "undecoded" | "summarised"): Promise<Reading> {
  const reader = start("flow-reader.ts", [port, mode]);
  try {
    return JSON.parse(await firstLine(reader)) as Reading;
  } finally {
    await stop(reader);
  }
}

function start(file: string, args: readonly string[]): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return spawn(process.execPath, ["--import", "tsx", path, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, BENCH_FLOWS: String(flowsPerCall) },
  });
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout) createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`a process of the bench ended with ${code}`)));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.stdin?.end();
  const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await ended;
  clearTimeout(timer);
}
