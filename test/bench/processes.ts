/** Generator and reader are processes of their own, so that the reader's CPU is the client's alone. Each prints one line and ends with its input. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Flows as a process of its own sends them; see flow-generator.ts for `args`. */
export async function withGenerator<Result>(
  args: readonly (string | number)[],
  use: (port: string) => Promise<Result>,
): Promise<Result> {
  const generator = start("flow-generator.ts", args);
  try {
    const [port = ""] = (await firstLine(generator)).split(" ");
    return await use(port);
  } finally {
    await stop(generator);
  }
}

/** What a process of its own measured: the one line of JSON that it prints. */
export async function measured<Result>(
  file: string,
  args: readonly (string | number)[],
  env: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const child = start(file, args, env);
  try {
    return JSON.parse(await firstLine(child)) as Result;
  } finally {
    await stop(child);
  }
}

function start(file: string, args: readonly (string | number)[], env: Readonly<Record<string, string>> = {}) {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return spawn(process.execPath, ["--import", "tsx", path, ...args.map(String)], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...env },
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
