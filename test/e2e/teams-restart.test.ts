/** What the bot has to say of its own reaches Teams after a restart, with nobody greeting it; and no longer once it was removed. */
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { Delivery } from "../../src/message/delivery.ts";
import { type DrainJob, openQueue, queueNames } from "../../src/queue/jobs.ts";
import { createDeliver } from "../../src/queue/outbox.ts";
import { createOutbox } from "../../src/store/outbox.ts";
import { closeRedis, connectProducer, waitForRedis } from "../../src/store/redis.ts";
import { waitFor } from "../support/chat.ts";
import { answerIn, startTeamsChat, type TeamsChat } from "../support/teams/chat.ts";
import { type Conversation, textOf } from "../support/teams/state.ts";

/** As an alert or a digest would: from another process, into the outbox. */
async function announce({ lab, teams }: TeamsChat, { id }: Conversation, title: string): Promise<void> {
  const redis = connectProducer(lab.config().redis?.url ?? "", () => undefined);
  await waitForRedis(redis, 5_000);
  const prefix = "{cilium-chatops}";
  const drains = openQueue<DrainJob>(queueNames.outbox, redis, prefix);
  const subject = randomUUID();
  const delivery: Delivery = {
    ...{ id: `${subject}:answer`, subject, kind: "answer", at: Date.now(), place: {}, answer: null },
    conversation: `teams:${String(teams.config["tenantId"])}/${id}`,
    message: { tone: "bad", title, blocks: [] },
  };
  await createDeliver(createOutbox(redis, prefix), drains)(delivery);
  await drains.close();
  await closeRedis(redis);
}

test("installed, restarted, and still able to reach people", async () => {
  await using chat = await startTeamsChat();
  const { teams, personal, channel, group } = chat;
  const first = await chat.startBot();
  teams.deliverTo(first.events);
  const quiet = teams.addConversation("channel");
  await teams.install({ in: personal }, "add");
  await teams.member({ in: channel }, "membersAdded");
  expect(await first.stop("SIGKILL")).toBeNull();

  const second = await chat.startBot();
  teams.deliverTo(second.events);
  for (const where of [personal, channel, quiet]) await announce(chat, where, "The morning digest");
  for (const where of [personal, channel, quiet]) {
    const shown = await answerIn(teams, where);
    expect([textOf(shown).includes("The morning digest"), shown.thread]).toEqual([true, null]);
  }
  expect(teams.messages(group)).toEqual([]);

  await teams.install({ in: personal }, "remove");
  await announce(chat, personal, "Never shown");
  await waitFor(() => second.log().includes("delivery given up"), 10_000, second.log);
  expect(teams.messages(personal)).toHaveLength(1);
  expect(teams.leftovers()).toEqual([]);
}, 120_000);

test("without Redis a person hears that nothing was started", async () => {
  await using chat = await startTeamsChat();
  const { teams, lab, personal } = chat;
  const bot = await chat.startBot();
  teams.deliverTo(bot.events);
  await teams.say("help", { in: personal });
  const shown = await answerIn(teams, personal);

  await lab.faults.programs?.redis?.close();
  const sent = await teams.say("drops deathstar", { in: personal });
  const said = () => teams.messages(personal).find((message) => message !== shown);
  await waitFor(() => said() !== undefined, 10_000, bot.log);

  expect(sent.status).toBe(200);
  expect(said()?.versions[0]?.["text"]).toContain("nothing was started");
}, 120_000);
