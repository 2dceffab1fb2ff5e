import type { Agents } from "../agents/server.ts";
import { alertRules } from "./alert-rules.ts";
import { type AlertmanagerOptions, type StartedAlertmanager, startAlertmanager } from "./alertmanager.ts";
import { findPrograms } from "./find.ts";
import type { Program } from "./program.ts";
import { type StartedPrometheus, startPrometheus } from "./prometheus.ts";
import { type StartedRedis, startRedis } from "./redis.ts";

export interface Programs {
  readonly redis: StartedRedis;
  readonly prometheus: StartedPrometheus;
  readonly alertmanager: StartedAlertmanager;
  close(): Promise<void>;
}

export interface ProgramsOptions extends AlertmanagerOptions {
  readonly agents: Agents;
  readonly clock: () => number;
  readonly say: (line: string) => void;
}

/**
 * Between two samples of the past. Longer than the time to the first scrape: increase() reaches beyond the newest sample by the usual distance of two, and
 * so the first minutes have no hole.
 */
const historyStepMs = 15_000;

/** Redis, Alertmanager and Prometheus with its past, all real. When one does not start the others are ended. */
export async function startPrograms(options: ProgramsOptions): Promise<Programs> {
  const { agents, clock, say } = options;
  const found = await findPrograms(["redis-server", "prometheus", "promtool", "alertmanager"], { say });
  const [redisProgram, prometheusProgram, promtool, alertmanagerProgram] = found as [
    Program,
    Program,
    Program,
    Program,
  ];

  async function openMonitoring() {
    const alertmanager = await startAlertmanager(alertmanagerProgram, options);
    try {
      say("Prometheus gets an hour of history");
      const prometheus = await startPrometheus({
        prometheus: prometheusProgram,
        promtool,
        targets: agents.endpoints,
        history: () => agents.history(clock(), historyStepMs),
        rules: alertRules,
        alertmanager: new URL(alertmanager.url).host,
      });
      return { alertmanager, prometheus };
    } catch (thrown) {
      await alertmanager.close();
      throw thrown;
    }
  }

  const started = await Promise.allSettled([startRedis(redisProgram), openMonitoring()]);
  const [redis, monitoring] = started;
  if (redis.status === "rejected" || monitoring.status === "rejected") {
    if (redis.status === "fulfilled") await redis.value.close();
    if (monitoring.status === "fulfilled") {
      await Promise.all([monitoring.value.alertmanager.close(), monitoring.value.prometheus.close()]);
    }
    throw started.find((result) => result.status === "rejected")?.reason;
  }
  const programs = { redis: redis.value, ...monitoring.value };
  say(`Redis, Prometheus and Alertmanager are up (${found.map(({ where }) => where).join(", ")})`);
  return {
    ...programs,
    async close() {
      await Promise.all(Object.values(programs).map((program) => program.close()));
    },
  };
}
