import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestRedis, type TestRedis } from "../../../support/redis.ts";
import { botToken, openBench, say, team } from "./bench.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

test("the answer is an edit of the placeholder, and repeats change nothing", async () => {
  await using bench = await openBench(redis.url);
  const { slack, channel } = bench;

  await bench.deliver(bench.delivery("placeholder"));
  await bench.deliver(bench.delivery("placeholder"));
  expect(slack.messages(channel).map(({ text }) => text)).toEqual([expect.stringContaining("Working on: drops")]);
  await bench.deliver(bench.delivery("answer"));
  await bench.deliver(bench.delivery("answer"));

  const [message, ...others] = slack.messages(channel);
  expect(others).toEqual([]);
  expect(message?.text).toContain("12 packets dropped");
  expect(message?.blocks).toHaveLength(1);
  expect(message?.metadata).toEqual({
    event_type: "cilium_chatops",
    event_payload: { subject: bench.delivery("answer").subject, kind: "placeholder" },
  });
  expect(slack.calls().map(({ method }) => method)).toEqual(["chat.postMessage", "chat.update"]);
  expect(slack.calls("chat.postMessage")[0]?.args).toMatchObject({ unfurl_links: "false", unfurl_media: "false" });
  expect(slack.calls("chat.update")[0]?.args).toMatchObject({ parse: "none", link_names: "false" });
  expect(slack.leftovers()).toEqual([]);
  expect(bench.counted).toEqual(["chat.postMessage ok", "chat.update ok"]);
});

test("in a thread, and between a person and the bot alone", async () => {
  await using bench = await openBench(redis.url);
  const { slack, channel, user } = bench;
  const root = slack.say({ text: "it is down", user, channel });
  const im = slack.workspace.openIm(user.id);

  for (const kind of ["placeholder", "answer"] as const) {
    await bench.deliver(bench.delivery(kind, { place: { person: user.id, thread: root.ts } }));
    const conversation = `slack:${team}/${im.id}`;
    await bench.deliver(bench.delivery(kind, { conversation, subject: "im", id: `im:${kind}` }));
  }

  expect(slack.messages(channel).map(({ threadTs, text }) => [threadTs, text])).toEqual([
    [root.ts, "it is down"],
    [root.ts, expect.stringContaining("12 packets")],
  ]);
  expect(slack.messages(im).map(({ text }) => text)).toEqual([expect.stringContaining("12 packets")]);
  expect(slack.leftovers()).toEqual([]);
});

test("an answer without a placeholder stands alone, and is edited only when it says something else", async () => {
  await using bench = await openBench(redis.url);

  await bench.deliver(bench.delivery("answer"));
  await bench.deliver(bench.delivery("answer"));

  expect(bench.slack.calls().map(({ method }) => method)).toEqual(["chat.postMessage"]);
  await bench.deliver(bench.delivery("answer", { message: { tone: "good", title: "Nothing is dropped", blocks: [] } }));

  expect(bench.slack.messages(bench.channel).map(({ text }) => text)).toEqual([
    expect.stringContaining("Nothing is dropped"),
  ]);
  expect(bench.slack.calls().map(({ method }) => method)).toEqual(["chat.postMessage", "chat.update"]);
});

test("a placeholder that somebody deleted is followed by a message of its own, once", async () => {
  await using bench = await openBench(redis.url);
  const { slack, channel } = bench;
  await bench.deliver(bench.delivery("placeholder"));
  slack.faults.add({ methods: ["chat.update"], faults: [{ fault: "error", error: "message_not_found" }], times: 2 });

  await bench.deliver(bench.delivery("answer"));
  await bench.deliver(bench.delivery("answer"));

  expect(slack.messages(channel).filter(({ text }) => text.includes("12 packets"))).toHaveLength(1);
  expect(slack.calls("chat.postMessage")).toHaveLength(2);
});

test("a button carries the id of a stored command, the same one in each attempt", async () => {
  await using bench = await openBench(redis.url);
  const { slack, channel } = bench;
  const message = say("Which one?", [
    {
      kind: "actions",
      actions: ["drops deploy/a", "drops deploy/b", "drops deploy/a"].map((command) => ({ label: command, command })),
    },
  ]);
  const values = () =>
    slack
      .messages(channel)
      .flatMap(({ blocks }) =>
        blocks.flatMap((block) =>
          (Array.isArray(block["elements"]) ? block["elements"] : []).flatMap(({ value }) => value ?? []),
        ),
      ) as string[];

  await bench.deliver(bench.delivery("answer", { message }));
  const before = values();
  await bench.deliver(bench.delivery("answer", { message }));

  expect(values()).toEqual(before);
  expect(before).toHaveLength(3);
  expect(await Promise.all(before.map((id) => bench.buttons.find(id)))).toEqual(
    ["drops deploy/a", "drops deploy/b", "drops deploy/a"].map((command) => ({
      command,
      conversation: bench.delivery("answer").conversation,
    })),
  );
});

