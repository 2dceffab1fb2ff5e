/** Files that go along with answers, and progress between placeholder and answer. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AnswerDocument } from "../../../../src/message/delivery.ts";
import { startTestRedis, type TestRedis } from "../../../support/redis.ts";
import { type Bench, openBench, say } from "./bench.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const bytes = Buffer.from("gzipped lines");
const fileNamed = (name: string) => ({ id: `id of ${name}`, name, type: "application/gzip", bytes: bytes.length });
const answerWith = (...names: string[]): AnswerDocument => ({
  ...{ command: "capture", args: {}, clusters: ["lab"], askedAt: "2026-11-20T12:00:00Z", window: null, result: null },
  ...{ coverage: null, sources: [], message: say("captured"), copyAs: [], files: names.map(fileNamed) },
});
const files = {
  find: async (id: string) =>
    id.includes("gone") ? undefined : ({ name: id, type: "application/gzip", body: bytes } as const),
};
const link = (id: string) => `https://bot.example/artifacts/${encodeURIComponent(id)}`;
const artifacts = { keep: async () => "unused", link };
const carriers = ({ slack, channel }: Bench) => slack.messages(channel).filter((message) => message.files.length > 0);
const answerOf = ({ slack, channel }: Bench) =>
  JSON.stringify(slack.messages(channel).find(({ blocks }) => blocks.length > 0)?.blocks);

describe("a file of an answer", () => {
  test("comes into its thread, once, byte for byte, however often it is delivered", async () => {
    await using bench = await openBench(redis.url);
    const { slack, channel } = bench;
    const platform = bench.process({ files, artifacts });
    const delivery = bench.delivery("answer", { answer: answerWith("a.jsonl.gz", "b.jsonl.gz") });

    await bench.deliver(bench.delivery("placeholder"), platform);
    await bench.deliver(delivery, platform);
    await bench.deliver(delivery, bench.process({ files, artifacts }));

    const [answer, ...others] = slack.messages(channel);
    expect(others.map(({ threadTs }) => threadTs)).toEqual([answer?.ts, answer?.ts]);
    expect(slack.files().map(({ filename }) => filename)).toEqual(["a.jsonl.gz", "b.jsonl.gz"]);
    expect(slack.files().map((file) => file.bytes?.equals(bytes))).toEqual([true, true]);
    expect(answerOf(bench)).not.toContain("artifacts");
  });

  test.each(["lost-reply", "reset"] as const)("is shared once after a %s", async (fault) => {
    await using bench = await openBench(redis.url);
    bench.slack.faults.add({ methods: ["files.completeUploadExternal"], faults: [{ fault }], times: 1 });

    await bench.deliver(bench.delivery("answer", { answer: answerWith("a.gz") }), bench.process({ files }));

    expect(carriers(bench)).toHaveLength(1);
  });

  test("is a link where Slack takes none, and what was decided stays", async () => {
    await using bench = await openBench(redis.url, { scopes: ["chat:write", "channels:history", "commands"] });
    const platform = bench.process({ files, artifacts });
    const delivery = bench.delivery("answer", { answer: answerWith("a.gz") });

    await bench.deliver(delivery, platform);
    const asked = bench.slack.calls("files.getUploadURLExternal").length;
    await bench.deliver(delivery, platform);

    expect(answerOf(bench)).toContain(link("id of a.gz"));
    expect(bench.slack.calls("files.getUploadURLExternal")).toHaveLength(asked);
    expect(bench.slack.messages(bench.channel)).toHaveLength(1);
  });

  test("that is gone, or has no address, is said with what to do", async () => {
    await using bench = await openBench(redis.url);
    await bench.deliver(bench.delivery("answer", { answer: answerWith("gone.gz") }), bench.process({ files }));

    expect(carriers(bench)).toEqual([]);
    expect(answerOf(bench)).toContain("gone.gz");
    expect(answerOf(bench)).toContain("http.publicUrl");
  });

  test.each([true, false])("of a private answer is a link alone (links: %s)", async (linked) => {
    await using bench = await openBench(redis.url);
    const { slack, channel, user } = bench;
    const place = { person: user.id, private: true, reply: await bench.replyIn(channel) };
    const platform = bench.process({ files, ...(linked && { artifacts }) });

    await bench.deliver(bench.delivery("answer", { place, answer: answerWith("a.gz") }), platform);

    const shown = JSON.stringify(slack.ephemerals());
    expect(shown).toContain(linked ? link("id of a.gz") : "Ask without --private in a channel that the bot has joined");
    expect([slack.messages(channel), slack.files()]).toEqual([[], []]);
  });

  test("where the bot is no member is a link too", async () => {
    await using bench = await openBench(redis.url, { joined: false });
    const { slack, channel, user } = bench;
    const place = { person: user.id, reply: await bench.replyIn(channel) };
    const platform = bench.process({ files, artifacts });

    await bench.deliver(bench.delivery("answer", { place, answer: answerWith("a.gz") }), platform);

    expect(JSON.stringify(slack.messages(channel))).toContain(link("id of a.gz"));
  });
});

describe("progress", () => {
  const stop = { kind: "actions", actions: [{ label: "stop", command: "cancel 1" }] } as const;
  const progress = (bench: Bench, at: number) =>
    bench.delivery("progress", { id: `p${at}`, message: say(`Working on: ${at} flows`, [stop]) });
  const textsOf = ({ slack, channel }: Bench) =>
    slack.messages(channel).map(({ versions }) => versions.map(({ text }) => text.trim()));
  const buttonsOf = ({ slack, channel }: Bench) =>
    slack
      .messages(channel)
      .flatMap(({ versions }) => versions)
      .flatMap(({ blocks }) => JSON.stringify(blocks).match(/"value":"[\w-]{22}"/g) ?? []);

  test("edits the placeholder, with the same button, until the answer does", async () => {
    await using bench = await openBench(redis.url);
    await bench.deliver(bench.delivery("placeholder", { message: say("Working on: it", [stop]) }));
    for (const at of [1, 2]) await bench.deliver(progress(bench, at));
    await bench.deliver(bench.delivery("answer"));

    expect(textsOf(bench)).toEqual([
      [/Working on: it/, /1 flows/, /2 flows/, /12 packets dropped/].map((text) => expect.stringMatching(text)),
    ]);
    expect(buttonsOf(bench)).toHaveLength(3);
    expect(new Set(buttonsOf(bench)).size).toBe(1);
  });

  test("shows nothing where there is no placeholder, and leaves calls to others", async () => {
    await using bench = await openBench(redis.url);
    await bench.deliver(progress(bench, 1));
    expect(bench.slack.messages(bench.channel)).toEqual([]);

    await bench.deliver(bench.delivery("placeholder"));
    for (let at = 0; at < 8; at++) await bench.deliver(progress(bench, at));
    expect(bench.slack.calls("chat.update").length).toBeLessThan(6);
  });

  test("of which nobody knows whether it was shown cannot overwrite the answer", async () => {
    await using bench = await openBench(redis.url);
    const { slack } = bench;
    await bench.deliver(bench.delivery("placeholder"));
    slack.faults.add({ methods: ["chat.update"], faults: [{ fault: "lost-reply" }], times: 1 });
    const began = Date.now();

    await expect(bench.process().post(progress(bench, 1), AbortSignal.timeout(5_000))).rejects.toBeDefined();
    const attempts = await bench.deliver(bench.delivery("answer"));

    expect(attempts).toBeGreaterThan(1);
    expect(Date.now() - began).toBeGreaterThanOrEqual(400);
    expect(textsOf(bench)[0]?.at(-1)).toContain("12 packets dropped");
  });
});
