import { afterAll, beforeAll, expect, test } from "vitest";
import { createLog } from "../../src/log.ts";
import { messageText } from "../../src/message/text.ts";
import { createAdmin, type Refused, type Unrouted } from "../../src/queue/admin.ts";
import { waitFor } from "../support/chat.ts";
import { startQueue } from "../support/queue.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { startAlerting } from "./alerting.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const archived: Refused = {
  conversation: "slack:T1/C1",
  everywhere: false,
  say: "The conversation is archived. Ask in another one.",
  answered: "slack chat.postMessage: is_archived",
};
const revoked: Refused = { ...archived, everywhere: true, say: "Check slack.botToken.", answered: "token_revoked" };

test("each conversation and each reason is told once, a refused token once for all of its platform", async () => {
  await using queue = await startQueue(redis.url, {});
  const { deliver, session } = queue;
  const admin = createAdmin({ conversation: async () => session.conversation, deliver, log: createLog("silent") });

  const elsewhere = { ...archived, conversation: "slack:T1/C2" };
  for (const refused of [archived, archived, elsewhere, revoked, { ...revoked, conversation: "slack:T1/C2" }, archived])
    await admin.refused(refused);
  await admin.unrouted({ name: "0", count: 1, names: ["A"] });

  const texts: string[] = [];
  for (let n = 0; n < 4; n++) texts.push(messageText((await session.next(15_000))?.message ?? ({} as never)));
  expect(texts[0]).toContain("The bot cannot post in a channel");
  expect(texts[0]).toContain("slack:T1/C1");
  expect(texts[0]).toContain("is_archived");
  expect(texts[0]).toContain("Ask in another one.");
  expect(texts[1]).toContain("slack:T1/C2");
  expect(texts[2]).toContain("Slack refuses the bot");
  expect(texts[3]).toContain("1 alert was shown nowhere");
});

test("a channel is not told of itself, nor a platform of its own token", async () => {
  const told: string[] = [];
  const deliver = async ({ conversation }: { readonly conversation: string }) => void told.push(conversation);
  const admin = (conversation: string) =>
    createAdmin({ conversation: async () => conversation, deliver, log: createLog("silent") });

  await admin("slack:T1/C1").refused(archived);
  await admin("slack:T1/C9").refused(revoked);
  expect(told).toEqual([]);
  await admin("slack:T1/C9").refused(archived);
  await admin("teams:t/19:x@thread.tacv2").refused(revoked);
  expect(told).toEqual(["slack:T1/C9", "teams:t/19:x@thread.tacv2"]);
});

test("alerts without a route are told together, those that come later in another report", async () => {
  const reports: Unrouted[] = [];
  const unrouted = async (one: Unrouted) => void reports.push(one);
  const routes = [{ match: { severity: "critical" }, matchAnnotations: {}, channel: "slack:C1", continue: false }];
  await using alerting = await startAlerting(redis.url, { routes, admin: { unrouted }, unroutedEveryMs: 1_500 });
  const named = (alertname: string) => ({ labels: { alertname } });

  await alerting.post({ groupKey: "one", alerts: [named("A"), named("B")] });
  await alerting.post({ groupKey: "two", alerts: [named("C")] });
  const count = () => reports.reduce((sum, report) => sum + report.count, 0);
  await waitFor(() => count() === 3, 20_000);
  await alerting.post({ groupKey: "three", alerts: [named("D")] });
  await waitFor(() => count() === 4, 20_000);

  expect(reports.flatMap(({ names }) => [...names]).sort()).toEqual(["A", "B", "C", "D"]);
  expect(new Set(reports.map(({ name }) => name)).size).toBe(reports.length);
  expect(alerting.shown).toEqual([]);
}, 60_000);
