import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestRedis, type TestRedis } from "../../../support/redis.ts";
import type { Fault } from "../../../support/slack/faults.ts";
import { type Bench, openBench, team } from "./bench.ts";
import { lastRow, longMessage } from "./long.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const message = longMessage;
const scopes = ["chat:write", "channels:history", "commands"];

/** The messages that carry a file, as the conversation shows them. */
const carriers = ({ slack, channel }: Bench) => slack.messages(channel).filter(({ files }) => files.length > 0);

function expectWhole(bench: Bench): void {
  const [answer] = bench.slack.messages(bench.channel).filter(({ blocks }) => blocks.length > 0);
  expect(JSON.stringify(answer?.blocks)).toContain("The whole answer is in the file.");
  expect(carriers(bench)).toHaveLength(1);
  const [id] = carriers(bench)[0]?.files ?? [];
  const text = bench.slack
    .files()
    .find((file) => file.id === id)
    ?.bytes?.toString("utf8");
  expect(text).toContain(lastRow);
}

test("the whole of a long answer follows as a file in its thread, once", async () => {
  await using bench = await openBench(redis.url);
  const { slack, channel } = bench;

  await bench.deliver(bench.delivery("placeholder"));
  await bench.deliver(bench.delivery("answer", { message }));
  await bench.deliver(bench.delivery("answer", { message }));

  const [answer, file, ...others] = slack.messages(channel);
  expect(others).toEqual([]);
  expect(JSON.stringify(answer?.blocks)).toContain("The whole answer is in the file.");
  expect(file?.threadTs).toBe(answer?.ts);
  expectWhole(bench);
  expect(slack.files()[0]?.filename).toMatch(/^answer-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.txt$/);
  expect(
    slack
      .calls()
      .map(({ method }) => method)
      .slice(0, 5),
  ).toEqual([
    "chat.postMessage",
    "chat.update",
    "files.getUploadURLExternal",
    "upload",
    "files.completeUploadExternal",
  ]);
  expect(slack.leftovers()).toEqual([]);
});

test("in a thread and in a conversation of two as well", async () => {
  await using bench = await openBench(redis.url);
  const { slack, channel, user } = bench;
  const root = slack.say({ text: "why?", user, channel });
  const im = slack.workspace.openIm(user.id);

  await bench.deliver(bench.delivery("answer", { message, place: { person: user.id, thread: root.ts } }));
  const there = { conversation: `slack:${team}/${im.id}`, subject: "im", id: "im:answer" };
  await bench.deliver(bench.delivery("answer", { message, ...there }));

  expect(carriers(bench).map(({ threadTs }) => threadTs)).toEqual([root.ts]);
  expect(slack.messages(im).map(({ files }) => files.length)).toEqual([0, 1]);
});

const faults: readonly (readonly [string, Fault])[] = [
  ["files.getUploadURLExternal", { fault: "reset" }],
  ["upload", { fault: "lost-reply" }],
  ["upload", { fault: "status", status: 504 }],
  ["files.completeUploadExternal", { fault: "lost-reply" }],
  ["files.completeUploadExternal", { fault: "reset" }],
  ["files.completeUploadExternal", { fault: "error", error: "file_update_failed" }],
  ["files.completeUploadExternal", { fault: "rate-limited", retryAfter: 1 }],
  ["files.completeUploadExternal", { fault: "unshared" }],
  ["files.info", { fault: "reset" }],
];

test.each(faults)("%s and %j: the file is shared once", async (method, fault) => {
  await using bench = await openBench(redis.url);
  bench.slack.faults.add({ methods: [method], faults: [fault], times: 1 });

  await bench.deliver(bench.delivery("answer", { message }));

  expectWhole(bench);
  expect(bench.slack.leftovers()).toEqual([]);
});

test.each(["lost-reply", "reset"] as const)(
  "%s of the completion without files:read: still shared once",
  async (fault) => {
    await using bench = await openBench(redis.url, { scopes: [...scopes, "files:write"] });
    bench.slack.faults.add({ methods: ["files.completeUploadExternal"], faults: [{ fault }], times: 1 });

    await bench.deliver(bench.delivery("answer", { message }));

    await expect.poll(() => carriers(bench).length, { timeout: 5_000 }).toBe(1);
    expectWhole(bench);
  },
);

test("an address that ran out between two attempts is replaced", async () => {
  await using bench = await openBench(redis.url);
  const { slack } = bench;
  slack.faults.add({ methods: ["upload"], faults: [{ fault: "reset" }], times: 1 });
  await expect(
    bench.process().post(bench.delivery("answer", { message }), AbortSignal.timeout(5_000)),
  ).rejects.toMatchObject({ retry: true });
  slack.faults.add({ methods: ["upload"], faults: [{ fault: "status", status: 404 }], times: 1 });

  await bench.deliver(bench.delivery("answer", { message }));

  expectWhole(bench);
  expect(slack.calls("files.getUploadURLExternal")).toHaveLength(2);
});

const link = "https://bot.example/artifacts/1";

test.each([
  ["without the scope", { scopes }, undefined],
  [
    "without the scope, with artifacts",
    { scopes, artifacts: { keep: () => Promise.resolve(link), link: () => link } },
    undefined,
  ],
  [
    "when artifacts fail too",
    { scopes, artifacts: { keep: () => Promise.reject(new Error("full")), link: () => link } },
    undefined,
  ],
  ["when Slack never shares it", {}, { fault: "unshared" } as const],
])("no file %s: the summary stays and says where the rest is", async (_, options, fault) => {
  await using bench = await openBench(redis.url, options);
  const { slack, channel } = bench;
  if (fault) slack.faults.add({ methods: ["files.completeUploadExternal"], faults: [fault] });
  await bench.deliver(bench.delivery("placeholder"));

  await bench.deliver(bench.delivery("answer", { message }));
  const asked = slack.calls("files.getUploadURLExternal").length;
  await bench.deliver(bench.delivery("answer", { message }));

  // What was decided stays decided.
  expect(slack.calls("files.getUploadURLExternal")).toHaveLength(asked);
  const [answer, ...others] = slack.messages(channel);
  const shown = JSON.stringify(answer?.blocks);
  expect(others).toEqual([]);
  expect(shown).toContain("A thousand rows");
  expect(shown).toContain(
    String("artifacts" in options && !bench.lines.join("").includes("full") ? link : "ask for less"),
  );
  expect(shown).not.toContain("in the file");
  expect(bench.lines.join("")).toMatch(/slack takes no file|never shared a file/);
});

test("bytes go nowhere but to Slack", async () => {
  await using bench = await openBench(redis.url);
  const elsewhere = bench.process({
    async fetch(input, init) {
      const response = await fetch(input, init);
      if (!String(input).endsWith("files.getUploadURLExternal")) return response;
      const answer = { ...((await response.json()) as object), upload_url: "http://169.254.169.254/steal" };
      return new Response(JSON.stringify(answer), { headers: { "content-type": "application/json" } });
    },
  });

  await bench.deliver(bench.delivery("answer", { message }), elsewhere);

  expect(bench.counted).toContain("upload refused");
  expect(JSON.stringify(bench.slack.messages(bench.channel))).toContain("ask for less");
});
