/** A real Redis that keeps what it took, as the manifests run it, and that can be killed and started again on the same port. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "../../src/lab/programs/find.ts";
import { freePort } from "../../src/lab/programs/start.ts";

export interface DurableRedis extends AsyncDisposable {
  readonly port: number;
  kill(): Promise<void>;
  start(): Promise<void>;
}

export async function startDurableRedis(): Promise<DurableRedis> {
  const program = await findProgram("redis-server", { say: () => undefined });
  const directory = mkdtempSync(join(tmpdir(), "cilium-chatops-redis-"));
  const port = await freePort();
  const [binary = "", ...args] = program.command(
    [
      ...["--bind", "127.0.0.1", "--port", String(port), "--dir", directory, "--maxmemory-policy", "noeviction"],
      ...["--save", "", "--appendonly", "yes", "--appendfsync", "always", "--daemonize", "no"],
    ],
    directory,
  );
  let child: ChildProcess | undefined;
  const redis: DurableRedis = {
    port,
    async start() {
      child = spawn(binary, args, { stdio: "ignore" });
      while (!(await accepts(port))) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    async kill() {
      const running = child;
      if (!running || running.exitCode !== null || running.signalCode !== null) return;
      const gone = new Promise((resolve) => running.once("exit", resolve));
      running.kill("SIGKILL");
      await gone;
    },
    async [Symbol.asyncDispose]() {
      await redis.kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  await redis.start();
  return redis;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (connected: boolean) => {
      socket.destroy();
      resolve(connected);
    };
    socket.once("connect", () => end(true)).once("error", () => end(false));
  });
}
