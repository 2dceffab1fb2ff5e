import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestRedis, type TestRedis } from "../../../support/redis.ts";
import { openBench } from "./bench.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const withoutHistory = ["chat:write", "commands", "files:write", "files:read"];

test.each([
  ["in the conversation", false],
  ["in a thread", true],
])("a post whose reply is lost is found and adopted, %s", async (_, threaded) => {
  await using bench = await openBench(redis.url);
  const { slack, channel, user } = bench;
  const root = slack.say({ text: "it is down", user, channel });
  const place = { person: user.id, ...(threaded && { thread: root.ts }) };
  slack.faults.add({ methods: ["chat.postMessage"], faults: [{ fault: "lost-reply" }], times: 1 });

  await bench.deliver(bench.delivery("placeholder", { place }));
  await bench.deliver(bench.delivery("answer", { place }));

  expect(slack.messages(channel).map(({ text }) => text)).toEqual([
    "it is down",
    expect.stringContaining("12 packets"),
  ]);
  expect(slack.calls("chat.postMessage")).toHaveLength(1);
  expect(bench.counted).not.toContain("stray");
  expect(bench.lines.join("")).toContain("adopted");
  expect(slack.leftovers()).toEqual([]);
});

test("the look comes only when the lost request cannot land any more", async () => {
  await using bench = await openBench(redis.url);
  const { slack, channel } = bench;
  const patient = bench.process({ timeoutMs: 1_500 });
  // Longer than our patience: the post appears after we gave up on it.
  slack.faults.add({
    methods: ["chat.postMessage"],
    faults: [{ fault: "slow", ms: 1_550, effect: "after" }],
    times: 1,
  });

  await bench.deliver(bench.delivery("placeholder"), patient);

  expect(slack.messages(channel)).toHaveLength(1);
  expect(slack.calls().map(({ method }) => method)).toEqual(["chat.postMessage", "conversations.history"]);
  expect(bench.counted[0]).toBe("chat.postMessage unknown");
});

test("a post that never arrived is posted again", async () => {
  await using bench = await openBench(redis.url);
  const { slack, channel } = bench;
  slack.faults.add({
    methods: ["chat.postMessage"],
    faults: [{ fault: "reset" }, { fault: "status", status: 502 }],
    times: 2,
  });

  await bench.deliver(bench.delivery("placeholder"));

  expect(slack.messages(channel)).toHaveLength(1);
  expect(slack.calls("chat.postMessage")).toHaveLength(3);
});

test("a post is found on a later page, among what others said", async () => {
  await using bench = await openBench(redis.url);
  const { slack, channel, user } = bench;
  slack.faults.add({
    methods: ["chat.postMessage"],
    faults: [{ fault: "status", status: 500, effect: true }],
    times: 1,
  });
  const post = bench.process().post(bench.delivery("placeholder"), AbortSignal.timeout(5_000));
  await expect(post).rejects.toMatchObject({ retry: true });
  for (let at = 0; at < 450; at++) slack.say({ text: `chatter ${at}`, user, channel });

  await bench.deliver(bench.delivery("placeholder"));

  // Three pages, and from the first again where a busy machine was too slow for one.
  expect(slack.calls("conversations.history").length).toBeGreaterThanOrEqual(3);
  expect(slack.messages(channel).filter(({ botId }) => botId !== null)).toHaveLength(1);
});

test("another subject's post is never adopted", async () => {
  await using bench = await openBench(redis.url);
  const { slack, channel } = bench;
  await bench.deliver(bench.delivery("placeholder", { subject: "other", id: "other:placeholder" }));
  slack.faults.add({ methods: ["chat.postMessage"], faults: [{ fault: "reset" }], times: 1 });

  await bench.deliver(bench.delivery("placeholder"));

  expect(slack.messages(channel)).toHaveLength(2);
});

test("without the history scope a lost reply costs at most one stray, which is counted", async () => {
  await using bench = await openBench(redis.url, { scopes: withoutHistory });
  const { slack, channel } = bench;
  slack.faults.add({ methods: ["chat.postMessage"], faults: [{ fault: "lost-reply" }], times: 1 });

  await bench.deliver(bench.delivery("placeholder"));
  await bench.deliver(bench.delivery("answer"));

  const texts = slack.messages(channel).map(({ text }) => text);
  expect(texts).toHaveLength(2);
  expect(texts.filter((text) => text.includes("12 packets"))).toHaveLength(1);
  expect(bench.counted.filter((name) => name === "stray")).toHaveLength(1);
  expect(bench.lines.join("")).toContain("possibly a stray");
});

test("a look that Slack is too busy for is no reason to post again", async () => {
  await using bench = await openBench(redis.url);
  const { slack, channel } = bench;
  slack.faults.add({ methods: ["chat.postMessage"], faults: [{ fault: "lost-reply" }], times: 1 });
  slack.faults.add({
    methods: ["conversations.history"],
    faults: [{ fault: "rate-limited", retryAfter: 1 }, { fault: "status", status: 503 }, { fault: "reset" }],
    times: 3,
  });

  await bench.deliver(bench.delivery("placeholder"));

  expect(slack.messages(channel)).toHaveLength(1);
  expect(bench.counted).not.toContain("stray");
});

test("an edit whose reply is lost is made again", async () => {
  await using bench = await openBench(redis.url);
  const { slack, channel } = bench;
  await bench.deliver(bench.delivery("placeholder"));
  slack.faults.add({
    methods: ["chat.update"],
    faults: [
      { fault: "lost-reply" },
      { fault: "reset" },
      { fault: "status", status: 500 },
      { fault: "error", error: "internal_error" },
    ],
    times: 6,
  });

  await bench.deliver(bench.delivery("answer"));

  expect(slack.messages(channel).map(({ text }) => text)).toEqual([expect.stringContaining("12 packets")]);
});

test("a Slack that does not answer is left when the time is up, and the placeholder appears once", async () => {
  await using bench = await openBench(redis.url);
  const { slack, channel } = bench;
  const patient = bench.process({ timeoutMs: 2_000 });
  slack.faults.add({ methods: ["chat.postMessage"], faults: [{ fault: "hang" }], times: 1 });
  const begun = Date.now();

  const post = patient.post(bench.delivery("placeholder"), AbortSignal.timeout(300));
  await expect(post).rejects.toMatchObject({ code: "UNREACHABLE", retry: true });
  expect(Date.now() - begun).toBeLessThan(1_500);
  // Too early to look: the caller is told when to come back.
  const again = patient.post(bench.delivery("placeholder"), AbortSignal.timeout(300));
  await expect(again).rejects.toMatchObject({ code: "OVERLOADED", retryAfterMs: expect.any(Number) });
  await bench.deliver(bench.delivery("placeholder"), patient);

  expect(slack.messages(channel)).toHaveLength(1);
});

test("nobody there: nothing was sent, so nothing has to be looked up", async () => {
  await using bench = await openBench(redis.url);
  const { slack, channel } = bench;
  await slack.refuse();
  const post = bench.process().post(bench.delivery("placeholder"), AbortSignal.timeout(5_000));
  await expect(post).rejects.toMatchObject({
    code: "UNREACHABLE",
    retry: true,
    message: expect.stringContaining("ECONNREFUSED"),
  });
  await slack.listen();

  await bench.deliver(bench.delivery("placeholder"));

  expect(slack.calls().map(({ method }) => method)).toEqual(["chat.postMessage"]);
  expect(slack.messages(channel)).toHaveLength(1);
});
