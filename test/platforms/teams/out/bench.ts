/** Teams out against Teams at the wire and a real Redis, called as the outbox calls it. */
import { randomBytes, randomUUID } from "node:crypto";
import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { toBotError } from "../../../../src/errors.ts";
import { createLog } from "../../../../src/log.ts";
import type { Delivery } from "../../../../src/message/delivery.ts";
import type { Message } from "../../../../src/message/message.ts";
import type { Platform } from "../../../../src/platforms/platform.ts";
import type { TeamsOutOptions } from "../../../../src/platforms/teams/out/options.ts";
import { createTeamsOut } from "../../../../src/platforms/teams/out/teams-out.ts";
import { createBuckets } from "../../../../src/store/bucket.ts";
import { type Buttons, createButtons } from "../../../../src/store/buttons.ts";
import { type Conversations, createConversations } from "../../../../src/store/conversations.ts";
import { closeRedis, connectProducer, waitForRedis } from "../../../../src/store/redis.ts";
import { createShown } from "../../../../src/store/shown.ts";
import { startTeams, type Teams } from "../../../support/teams/start.ts";
import type { Conversation, Kind } from "../../../support/teams/state.ts";

export const appPassword = "canary~secret";
export const say = (title: string, blocks: Message["blocks"] = []): Message => ({ tone: "info", title, blocks });

export interface Bench extends AsyncDisposable {
  readonly teams: Teams;
  readonly tenant: string;
  /** Where deliveries go unless told. */
  readonly channel: Conversation;
  readonly buttons: Buttons;
  readonly conversations: Conversations;
  /** What was logged, one JSON object a line. */
  readonly lines: string[];
  /** `method result`, `picture result`, `minimal` and `stray`. */
  readonly counted: string[];
  /** One more process on the same Redis. */
  process(options?: Partial<TeamsOutOptions>): Platform;
  delivery(kind: Delivery["kind"], given?: Partial<Delivery>): Delivery;
  /** A conversation that the bot knows, and its name in deliveries. */
  open(kind: Kind): Promise<{ readonly conversation: Conversation; readonly name: string }>;
  /** Posts until it resolves or is given up, as the outbox does; returns how many attempts it took. */
  deliver(delivery: Delivery, platform?: Platform): Promise<number>;
}

export async function openBench(
  redisUrl: string,
  options: Partial<Pick<TeamsOutOptions, "artifacts" | "paint" | "charts">> = {},
): Promise<Bench> {
  const [appId, tenant] = [randomUUID(), randomUUID()];
  const teams = await startTeams({ appId, appPassword, tenant });
  const redis = connectProducer(redisUrl, () => undefined);
  await waitForRedis(redis, 5_000);
  const prefix = `{teams-${randomBytes(4).toString("hex")}}`;
  const lines: string[] = [];
  const counted: string[] = [];
  const subject = randomBytes(16).toString("hex");
  const buttons = createButtons(redis, prefix);
  const conversations = createConversations(redis, prefix);

  function process(more: Partial<TeamsOutOptions> = {}): Platform {
    return createTeamsOut({
      ...{ appId, appPassword, tenantId: tenant, appType: "SingleTenant", timeoutMs: 400 },
      ...{ authority: `${new URL(teams.serviceUrl).origin}/login`, scope: "https://api.botframework.com/.default" },
      ...{ serviceHosts: ["127.0.0.1"], conversations, buttons },
      ...{ shown: createShown(redis, prefix), buckets: createBuckets(redis, prefix) },
      ...options,
      metrics: {
        teamsCalls: { inc: ({ method, result }) => counted.push(`${method} ${result}`) },
        teamsStrays: { inc: () => counted.push("stray") },
        teamsMinimal: { inc: () => counted.push("minimal") },
        teamsPictures: { inc: ({ result }) => counted.push(`picture ${result}`) },
      },
      log: createLog(
        "debug",
        new Writable({
          write(chunk, _, done) {
            lines.push(String(chunk));
            done();
          },
        }),
      ),
      ...more,
    });
  }

  async function open(kind: Kind) {
    const conversation = teams.addConversation(kind);
    const name = `teams:${tenant}/${conversation.id}`;
    const kept = kind === "groupChat" ? "group" : kind;
    await conversations.keep(name, { serviceUrl: teams.serviceUrl, bot: `28:${appId}`, kind: kept });
    return { conversation, name };
  }

  const { conversation: channel, name } = await open("channel");
  const first = process();
  return {
    ...{ teams, tenant, channel, buttons, conversations, lines, counted, process, open },
    delivery: (kind, given = {}) => ({
      id: `${subject}:${kind}`,
      conversation: name,
      place: { person: "ann", thread: "1700000000001" },
      subject,
      kind,
      at: Date.now(),
      message: say(kind === "placeholder" ? "Working on: drops" : "12 packets dropped"),
      answer: null,
      ...given,
    }),
    deliver: (delivery, platform = first) => deliver(delivery, platform),
    async [Symbol.asyncDispose]() {
      await teams[Symbol.asyncDispose]();
      await closeRedis(redis);
    },
  };
}

const mostAttempts = 60;

async function deliver(delivery: Delivery, platform: Platform): Promise<number> {
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    try {
      await platform.post(delivery, AbortSignal.timeout(10_000));
      return attempt;
    } catch (thrown) {
      const error = toBotError(thrown);
      if (!error.retry) throw error;
      await sleep(error.retryAfterMs ?? 20);
    }
  }
  throw new Error(`not delivered after ${mostAttempts} attempts`);
}
