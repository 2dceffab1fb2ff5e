/** The one place where parts are made and joined. Whoever opens a thing here closes it here, in reverse order. */
import type { Chat } from "./app/chat.ts";
import { createPainter } from "./charts/painter.ts";
import type { Config } from "./config.ts";
import type { Readiness } from "./http.ts";
import type { Logger } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import type { Platform } from "./platforms/platform.ts";
import { createTerminal, openTerminalSession, type TerminalSession } from "./platforms/terminal/inbox.ts";
import { createDispatch, type Dispatch } from "./queue/dispatch.ts";
import { type DrainJob, openQueue, queueNames, type StepJob } from "./queue/jobs.ts";
import { createDeliver } from "./queue/outbox.ts";
import type { Outcome, Question } from "./sources/question.ts";
import { type Artifacts, createArtifacts, createFiles, type Files } from "./store/artifacts.ts";
import { createLedger } from "./store/ledger.ts";
import { createOutbox } from "./store/outbox.ts";
import { closeRedis, connectProducer, type Redis, replaceWhenDeaf, waitForRedis } from "./store/redis.ts";

export const roles = ["all", "gateway", "worker"] as const;
export type Role = (typeof roles)[number];

export interface AppOptions {
  readonly config: Config;
  /** `gateway` takes commands, `worker` answers them, `all` does both. */
  readonly role: Role;
  readonly log: Logger;
  /** Whether people in a chat are heard and answered, as far as one is configured. Without it, only the terminal is. */
  readonly chat?: boolean;
  /** Answers flows from a file instead of Relay. */
  readonly flowsFile?: string;
}

export interface App {
  readonly metrics: Metrics;
  readonly clusters: readonly string[];
  readonly dispatch: Dispatch;
  /** The public port's address; absent where nothing is served there. */
  readonly publicUrl: string | undefined;
  /** "Now" for commands: the newest flow's time when flows come from a file. */
  readonly now: () => number;
  openTerminal(): TerminalSession;
  /** The bytes of a file that goes along with an answer; undefined when they have expired. */
  readonly file: Files["find"];
  readiness(): Readiness;
  /** Rejects when Redis cannot be reached within `timeoutMs`. */
  connected(timeoutMs: number): Promise<void>;
  /** Stops taking work, lets running jobs finish (bounded), closes everything. */
  close(): Promise<void>;
}

export async function startApp({ config, role, log, chat: heard = false, flowsFile }: AppOptions): Promise<App> {
  const { url, prefix } = config.redis;
  const metrics = createMetrics();
  const onRedisError = (error: Error) => log.warn({ err: error.message }, "redis connection");

  const producer = connectProducer(url, onRedisError);
  replaceWhenDeaf(producer);
  producer.on("ready", () => metrics.redisUp.set(1));
  producer.on("close", () => metrics.redisUp.set(0));
  producer.connect().catch(() => undefined); // reported by the error event; reconnects by itself

  const commands = openQueue<StepJob>(queueNames.commands, producer, prefix);
  const drains = openQueue<DrainJob>(queueNames.outbox, producer, prefix);
  for (const queue of [commands, drains]) queue.on("error", onRedisError);
  const ledger = createLedger<Question, Outcome>(producer, prefix);
  const outbox = createOutbox(producer, prefix);
  const deliver = createDeliver(outbox, drains);
  const artifacts = openArtifacts(config, producer);
  const painter = createPainter();
  const send = createDispatch({ commands, redis: producer, ledger, metrics, log });
  let closing = false;
  const dispatch: Dispatch = async (invocation) =>
    closing ? { status: "not_taken", say: "The bot is shutting down. Ask again in a moment." } : await send(invocation);

  const alerts = heard && config.alerts.routes.length > 0 ? await openAlerting() : undefined;
  const digests = heard && role !== "gateway" ? await openDigesting() : undefined;
  const workers = role === "gateway" ? undefined : await openWorkers();
  let chat: Chat | undefined;
  if (heard && role !== "worker") {
    const { openChat } = await import("./app/chat.ts");
    chat = await openChat({ config, producer, dispatch, deliver, artifacts, alerts: alerts?.route, metrics, log });
  }

  return {
    metrics,
    clusters: config.clusters.map((cluster) => cluster.name),
    dispatch,
    publicUrl: chat?.url,
    now: workers?.now ?? Date.now,
    openTerminal: () => openTerminalSession(url, prefix, onRedisError),
    file: createFiles({ redis: producer, prefix }).find,
    readiness: () => ({
      ready: !closing && producer.status === "ready" && workers?.count() !== 0 && (chat?.ready() ?? true),
      parts: {
        redis: producer.status,
        role,
        workers: String(workers?.count() ?? 0),
        ...chat?.status(),
        ...workers?.status(),
      },
    }),
    connected: (timeoutMs) => waitForRedis(producer, timeoutMs),
    async close() {
      if (closing) return;
      closing = true;
      // First nothing more is acknowledged, then what was is worked on.
      await chat?.close();
      // Queues that still wait for their first connection would wait on while they close.
      if (producer.status !== "ready") producer.disconnect();
      await workers?.close();
      await painter.close();
      await alerts?.close();
      await digests?.close();
      for (const queue of [drains, commands]) await queue.close();
      await closeRedis(producer);
    },
  };

  async function openWorkers() {
    const { startWorkers } = await import("./app/workers.ts");
    const platforms = [createTerminal(producer, prefix), ...(heard ? await openPlatforms() : [])];
    const parts = { config, producer, commands, ledger, outbox, deliver, platforms, metrics, log };
    return await startWorkers({ ...parts, flowsFile, records: heard, alerts, digests });
  }

  async function openDigesting() {
    const { openDigests } = await import("./app/digests.ts");
    return openDigests({ config, producer, dispatch, deliver, metrics, log });
  }

  async function openAlerting() {
    const { openAlerts } = await import("./app/alerts.ts");
    return openAlerts({ config, producer, dispatch, deliver, metrics, log });
  }

  async function openPlatforms(): Promise<Platform[]> {
    const { slack, teams } = config;
    const parts = { config, producer, artifacts, paint: painter.paint, metrics, log };
    return [
      ...(slack ? [(await import("./app/slack-out.ts")).openSlackOut({ ...parts, slack })] : []),
      ...(teams ? [(await import("./app/teams-out.ts")).openTeamsOut({ ...parts, teams })] : []),
    ];
  }
}

/** Links need a key to sign them with and an address that people can reach. */
function openArtifacts({ artifacts, http, redis }: Config, producer: Redis): Artifacts | undefined {
  if (!artifacts.key || !http.publicUrl) return undefined;
  return createArtifacts({ redis: producer, prefix: redis.prefix, key: artifacts.key, publicUrl: http.publicUrl });
}
