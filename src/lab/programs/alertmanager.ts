import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Program } from "./program.ts";
import { answersOk, startProgram } from "./start.ts";
import type { Supervised } from "./supervise.ts";

export interface StartedAlertmanager extends Supervised {
  /** http://127.0.0.1:PORT */
  readonly url: string;
}

export interface AlertmanagerOptions {
  /** Where notifications go; absent: nowhere, alerts are only listed. */
  readonly webhook?: { readonly url: string; readonly bearerToken?: string };
}

/** A private Alertmanager, no member of any cluster (its gossip port would collide). */
export async function startAlertmanager(
  program: Program,
  options: AlertmanagerOptions = {},
): Promise<StartedAlertmanager> {
  const started = await startProgram({
    program,
    prepare: (directory) =>
      writeFile(join(directory, "alertmanager.yml"), alertmanagerConfig(options), { mode: 0o600 }),
    args: (directory, port) => [
      `--config.file=${join(directory, "alertmanager.yml")}`,
      `--storage.path=${directory}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--cluster.listen-address=",
      "--log.level=warn",
    ],
    ready: (port) => answersOk(`http://127.0.0.1:${port}/-/ready`),
  });
  return { ...started, url: `http://127.0.0.1:${started.port}` };
}

/** JSON is YAML. */
function alertmanagerConfig({ webhook }: AlertmanagerOptions): string {
  const authorization = webhook?.bearerToken
    ? { http_config: { authorization: { credentials: webhook.bearerToken } } }
    : {};
  const hook = { send_resolved: true, url: webhook?.url, ...authorization };
  return JSON.stringify({
    route: {
      receiver: "lab",
      group_by: ["alertname", "pod"],
      group_wait: "1s",
      group_interval: "10s",
      repeat_interval: "4h",
    },
    receivers: [{ name: "lab", ...(webhook && { webhook_configs: [hook] }) }],
  });
}
