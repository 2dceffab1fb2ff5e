import { afterAll, beforeAll, expect, test } from "vitest";
import type { Delivery } from "../../../../src/message/delivery.ts";
import { startTestRedis, type TestRedis } from "../../../support/redis.ts";
import { type Bench, openBench, team } from "./bench.ts";
import { lastRow, longMessage } from "./long.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const placeAlone = async (bench: Bench): Promise<Delivery["place"]> => ({
  ...{ person: bench.user.id, private: true },
  reply: await bench.replyIn(bench.channel),
});

test("where the bot is no member the answer comes by response_url, for everybody, with how to invite it", async () => {
  await using bench = await openBench(redis.url, { joined: false });
  const { slack, channel, user } = bench;
  const place = { person: user.id, reply: await bench.replyIn(channel) };

  await bench.deliver(bench.delivery("placeholder", { place }));
  await bench.deliver(bench.delivery("placeholder", { place }));
  expect(slack.messages(channel)).toEqual([]);
  await bench.deliver(bench.delivery("answer", { place }));
  await bench.deliver(bench.delivery("answer", { place }));

  const messages = slack.messages(channel);
  expect(messages.map(({ via, text }) => [via, text])).toEqual([
    ["response_url", expect.stringContaining("12 packets")],
  ]);
  expect(JSON.stringify(messages[0]?.blocks.at(-1))).toContain("/invite @cilium");
  expect(slack.calls().map(({ method }) => method)).toEqual(["chat.postMessage", "response_url"]);
  expect(slack.leftovers()).toEqual([]);
});

test("what belongs in the thread of such an answer follows it by response_url", async () => {
  await using bench = await openBench(redis.url, { joined: false });
  const { slack, channel, user } = bench;
  const place = { person: user.id, reply: await bench.replyIn(channel) };

  await bench.deliver(bench.delivery("placeholder", { place }));
  await bench.deliver(bench.delivery("answer", { place }));
  const { subject } = bench.delivery("answer");
  await bench.deliver({
    ...bench.delivery("answer", { place: { ...place, under: subject } }),
    ...{ id: `${subject}:detail-1`, subject: `${subject}:detail-1` },
  });

  expect(slack.messages(channel).map(({ via }) => via)).toEqual(["response_url", "response_url"]);
});

test("in the direct messages of two people only the one who asked sees the answer", async () => {
  await using bench = await openBench(redis.url);
  const { slack, user } = bench;
  const im = slack.workspace.openIm(user.id);
  im.members.delete(slack.workspace.bot.userId);
  const place = { person: user.id, reply: await bench.replyIn(im) };
  const conversation = `slack:${team}/${im.id}`;

  await bench.deliver({ ...bench.delivery("placeholder", { place }), conversation });
  await bench.deliver({ ...bench.delivery("answer", { place }), conversation });

  expect(slack.messages(im)).toEqual([]);
  expect(slack.ephemerals().map(({ user: to, channel }) => [to, channel])).toEqual([[user.id, im.id]]);
});

test("an answer that no placeholder announced goes the same way", async () => {
  await using bench = await openBench(redis.url, { joined: false });
  const { slack, channel, user } = bench;

  await bench.deliver(bench.delivery("answer", { place: { person: user.id, reply: await bench.replyIn(channel) } }));

  expect(slack.messages(channel)).toHaveLength(1);
});

test("a bot that was removed before its answer still answers", async () => {
  await using bench = await openBench(redis.url);
  const { slack, channel, user } = bench;
  const place = { person: user.id, reply: await bench.replyIn(channel) };
  await bench.deliver(bench.delivery("placeholder", { place }));
  slack.faults.add({ methods: ["chat.update"], faults: [{ fault: "error", error: "not_in_channel" }] });

  await bench.deliver(bench.delivery("answer", { place }));

  expect(slack.messages(channel).map(({ via }) => via)).toEqual(["chat.postMessage", "response_url"]);
});

