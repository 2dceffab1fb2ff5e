/** A lab in a process of its own, so that its work takes no time from what is measured beside it. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { LabConfig } from "../../src/lab/start.ts";

export interface LabProcess {
  config(): LabConfig;
  /** Relay, Prometheus and the API server answer nothing, until they are told to go on. */
  setHang(hang: boolean): Promise<void>;
  close(): Promise<void>;
}

export async function startLabProcess(): Promise<LabProcess> {
  const child = fork(new URL("lab-child.ts", import.meta.url), { execArgv: ["--import", "tsx"], stdio: "ignore" });
  const config = await next<LabConfig>(child);
  return {
    config: () => config,
    async setHang(hang) {
      child.send({ hang });
      await next(child);
    },
    async close() {
      const gone = once(child, "exit");
      child.disconnect();
      await gone;
    },
  };
}

/** What it says next; an error when it ends instead or says nothing for a minute. */
async function next<Said>(child: ChildProcess): Promise<Said> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(60_000)]);
  const ended = once(child, "exit", { signal }).then(() => Promise.reject(new Error("the lab's process ended")));
  try {
    const [said] = (await Promise.race([once(child, "message", { signal }), ended])) as [Said];
    return said;
  } finally {
    stop.abort();
    ended.catch(() => undefined);
  }
}
