/** The half of the program that people and platforms reach: requests from Slack and Teams through the door, and the public port. Loaded only where a chat is configured. */
import { commands } from "../commands/index.ts";
import { type Config, checkChannels } from "../config.ts";
import { artifactRoute, type PublicServer, type Route, startPublic } from "../http.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Ask, Audit, Take } from "../platforms/platform.ts";
import type { SlackIn } from "../platforms/slack/in/open.ts";
import type { TeamsIn } from "../platforms/teams/in/open.ts";
import type { Dispatch } from "../queue/dispatch.ts";
import { createDoor } from "../queue/door.ts";
import { noticeFor } from "../queue/messages.ts";
import type { Deliver } from "../queue/outbox.ts";
import type { Artifacts } from "../store/artifacts.ts";
import { createBuckets } from "../store/bucket.ts";
import { createButtons } from "../store/buttons.ts";
import type { Redis } from "../store/redis.ts";

export interface ChatOptions {
  readonly config: Config;
  readonly producer: Redis;
  readonly dispatch: Dispatch;
  readonly deliver: Deliver;
  readonly artifacts: Artifacts | undefined;
  /** Where Alertmanager sends to; absent where alerts have no routes. */
  readonly alerts: Route | undefined;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export interface Chat {
  /** The public port's address; absent where nothing is served there. */
  readonly url: string | undefined;
  ready(): boolean;
  status(): Readonly<Record<string, string>>;
  /** Stops acknowledging, finishes what was begun; bounded. */
  close(): Promise<void>;
}

export async function openChat(options: ChatOptions): Promise<Chat> {
  const { config, artifacts, log } = options;
  checkChannels(config.channels, Object.keys(commands));
  const { slack, teams } = await openPlatforms(options);
  const listener = slack?.requestListener;
  const routes: Route[] = [
    ...(listener ? [{ methods: ["POST"], path: "/slack/events", handle: listener }] : []),
    ...(teams ? [{ methods: ["POST"], path: "/api/messages", handle: teams.requestListener }] : []),
    ...(options.alerts ? [options.alerts] : []),
    ...(artifacts ? [artifactRoute({ find: artifacts.find, log })] : []),
  ];
  let server: PublicServer | undefined;
  if (routes.length > 0) server = await startPublic({ ...config.http, routes, log });
  void slack?.start(); // never rejects; until it is connected, readiness says so
  return {
    url: server?.url,
    ready: () => (slack?.ready() ?? true) && (teams?.ready() ?? true),
    status: () => ({ ...(slack && { slack: slack.status() }), ...(teams && { teams: teams.status() }) }),
    async close() {
      server?.refuse();
      await Promise.all([slack?.close(), teams?.close()]);
      await server?.close();
    },
  };
}

async function openPlatforms(options: ChatOptions): Promise<{ readonly slack?: SlackIn; readonly teams?: TeamsIn }> {
  const { config, producer, deliver, metrics, log } = options;
  const { slack, teams } = config;
  if (!slack && !teams) return {};
  const audit = createAudit(log);
  const take = openDoor(options, audit);
  const notice = (ask: Ask, say: string) => deliver(noticeFor(ask, say));
  const shared = { take, audit, notice, log };
  return {
    ...(slack && { slack: (await import("../platforms/slack/in/open.ts")).openSlackIn({ ...slack, ...shared }) }),
    ...(teams && { teams: (await import("./teams.ts")).openTeams({ config, teams, producer, metrics, ...shared }) }),
  };
}

function openDoor({ config, producer, dispatch, metrics, log }: ChatOptions, audit: Audit): Take {
  const { access, channels, contact, clusters } = config;
  const { burst, perMinute } = access.perPerson;
  return createDoor({
    bindings: channels,
    clusters: clusters.map(({ name }) => name),
    contact,
    perPerson: { burst, perSecond: perMinute / 60 },
    buckets: createBuckets(producer, config.redis.prefix),
    buttons: createButtons(producer, config.redis.prefix),
    dispatch,
    audit,
    metrics,
    log,
  });
}

/** Who asked what is logged at every level but silent. */
function createAudit(log: Logger): Audit {
  const lines = log.level === "silent" ? log : log.child({}, { level: "info" });
  return (line) => lines.info({ audit: line }, "request");
}