test.each(["absent", "expired", "used up"])(
  "outside and the response_url %s: given up, and says what to type",
  async (how) => {
    await using bench = await openBench(redis.url, { joined: false });
    const { slack, channel, user } = bench;
    const fresh = await bench.replyIn(channel);
    const reply = how === "expired" ? { ...fresh, until: Date.now() - 1 } : fresh;
    if (how === "used up")
      for (let use = 0; use < 5; use++) await fetch(fresh.url, { method: "POST", body: '{"text":"x"}' });
    const place = { person: user.id, ...(how !== "absent" && { reply }) };

    const delivered = bench.deliver(bench.delivery("answer", { place }));

    await expect(delivered).rejects.toMatchObject({
      code: "FORBIDDEN",
      say: expect.stringContaining("/invite @cilium"),
    });
    expect(slack.messages(channel)).toEqual([]);
  },
);

test("a lost reply of the response_url is tried once more and counted, then given up", async () => {
  await using bench = await openBench(redis.url, { joined: false });
  const { slack, channel, user } = bench;
  const place = { person: user.id, reply: await bench.replyIn(channel) };
  slack.faults.add({ methods: ["response_url"], faults: [{ fault: "reset" }] });

  await expect(bench.deliver(bench.delivery("answer", { place }))).rejects.toMatchObject({
    code: "REFUSED",
    retry: false,
  });

  expect(slack.calls("response_url")).toHaveLength(2);
  expect(bench.counted.filter((name) => name === "stray")).toHaveLength(1);
  expect(slack.messages(channel)).toEqual([]);
});

test("an address that is not Slack's is not asked", async () => {
  await using bench = await openBench(redis.url, { joined: false });
  const { user } = bench;
  const until = Date.now() + 60_000;

  for (const url of [
    "http://169.254.169.254/latest",
    "file:///etc/passwd",
    "nonsense",
    "https://a:b@hooks.slack.com/x",
  ]) {
    const delivery = bench.delivery("answer", {
      id: url,
      subject: url,
      place: { person: user.id, reply: { url, until } },
    });
    await expect(bench.deliver(delivery)).rejects.toMatchObject({ code: "FORBIDDEN" });
  }
  expect(bench.counted.filter((name) => name.startsWith("response_url"))).toEqual(
    Array.from({ length: 4 }, () => "response_url refused"),
  );
});

test("a private answer has no placeholder and comes by response_url", async () => {
  await using bench = await openBench(redis.url);
  const { slack, channel, user } = bench;
  const place = await placeAlone(bench);

  await bench.deliver(bench.delivery("placeholder", { place }));
  await bench.deliver(bench.delivery("answer", { place }));
  await bench.deliver(bench.delivery("answer", { place }));

  expect(slack.messages(channel)).toEqual([]);
  expect(slack.ephemerals().map(({ user: to, via }) => [to, via])).toEqual([[user.id, "response_url"]]);
  expect(slack.leftovers()).toEqual([]);
});

test("a private answer after the response_url's time is shown in the thread by chat.postEphemeral", async () => {
  await using bench = await openBench(redis.url);
  const { slack, channel, user } = bench;
  const root = slack.say({ text: "why?", user, channel });
  const place = await placeAlone(bench);
  slack.advance(31 * 60_000);

  await bench.deliver(bench.delivery("answer", { place: { ...place, thread: root.ts } }));

  expect(slack.ephemerals()).toMatchObject([{ user: user.id, threadTs: root.ts, via: "chat.postEphemeral" }]);
});

test("a response_url is left before Slack's five uses are gone", async () => {
  await using bench = await openBench(redis.url);
  const { slack } = bench;
  const place = await placeAlone(bench);

  for (let at = 0; at < 6; at++) await bench.deliver(bench.delivery("notice", { id: `n${at}`, place }));

  expect(slack.ephemerals().map(({ via }) => via)).toEqual([
    ...Array.from({ length: 4 }, () => "response_url"),
    ...Array.from({ length: 2 }, () => "chat.postEphemeral"),
  ]);
  expect(slack.leftovers()).toEqual([]);
});

