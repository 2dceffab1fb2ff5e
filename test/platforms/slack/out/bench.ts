/** Slack out against Slack at the wire and a real Redis, called as the outbox calls it. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { toBotError } from "../../../../src/errors.ts";
import { createLog } from "../../../../src/log.ts";
import type { Delivery, Place } from "../../../../src/message/delivery.ts";
import type { Message } from "../../../../src/message/message.ts";
import type { Platform } from "../../../../src/platforms/platform.ts";
import type { SlackOutOptions } from "../../../../src/platforms/slack/out/options.ts";
import { createSlackOut } from "../../../../src/platforms/slack/out/slack-out.ts";
import { createBuckets } from "../../../../src/store/bucket.ts";
import { type Buttons, createButtons } from "../../../../src/store/buttons.ts";
import { closeRedis, connectProducer, waitForRedis } from "../../../../src/store/redis.ts";
import { createShown } from "../../../../src/store/shown.ts";
import type { SlackOptions } from "../../../support/slack/options.ts";
import { type Slack, startSlack } from "../../../support/slack/start.ts";
import type { Channel, User } from "../../../support/slack/state/workspace.ts";

export const botToken = "xoxb-canary-token";
export const team = "T0001";
export const say = (title: string, blocks: Message["blocks"] = []): Message => ({ tone: "info", title, blocks });

export interface Bench extends AsyncDisposable {
  readonly slack: Slack;
  readonly channel: Channel;
  readonly user: User;
  readonly buttons: Buttons;
  /** What was logged, one JSON object a line. */
  readonly lines: string[];
  /** `method result`, `picture result`, and `stray`. */
  readonly counted: string[];
  /** One more process on the same Redis. */
  process(options?: Partial<SlackOutOptions>): Platform;
  delivery(kind: Delivery["kind"], given?: Partial<Delivery>): Delivery;
  /** Posts until it resolves or is given up, as the outbox does; returns how many attempts it took. */
  deliver(delivery: Delivery, platform?: Platform): Promise<number>;
  /** A response_url of Slack, through a command typed by `user`. */
  replyIn(channel: Channel): Promise<NonNullable<Place["reply"]>>;
}

export async function openBench(
  redisUrl: string,
  options: Partial<SlackOptions> & { readonly joined?: boolean } & Partial<
      Pick<SlackOutOptions, "artifacts" | "paint" | "charts">
    > = {},
): Promise<Bench> {
  const { joined = true, artifacts, paint, charts, ...wanted } = options;
  const slack = await startSlack({ signingSecret: "secret", botToken, appToken: "xapp-1", team, ...wanted });
  const user = slack.workspace.addUser({ name: "ann" });
  const channel = slack.workspace.addChannel({ name: "shop", bot: joined, members: [user.id] });
  const redis = connectProducer(redisUrl, () => undefined);
  await waitForRedis(redis, 5_000);
  const prefix = `{out-${randomBytes(4).toString("hex")}}`;
  const lines: string[] = [];
  const counted: string[] = [];
  const subject = randomBytes(16).toString("hex");
  const buttons = createButtons(redis, prefix);

  function process(more: Partial<SlackOutOptions> = {}): Platform {
    return createSlackOut({
      ...{ botToken, apiUrl: slack.apiUrl, timeoutMs: 400, buttons },
      ...{ shown: createShown(redis, prefix), buckets: createBuckets(redis, prefix) },
      ...(artifacts && { artifacts }),
      ...(paint && { paint }),
      ...(charts && { charts }),
      metrics: {
        slackCalls: { inc: ({ method, result }) => counted.push(`${method} ${result}`) },
        slackStrays: { inc: () => counted.push("stray") },
        slackPictures: { inc: ({ result }) => counted.push(`picture ${result}`) },
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

  const first = process();
  const listener = createServer((_, response) => response.end());
  return {
    ...{ slack, channel, user, buttons, lines, counted, process },
    delivery: (kind, given = {}) => ({
      id: `${subject}:${kind}`,
      conversation: `slack:${team}/${channel.id}`,
      place: { person: user.id },
      subject,
      kind,
      at: Date.now(),
      message: say(kind === "placeholder" ? "Working on: drops" : "12 packets dropped"),
      answer: null,
      ...given,
    }),
    deliver: (delivery, platform = first) => deliver(delivery, platform),
    async replyIn(where) {
      if (!listener.listening) await once(listener.listen(0, "127.0.0.1"), "listening");
      slack.deliverTo({ url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}/` });
      const { responseUrl } = await slack.slashCommand({ text: "drops", user, channel: where });
      return { url: responseUrl ?? "", until: Date.now() + 30 * 60_000 };
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      listener.closeAllConnections();
      await slack.close();
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
