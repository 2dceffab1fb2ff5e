import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { holdDirectory } from "./directory.ts";
import type { Program } from "./program.ts";
import { type Supervised, supervise } from "./supervise.ts";

/** A program that answers on `port` of 127.0.0.1. */
export interface Started extends Supervised {
  readonly port: number;
}

export interface StartOptions {
  readonly program: Program;
  /** Puts files into the fresh data directory before the program starts. */
  readonly prepare?: (directory: string) => Promise<void>;
  readonly args: (directory: string, port: number) => readonly string[];
  /** True when the program answers; false or a rejection means "not yet". Must be sure that it is ours that answers. */
  readonly ready: (port: number, directory: string) => Promise<boolean>;
  readonly deadlineMs?: number;
}

const attempts = 4;
const pollMs = 20;

/** Starts a program on a free port and waits until it answers. Another process may take the port first: then with another one. */
export async function startProgram(options: StartOptions): Promise<Started> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await attemptStart(options);
    if (!("because" in outcome)) return outcome;
    if (attempt === attempts || !outcome.portTaken) throw new Error(outcome.because);
  }
}

async function attemptStart(options: StartOptions): Promise<Started | { because: string; portTaken: boolean }> {
  const { program, deadlineMs = 15_000 } = options;
  const held = await holdDirectory(program.name);
  const directory = held.path;
  let running: Supervised;
  let port: number;
  try {
    await options.prepare?.(directory);
    port = await freePort();
    running = supervise(program.command(options.args(directory, port), directory), directory);
  } catch (thrown) {
    await held.close();
    throw thrown;
  }
  await held.handOver();
  const deadline = performance.now() + deadlineMs;
  while (!running.hasEnded() && performance.now() < deadline) {
    if ((await isReady(options, port, directory)) && !running.hasEnded()) return { ...running, port };
    await Promise.race([sleep(pollMs), running.ended]);
  }
  const late = !running.hasEnded();
  await running.close();
  const why = late ? `it did not answer within ${deadlineMs / 1000} s` : await running.ended;
  const log = running.log();
  return {
    because: `${program.name} did not start: ${why}. Its last lines:\n${log.map((line) => `  ${line}`).join("\n")}`,
    portTaken: log.some((line) => /address already in use/i.test(line)),
  };
}

async function isReady(options: StartOptions, port: number, directory: string): Promise<boolean> {
  try {
    return await options.ready(port, directory);
  } catch {
    // Not listening yet, or not speaking its protocol yet; the deadline bounds this.
    return false;
  }
}

/** Whether it answers with a 2xx; rejects while nobody listens. */
export async function answersOk(url: string): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(1000) });
  // Read to its end, so that the connection can go.
  await answer.arrayBuffer();
  return answer.ok;
}

/** A port of 127.0.0.1 that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
