import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { startApp } from "../../src/app.ts";
import { checkConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import { collect, start } from "../support/cli.ts";
import { startTestLab } from "../support/lab.ts";

/** A `serve --role worker` process, ready to take jobs. */
async function startWorker(configFile: string): Promise<ChildProcess> {
  const child = start("serve", "--role", "worker", "--config", configFile);
  const log = collect(child.stderr);
  while (!log().includes('"msg":"ready"')) {
    if (child.exitCode !== null) throw new Error(`the worker ended: ${log()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return child;
}

const ended = (child: ChildProcess) => new Promise((resolve) => child.once("exit", resolve));

test("a command whose worker is killed is answered by another within 15 s, once and whole", async () => {
  await using ground = await startTestLab();
  const raw = { ...ground.lab.config(), log: { level: "info" } };
  writeFileSync(ground.configFile, stringify(raw));
  const gateway = await startApp({ config: checkConfig(raw), role: "gateway", log: createLog("silent") });
  await gateway.connected(5_000);
  const session = gateway.openTerminal();
  const first = await startWorker(ground.configFile);
  let second: ChildProcess | undefined;
  try {
    await ground.lab.faults.relay.setFaults({ hang: true });
    const asked = Date.now();
    const { conversation } = session;
    const text = "drops deathstar --since 10m";
    const dispatched = await gateway.dispatch({
      key: randomUUID(),
      conversation,
      text,
      askedAt: asked,
      clusters: gateway.clusters,
      visible: {},
      place: {},
      repeats: false,
      patienceMs: 5_000,
    });
    expect(dispatched.status).toBe("working");
    await new Promise((resolve) => setTimeout(resolve, 700));

    const starting = startWorker(ground.configFile);
    first.kill("SIGKILL");
    await ground.lab.faults.relay.setFaults({ hang: false });
    second = await starting;

    const answer = await session.next(15_000);
    expect(Date.now() - asked).toBeLessThan(15_000);
    const sources = answer?.answer?.sources ?? [];
    expect(new Set(sources.map(({ name }) => name))).toEqual(new Set(["hubble", "prometheus", "kubernetes"]));
    // What the killed worker used of the question's time is gone; a slow Prometheus is then late, and the answer says so.
    for (const { name, status } of sources)
      expect(name === "prometheus" && status === "late" ? "ok" : status).toBe("ok");
    expect(await session.next(2_000)).toBeUndefined();
  } finally {
    first.kill("SIGKILL");
    if (second) {
      const gone = ended(second);
      second.kill("SIGTERM");
      await gone;
      expect(second.exitCode).toBe(0);
    }
    await session.close();
    await gateway.close();
  }
}, 60_000);
