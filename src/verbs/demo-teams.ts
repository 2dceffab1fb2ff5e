/**
 * `demo-teams`: lab, bot and Microsoft's 365 Agents Playground, a Teams client in the browser that needs no tenant. npm fetches the playground when it is first
 * wanted; its telemetry is off. Everything listens on this machine alone, apart from the playground, which cannot be told to.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApp } from "../app.ts";
import { checkConfig } from "../config.ts";
import { startLab } from "../lab/start.ts";
import { createLog } from "../log.ts";
import { scenariosOption } from "./scenario.ts";
import type { VerbInput } from "./verb.ts";

const playground = "@microsoft/m365agentsplayground@0.2.28";
const botPort = 3978;
const playgroundPort = 56_150;
/** Until the child is ended by force. */
const patienceMs = 5_000;

export async function demoTeams(input: VerbInput): Promise<number> {
  const scenarios = scenariosOption(input);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const directory = mkdtempSync(join(tmpdir(), "cilium-chatops-playground-"));
  const keyFile = join(directory, "artifacts.key");
  writeFileSync(keyFile, randomBytes(32), { mode: 0o600 });
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
  try {
    const lab = await startLab({ say, scenarios });
    try {
      const url = `http://127.0.0.1:${botPort}`;
      const everything = { clusters: ["*"] };
      const app = await startApp({
        config: checkConfig({
          ...lab.config(),
          http: { host: "127.0.0.1", port: botPort, adminPort: 0, publicUrl: url },
          artifacts: { keyFile },
          teams: {},
          channels: ["teams:dm", "teams:*"].map((match) => ({ match, ...everything })),
        }),
        role: "all",
        log: createLog("warn"),
        chat: true,
      });
      try {
        await app.connected(5_000);
        const client = startPlayground(`${url}/api/messages`, directory);
        try {
          say("\nAsk there: drops deathstar, top maps, help; in a channel, mention the bot first. Ctrl-C ends it all.");
          const ended = once(client, "exit").then(() =>
            say("The playground ended: is npm there, and its registry in reach?"),
          );
          await Promise.race([stopped, ended]);
          return client.exitCode === null ? 0 : 1;
        } finally {
          await end(client);
        }
      } finally {
        await app.close();
      }
    } finally {
      await lab.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** In a process group of its own, because npx starts others. It writes its logs into `directory`, and nothing into anybody's home. */
function startPlayground(endpoint: string, directory: string): ChildProcess {
  const told = ["-e", endpoint, "-c", "msteams", "-p", String(playgroundPort), "--disable-telemetry"];
  return spawn("npx", ["--yes", "--package", playground, "agentsplayground", ...told], {
    cwd: directory,
    stdio: ["ignore", "inherit", "inherit"],
    detached: true,
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const { pid } = child;
  const gone = once(child, "exit");
  process.kill(-pid, "SIGTERM");
  const force = setTimeout(() => process.kill(-pid, "SIGKILL"), patienceMs);
  await gone;
  clearTimeout(force);
}
