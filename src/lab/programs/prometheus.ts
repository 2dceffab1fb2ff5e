import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createBlocks } from "./backfill.ts";
import type { Program } from "./program.ts";
import { answersOk, startProgram } from "./start.ts";
import type { Supervised } from "./supervise.ts";

export interface StartedPrometheus extends Supervised {
  /** http://127.0.0.1:PORT */
  readonly url: string;
}

export interface PrometheusOptions {
  readonly prometheus: Program;
  readonly promtool: Program;
  /** `labels` are set on every series of the target and may name `job` and `instance`. */
  readonly targets: readonly { readonly address: string; readonly labels: Readonly<Record<string, string>> }[];
  /** OpenMetrics text of the past, read once before the start. */
  readonly history?: () => Iterable<string>;
  readonly rules?: readonly AlertRule[];
  /** host:port */
  readonly alertmanager?: string;
  /** Between two scrapes, and between two looks at the rules; default 5. */
  readonly intervalSeconds?: number;
  /** Of the past; default 6. */
  readonly keepHours?: number;
}

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A private Prometheus that keeps some hours. */
export async function startPrometheus(options: PrometheusOptions): Promise<StartedPrometheus> {
  const { keepHours = 6 } = options;
  const started = await startProgram({
    program: options.prometheus,
    prepare: async (directory) => {
      await writeFile(join(directory, "prometheus.yml"), prometheusConfig(options, directory), { mode: 0o600 });
      await writeFile(
        rulesFile(directory),
        JSON.stringify({ groups: [{ name: "cilium", rules: options.rules ?? [] }] }),
      );
      // It reads the text once for each block.
      const blockHours = Math.floor(keepHours / 3);
      if (options.history)
        await createBlocks(options.promtool, options.history(), { directory, data: dataOf(directory), blockHours });
    },
    args: (directory, port) => [
      `--config.file=${join(directory, "prometheus.yml")}`,
      `--storage.tsdb.path=${dataOf(directory)}`,
      `--storage.tsdb.retention.time=${keepHours}h`,
      `--web.listen-address=127.0.0.1:${port}`,
      // It learns of its Alertmanager some seconds after the first alerts: by default those would wait for a minute.
      `--rules.alert.resend-delay=${options.intervalSeconds ?? 5}s`,
      "--log.level=warn",
    ],
    ready: answersFrom,
  });
  return { ...started, url: `http://127.0.0.1:${started.port}` };
}

/** Asks for the data directory, because another Prometheus may listen on the port that ours did not get. */
async function answersFrom(port: number, directory: string): Promise<boolean> {
  const url = `http://127.0.0.1:${port}`;
  if (!(await answersOk(`${url}/-/ready`))) return false;
  const flags = await fetch(`${url}/api/v1/status/flags`, { signal: AbortSignal.timeout(1000) });
  return (await flags.text()).includes(JSON.stringify(dataOf(directory)));
}

/** JSON is YAML. A target's own labels win over `job_name` and over the address as `instance`. */
function prometheusConfig(options: PrometheusOptions, directory: string): string {
  const { targets, alertmanager, intervalSeconds = 5 } = options;
  const interval = `${intervalSeconds}s`;
  return JSON.stringify({
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    rule_files: [rulesFile(directory)],
    ...(alertmanager && { alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] } }),
    scrape_configs: [
      { job_name: "cilium", static_configs: targets.map(({ address, labels }) => ({ targets: [address], labels })) },
    ],
  });
}

function rulesFile(directory: string): string {
  return join(directory, "rules.yml");
}

function dataOf(directory: string): string {
  return join(directory, "data");
}
