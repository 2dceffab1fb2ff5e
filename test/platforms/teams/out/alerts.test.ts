/** What alerts need of Teams: a root that is edited for days, and a thread below it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestRedis, type TestRedis } from "../../../support/redis.ts";
import { textOf } from "../../../support/teams/state.ts";
import { openBench, say } from "./bench.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const root = (version: number, title: string) =>
  ({ id: `root-${version}`, subject: "incident", place: {}, message: say(title), lasts: true }) as const;
const line = { id: "line-1", subject: "line-1", place: { under: "incident" }, message: say("Resolved after 9s") };

test("a root stands at the head of a channel's thread, is edited in place, and its lines come below", async () => {
  await using bench = await openBench(redis.url);
  const { teams, channel } = bench;

  await bench.deliver(bench.delivery("answer", root(1, "Firing: Drops")));
  await bench.deliver(bench.delivery("answer", line));
  await bench.deliver(bench.delivery("answer", root(2, "Resolved: Drops")));
  await bench.deliver(bench.delivery("answer", line));

  const [first, second, ...others] = teams.messages(channel);
  expect(others).toEqual([]);
  expect(first?.thread).toBeNull();
  expect(textOf(first as NonNullable<typeof first>)).toContain("Resolved: Drops");
  expect(second?.thread).toBe(first?.id);
  expect(textOf(second as NonNullable<typeof second>)).toContain("Resolved after 9s");
  expect(teams.leftovers()).toEqual([]);
});

test("in a chat, which has no threads, the lines follow the root", async () => {
  await using bench = await openBench(redis.url);
  const { conversation: chat, name: conversation } = await bench.open("groupChat");

  await bench.deliver({ ...bench.delivery("answer", root(1, "Firing: Drops")), conversation });
  await bench.deliver({ ...bench.delivery("answer", line), conversation });

  expect(bench.teams.messages(chat).map(({ thread }) => thread)).toEqual([null, null]);
});

test("a root that somebody deleted is posted anew, once", async () => {
  await using bench = await openBench(redis.url);
  const { teams, channel } = bench;
  await bench.deliver(bench.delivery("answer", root(1, "Firing: Drops")));
  const [first] = teams.messages(channel);
  teams.remove(first as NonNullable<typeof first>);

  await bench.deliver(bench.delivery("answer", root(2, "Firing: more drops")));
  await bench.deliver(bench.delivery("answer", root(3, "Resolved: Drops")));

  expect(teams.messages(channel).map(textOf)).toEqual([expect.stringContaining("Resolved: Drops")]);
});

test("a line whose root was never shown is refused, and so is a conversation that nobody knows, with what to do", async () => {
  await using bench = await openBench(redis.url);
  await expect(bench.deliver(bench.delivery("answer", line))).rejects.toMatchObject({ code: "REFUSED" });

  const strange = { ...bench.delivery("answer", root(1, "Firing")), conversation: "teams:other/19:x@thread.tacv2" };
  await expect(bench.deliver(strange)).rejects.toMatchObject({
    code: "FORBIDDEN",
    say: expect.stringContaining("Install the bot in that team and mention it once"),
  });
  const gone = bench.teams.addConversation("channel", { known: false });
  const conversation = `teams:${bench.tenant}/${gone.id}`;
  await expect(bench.deliver({ ...bench.delivery("answer", root(1, "Firing")), conversation })).rejects.toMatchObject({
    code: "FORBIDDEN",
    say: expect.stringContaining("the bot was removed from it"),
  });
});