test("a private answer of unknown outcome is tried once more: two copies at most, counted", async () => {
  await using bench = await openBench(redis.url);
  const { slack, user } = bench;
  slack.faults.add({ methods: ["chat.postEphemeral"], faults: [{ fault: "lost-reply" }], times: 1 });

  await bench.deliver(bench.delivery("answer", { place: { person: user.id, private: true } }));

  expect(slack.ephemerals()).toHaveLength(2);
  expect(bench.counted.filter((name) => name === "stray")).toHaveLength(1);
});

test("a rate limit of a private answer is no attempt: it is shown once", async () => {
  await using bench = await openBench(redis.url);
  const { slack, user } = bench;
  slack.faults.add({ methods: ["chat.postEphemeral"], faults: [{ fault: "rate-limited", retryAfter: 1 }], times: 3 });

  await bench.deliver(bench.delivery("answer", { place: { person: user.id, private: true } }));

  expect(slack.ephemerals()).toHaveLength(1);
  expect(bench.counted).not.toContain("stray");
});

test("a person who is not in the channel cannot be shown anything: given up with a sentence", async () => {
  await using bench = await openBench(redis.url);
  const stranger = bench.slack.workspace.addUser({ name: "eve" });

  const delivered = bench.deliver(bench.delivery("answer", { place: { person: stranger.id, private: true } }));

  await expect(delivered).rejects.toMatchObject({
    code: "FORBIDDEN",
    say: expect.stringContaining("Join the channel"),
  });
  expect(bench.lines.join("")).toContain("user_not_in_channel");
});

test("a notice is private in a channel and a message in a conversation of two", async () => {
  await using bench = await openBench(redis.url);
  const { slack, channel, user } = bench;
  const im = slack.workspace.openIm(user.id);

  await bench.deliver(bench.delivery("notice"));
  await bench.deliver(bench.delivery("notice", { id: "im", conversation: `slack:${team}/${im.id}` }));

  expect(slack.messages(channel)).toEqual([]);
  expect(slack.ephemerals().map(({ via }) => via)).toEqual(["chat.postEphemeral"]);
  expect(slack.messages(im)).toHaveLength(1);
});

test("blocks that Slack refuses in private cost no words either", async () => {
  await using bench = await openBench(redis.url);
  const { slack } = bench;
  const place = await placeAlone(bench);
  slack.faults.add({ methods: ["response_url"], faults: [{ fault: "error", error: "invalid_blocks" }], times: 1 });

  await bench.deliver(bench.delivery("answer", { place }));

  expect(slack.ephemerals()).toMatchObject([
    { via: "response_url", blocks: [], text: expect.stringContaining("12 packets") },
  ]);
  expect(bench.counted).not.toContain("stray");
});

test.each([true, false])(
  "a long answer where no file can follow says where its rest is (artifacts: %s)",
  async (stored) => {
    const kept: string[] = [];
    const artifacts = {
      async keep({ body }: { readonly body: Buffer }) {
        kept.push(body.toString());
        return "https://bot.example/artifacts/1";
      },
      link: () => "https://bot.example/artifacts/1",
    };
    await using bench = await openBench(redis.url, { joined: false, ...(stored && { artifacts }) });
    const { slack, channel, user } = bench;
    const place = { person: user.id, reply: await bench.replyIn(channel) };

    await bench.deliver(bench.delivery("answer", { message: longMessage, place }));
    await bench.deliver(
      bench.delivery("answer", { message: longMessage, place: await placeAlone(bench), id: "p", subject: "p" }),
    );

    const shown = JSON.stringify([...slack.messages(channel), ...slack.ephemerals()]);
    expect(shown).toContain(stored ? "The whole answer: https://bot.example/artifacts/1" : "ask for less");
    expect(shown).not.toContain("in the file");
    expect(kept).toHaveLength(stored ? 2 : 0);
    for (const text of kept) expect(text).toContain(lastRow);
    expect(slack.files()).toEqual([]);
  },
);
