/** The program as a person runs it, built: its own process, its exit code, what it printed. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

const main = join(import.meta.dirname, "../../dist/main.js");

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

export async function run(...args: string[]): Promise<Ran> {
  const started = performance.now();
  const child = start(...args);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const deadline = setTimeout(() => child.kill("SIGKILL"), 60_000);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearTimeout(deadline);
  return { code, stdout: stdout(), stderr: stderr(), ms: performance.now() - started };
}

export function start(...args: string[]): ChildProcess {
  const env = { ...process.env, NO_COLOR: "1" };
  return spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"], env });
}

export function collect(stream: NodeJS.ReadableStream | null): () => string {
  let text = "";
  stream?.setEncoding("utf8");
  stream?.on("data", (chunk: string) => {
    text += chunk;
  });
  return () => text;
}