test("blocks that Slack refuses cost the answer its looks, not its words", async () => {
  await using bench = await openBench(redis.url);
  const { slack, channel } = bench;
  await bench.deliver(bench.delivery("placeholder"));
  slack.faults.add({ methods: ["chat.update"], faults: [{ fault: "error", error: "invalid_blocks" }], times: 1 });

  await bench.deliver(bench.delivery("answer"));

  expect(slack.messages(channel).map(({ text, blocks }) => [text, blocks])).toEqual([
    [expect.stringContaining("12 packets dropped"), []],
  ]);
  expect(bench.lines.join("")).toContain("slack refused the blocks");
});

test("a rate limit is waited for as long as Slack says, and nothing is dropped", async () => {
  await using bench = await openBench(redis.url);
  const { slack, channel } = bench;
  slack.faults.add({ faults: [{ fault: "rate-limited", retryAfter: 1 }], times: 1 });
  const post = bench.process().post(bench.delivery("placeholder"), AbortSignal.timeout(5_000));

  await expect(post).rejects.toMatchObject({ code: "OVERLOADED", retry: true, retryAfterMs: 1_000 });
  await bench.deliver(bench.delivery("placeholder"));

  expect(slack.messages(channel)).toHaveLength(1);
  // A refused attempt needs no look at the history.
  expect(slack.calls().map(({ method }) => method)).toEqual(["chat.postMessage", "chat.postMessage"]);
  expect(bench.counted).toEqual(["chat.postMessage rate_limited", "chat.postMessage ok"]);
});

test("our own limits come before Slack's", async () => {
  await using bench = await openBench(redis.url, { rateLimits: true });
  const { slack, channel } = bench;

  await Promise.all(
    Array.from({ length: 7 }, (_, at) =>
      bench.deliver(bench.delivery("answer", { subject: `s${at}`, id: `s${at}:answer` })),
    ),
  );

  expect(slack.messages(channel)).toHaveLength(7);
  expect(slack.calls().filter(({ status }) => status === 429)).toEqual([]);
  const posted = slack.calls("chat.postMessage").map(({ at }) => at);
  expect((posted.at(-1) ?? 0) - (posted[0] ?? 0)).toBeGreaterThan(3_500);
});

test.each([
  ["is_archived", "FORBIDDEN", "archived"],
  ["restricted_action", "FORBIDDEN", "admin"],
  ["invalid_auth", "DENIED", "slack.botToken"],
  ["missing_scope", "DENIED", "manifest"],
  ["something_new", "REFUSED", "something_new"],
] as const)("%s is given up, and says what to do", async (error, code, words) => {
  await using bench = await openBench(redis.url);
  bench.slack.faults.add({ faults: [{ fault: "error", error }] });

  await expect(bench.deliver(bench.delivery("answer"))).rejects.toMatchObject({
    code,
    retry: false,
    say: expect.stringContaining(words),
  });
  expect(bench.slack.messages(bench.channel)).toEqual([]);
});

test("the token and the response_url are in no log line and in no error", async () => {
  await using bench = await openBench(redis.url);
  const { slack, channel, user } = bench;
  const reply = await bench.replyIn(channel);
  const place = { person: user.id, private: true, reply };
  const faults = [
    { fault: "error", error: "invalid_blocks" },
    { fault: "lost-reply" },
    { fault: "status", status: 503 },
    { fault: "rate-limited", retryAfter: 1 },
    { fault: "error", error: "invalid_auth" },
    { fault: "reset" },
  ] as const;
  const said: string[] = [];
  for (const fault of faults) {
    for (const given of [{}, { place }]) {
      const rule = slack.faults.add({ faults: [fault], times: 2 });
      const delivery = bench.delivery("answer", { ...given, id: `${said.length}`, subject: `${said.length}` });
      await bench
        .process()
        .post(delivery, AbortSignal.timeout(5_000))
        .catch((thrown: unknown) => {
          said.push(
            JSON.stringify(thrown, Object.getOwnPropertyNames(thrown as object)),
            String((thrown as Error).stack),
          );
        });
      said.push("");
      rule();
    }
  }

  expect(said.join("")).toContain("invalid_auth");
  expect(bench.lines.join("")).toContain("slack refused the blocks");
  const all = [...bench.lines, ...said].join("\n");
  expect(all).not.toContain(botToken);
  expect(all).not.toContain(reply.url);
  expect(all).not.toContain(reply.url.split("/").at(-1));
});
