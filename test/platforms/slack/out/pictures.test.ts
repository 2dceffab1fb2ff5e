import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ChartSpec } from "../../../../src/message/chart.ts";
import { chartLines } from "../../../../src/message/chart-text.ts";
import type { SlackOutOptions } from "../../../../src/platforms/slack/out/options.ts";
import { startTestRedis, type TestRedis } from "../../../support/redis.ts";
import type { Fault } from "../../../support/slack/faults.ts";
import { asList, asObject } from "../../../support/slack/json.ts";
import type { SlackOptions } from "../../../support/slack/options.ts";
import type { Message } from "../../../support/slack/state/messages.ts";
import { type Bench, openBench } from "./bench.ts";
import { charted, drawnAs, opsChart, rankingChart } from "./charts.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const paint = async (chart: ChartSpec) => drawnAs(chart);
const message = charted(opsChart());
const [number = "no number"] = chartLines(opsChart());
const href = "https://bot.example/artifacts/1";
const artifacts = { keep: async () => href, link: () => href };
const writing = ["chat:write", "channels:history", "commands"];

type Options = Partial<SlackOptions> & Partial<Pick<SlackOutOptions, "artifacts" | "paint" | "charts">>;
const open = (options: Options & { readonly joined?: boolean } = {}) => openBench(redis.url, { paint, ...options });

const answersOf = ({ slack, channel }: Bench) => slack.messages(channel).filter(({ blocks }) => blocks.length > 0);
const carriers = ({ slack, channel }: Bench) => slack.messages(channel).filter(({ files }) => files.length > 0);
const imagesIn = (message: Pick<Message, "blocks"> | undefined) =>
  message?.blocks.filter(({ type }) => type === "image").map(({ slack_file: file }) => asObject(file)["id"]) ?? [];
const picturesOf = (bench: Bench) => bench.slack.files().filter(({ step }) => step === "completed");
const json = (value: unknown) => JSON.stringify(value);

/** One answer, one picture in it, and its numbers below. */
function expectPictured(bench: Bench, title = "BPF map ops"): void {
  const [answer, ...others] = answersOf(bench);
  expect(others).toEqual([]);
  expect(imagesIn(answer)).toHaveLength(1);
  expect(json(answer?.blocks)).toContain(number);
  const shown = bench.slack.files().find(({ id }) => id === imagesIn(answer)[0]);
  expect(shown?.bytes?.toString("latin1").endsWith(title)).toBe(true);
  expect(carriers(bench)).toEqual([]);
}

test("an answer stands with its numbers, then its picture comes into it, once", async () => {
  let drawn = 0;
  await using bench = await open({
    paint(chart) {
      drawn++;
      return paint(chart);
    },
  });
  const { slack, channel } = bench;
  const delivery = bench.delivery("answer", { message });

  await bench.deliver(bench.delivery("placeholder"));
  await bench.deliver(delivery);
  await bench.deliver(delivery);

  expectPictured(bench);
  const [answer] = slack.messages(channel);
  const [, first, second] = answer?.versions ?? [];
  expect(json(first?.blocks)).toContain("BPF map ops");
  expect(json(first?.blocks)).toContain(number);
  expect(imagesIn(first)).toEqual([]);
  expect(imagesIn(second)).toHaveLength(1);
  expect(second?.blocks.find(({ type }) => type === "image")).toMatchObject({
    alt_text: expect.stringContaining(`BPF map ops. ${number}`),
  });
  expect(drawn).toBe(1);
  expect(picturesOf(bench)).toHaveLength(1);
  expect(picturesOf(bench)[0]).toMatchObject({ filename: expect.stringMatching(/^chart-.*-1\.png$/), shares: [] });
  expect(picturesOf(bench)[0]?.altText).toContain(number);
  expect(bench.counted.filter((name) => name.startsWith("picture"))).toEqual(["picture shown"]);
  expect(slack.leftovers()).toEqual([]);
});

test("four charts have pictures of their own, in their places, and a fifth says why it has none", async () => {
  await using bench = await open();
  const titles = ["one", "two", "three", "four", "five"];

  await bench.deliver(bench.delivery("answer", { message: charted(...titles.map((title) => opsChart(title))) }));

  const [answer] = answersOf(bench);
  const files = new Map(bench.slack.files().map(({ id, bytes }) => [id, bytes?.toString("latin1").slice(4)]));
  expect(imagesIn(answer).map((id) => files.get(String(id)))).toEqual(titles.slice(0, 4));
  expect(answer?.blocks.map(({ type }) => type)).toEqual([
    "header",
    ...titles.slice(0, 4).flatMap(() => ["image", "context"]),
    "rich_text",
    "context",
  ]);
  expect(json(answer?.blocks.at(-2))).toContain("Only 4 pictures are drawn for one answer.");
});

test("in a thread and in a conversation of two as well", async () => {
  await using bench = await open();
  const { slack, channel, user } = bench;
  const root = slack.say({ text: "why?", user, channel });
  const im = slack.workspace.openIm(user.id);

  await bench.deliver(bench.delivery("answer", { message, place: { person: user.id, thread: root.ts } }));
  const there = { conversation: `slack:T0001/${im.id}`, subject: "im", id: "im:answer" };
  await bench.deliver(bench.delivery("answer", { message, ...there }));

  expect(answersOf(bench).map((answer) => imagesIn(answer).length)).toEqual([1]);
  expect(slack.messages(im).map((answer) => imagesIn(answer).length)).toEqual([1]);
});

const faults: readonly (readonly [string, Fault])[] = [
  ["files.getUploadURLExternal", { fault: "reset" }],
  ["files.getUploadURLExternal", { fault: "lost-reply" }],
  ["files.getUploadURLExternal", { fault: "rate-limited", retryAfter: 1 }],
  ["upload", { fault: "lost-reply" }],
  ["upload", { fault: "status", status: 504 }],
  ["files.completeUploadExternal", { fault: "lost-reply" }],
  ["files.completeUploadExternal", { fault: "reset" }],
  ["files.completeUploadExternal", { fault: "rate-limited", retryAfter: 1 }],
  ["files.info", { fault: "reset" }],
  ["files.info", { fault: "rate-limited", retryAfter: 1 }],
  ["chat.update", { fault: "lost-reply" }],
  ["chat.update", { fault: "rate-limited", retryAfter: 1 }],
  ["chat.update", { fault: "error", error: "invalid_blocks" }],
  ["users.info", { fault: "hang" }],
];

test.each(faults)("%s and %j: one picture", async (method, fault) => {
  await using bench = await open();
  bench.slack.faults.add({ methods: [method], faults: [fault], times: 1 });

  await bench.deliver(bench.delivery("answer", { message }));

  expectPictured(bench);
  const lost = method === "files.getUploadURLExternal" && fault.fault === "lost-reply" ? 1 : 0;
  expect(bench.slack.leftovers()).toHaveLength(lost);
});

test("without files:read Slack tells by refusing whether the picture can be shown", async () => {
  await using bench = await open({ scopes: [...writing, "files:write"] });
  bench.slack.faults.add({
    methods: ["chat.update"],
    faults: [{ fault: "error", error: "invalid_blocks" }],
    times: 2,
  });

  await bench.deliver(bench.delivery("answer", { message }));

  expectPictured(bench);
  expect(bench.slack.calls("files.info").map(({ outcome }) => outcome)).toEqual(["missing_scope"]);
});

describe("a picture that Slack does not show in the answer", () => {
  test.each([
    ["never looked at", "files.completeUploadExternal", { fault: "unseen" }, 1],
    ["refused", "chat.update", { fault: "error", error: "invalid_blocks" }, 4],
  ] as const)(
    "because it is %s goes into the thread, once",
    async (_, method, fault, times) => {
      await using bench = await open();
      const { slack, channel } = bench;
      slack.faults.add({ methods: [method], faults: [fault], times });
      const delivery = bench.delivery("answer", { message });

      await bench.deliver(delivery);
      await bench.deliver(delivery);

      const [answer, file, ...others] = slack.messages(channel);
      expect([others, imagesIn(answer)]).toEqual([[], []]);
      expect(file?.threadTs).toBe(answer?.ts);
      expect(json(answer?.blocks)).toContain("The picture is in the thread.");
      expect(json(answer?.blocks)).toContain(number);
      expect(bench.counted.filter((name) => name.startsWith("picture"))).toEqual(["picture thread"]);
    },
    40_000,
  );

  test("stays in the thread, although Slack would show it by the time another process goes on", async () => {
    await using bench = await open();
    const { slack, channel } = bench;
    slack.faults.add({
      methods: ["chat.update"],
      faults: [{ fault: "error", error: "invalid_blocks" }],
      times: 4,
    });
    const delivery = bench.delivery("answer", { message });
    let completed = 0;
    let died: () => void = () => undefined;
    const death = new Promise<void>((resolve) => {
      died = resolve;
    });
    const dying = bench.process({
      async fetch(input, init) {
        const response = await fetch(input, init);
        if (!String(input).endsWith("files.completeUploadExternal") || ++completed < 2) return response;
        died();
        return await new Promise<never>(() => undefined);
      },
    });
    await Promise.race([death, bench.deliver(delivery, dying)]);

    await bench.deliver(delivery);

    const [answer, file, ...others] = slack.messages(channel);
    expect([imagesIn(answer), file?.files.length, others]).toEqual([[], 1, []]);
  });

  test.each([
    ["says so", {}, "Compare its scopes with the manifest", "failed"],
    ["is a link", { artifacts }, href, "link"],
  ] as const)("because the bot may upload nothing %s", async (_, options, said, end) => {
    await using bench = await open({ scopes: writing, ...options });
    const delivery = bench.delivery("answer", { message });

    await bench.deliver(delivery);
    const asked = bench.slack.calls("files.getUploadURLExternal").length;
    await bench.deliver(delivery);

    const [answer] = answersOf(bench);
    expect(json(answer?.blocks)).toContain(said);
    expect(json(answer?.blocks)).toContain(number);
    expect(bench.slack.calls("files.getUploadURLExternal")).toHaveLength(asked);
    expect(bench.counted.filter((name) => name.startsWith("picture"))).toEqual([`picture ${end}`]);
  });

  test("when uploads stay limited is left out, and the conversation does not wait for it", async () => {
    await using bench = await open();
    bench.slack.faults.add({
      methods: ["files.getUploadURLExternal"],
      faults: [{ fault: "rate-limited", retryAfter: 30 }],
    });

    expect(await bench.deliver(bench.delivery("answer", { message }))).toBe(1);

    const [answer] = answersOf(bench);
    expect(json(answer?.blocks)).toContain("Slack takes no more messages for a while.");
    expect(json(answer?.blocks)).toContain(number);
  });
});

test.each([
  ["fails", () => Promise.reject(new Error("no font"))],
  ["never ends", () => new Promise<never>(() => undefined)],
])("drawing that %s leaves the numbers, and says so", async (_, broken) => {
  await using bench = await open({ paint: broken });
  const delivery = bench.delivery("answer", { message });

  await bench.deliver(delivery);
  await bench.deliver(delivery);

  const [answer] = answersOf(bench);
  expect(json(answer?.blocks)).toMatch(/The picture could not be drawn( in time)?\./);
  expect(json(answer?.blocks)).toContain(number);
  expect(bench.counted.filter((name) => name.startsWith("picture"))).toEqual(["picture failed"]);
  expect(bench.lines.join("")).toContain("a picture could not be drawn");
  expect(bench.slack.files()).toEqual([]);
});

test("a picture that Slack does not take any more is left out of a repeated answer, which keeps all else", async () => {
  await using bench = await open();
  const delivery = bench.delivery("answer", { message });
  await bench.deliver(delivery);
  bench.slack.faults.add({
    methods: ["chat.update"],
    faults: [{ fault: "error", error: "invalid_blocks" }],
    times: 1,
  });

  await bench.deliver(delivery);

  const [answer] = answersOf(bench);
  expect(imagesIn(answer)).toEqual([]);
  expect(json(answer?.blocks)).toContain("Slack does not show the picture here.");
  expect(json(answer?.blocks)).toContain(number);
  expect(picturesOf(bench)).toHaveLength(1);
});

describe("an answer for one person alone", () => {
  test.each([
    ["is its numbers and a link", { artifacts }, true],
    ["is its numbers where there are no links", {}, false],
    ["is its numbers where drawing fails", { artifacts, paint: () => Promise.reject(new Error("x")) }, false],
  ])("%s", async (_, options, linked) => {
    await using bench = await open(options);
    const { slack, channel, user } = bench;
    const place = { person: user.id, private: true, reply: await bench.replyIn(channel) };
    const delivery = bench.delivery("answer", { message, place });

    await bench.deliver(delivery);
    await bench.deliver(delivery);

    const shown = slack.ephemerals();
    expect(shown).toHaveLength(1);
    expect(json(shown)).toContain(number);
    expect(json(shown).includes(href)).toBe(linked);
    expect([slack.messages(channel), slack.files()]).toEqual([[], []]);
  });

  test("does not wait for a picture that never comes", async () => {
    await using bench = await open({ artifacts, paint: () => new Promise<never>(() => undefined) });
    const place = { person: bench.user.id, private: true, reply: await bench.replyIn(bench.channel) };

    expect(await bench.deliver(bench.delivery("answer", { message, place }))).toBe(1);

    expect(json(bench.slack.ephemerals())).toContain(number);
  });

  test("and one for a conversation that the bot has not joined look the same", async () => {
    await using bench = await open({ joined: false, artifacts });
    const { slack, channel, user } = bench;
    const place = { person: user.id, reply: await bench.replyIn(channel) };

    await bench.deliver(bench.delivery("answer", { message, place }));

    expect(json(slack.messages(channel))).toContain(href);
    expect(json(slack.messages(channel))).toContain(number);
  });
});

describe("Slack's own charts", () => {
  const native = { charts: "native" } as const;
  const visible = (bench: Bench) => answersOf(bench)[0]?.blocks.map(({ type }) => type);

  test("stand in the answer from the beginning, without a file, and say what they leave out", async () => {
    await using bench = await open(native);

    await bench.deliver(bench.delivery("answer", { message: charted(opsChart(), rankingChart(30)) }));

    expect(visible(bench)).toEqual(["header", "data_visualization", "context", "data_visualization", "context"]);
    expect(answersOf(bench)[0]?.versions).toHaveLength(1);
    expect(json(answersOf(bench))).toContain(number);
    expect(json(answersOf(bench))).toContain("shows 20 points for 241: each is the highest value in its 3 min.");
    expect(json(answersOf(bench))).toContain("shows 20 of 30 bars.");
    expect(bench.slack.files()).toEqual([]);
  });

  test("are at most two; the third chart and one with a gap are pictures", async () => {
    await using bench = await open(native);
    const gap = { ...opsChart("gap"), series: [{ name: "a", points: [0, 1, 60_000].map((at) => [at, 1] as const) }] };

    await bench.deliver(
      bench.delivery("answer", { message: charted(gap, opsChart("a"), opsChart("b"), opsChart("c")) }),
    );

    expect(visible(bench)?.filter((type) => type !== "context")).toEqual([
      ...["header", "image", "data_visualization", "data_visualization", "image"],
    ]);
  });

  test("that Slack refuses become pictures, and the answer is there at once", async () => {
    await using bench = await open(native);
    bench.slack.faults.add({
      methods: ["chat.postMessage"],
      faults: [{ fault: "error", error: "invalid_blocks" }],
      times: 1,
    });

    await bench.deliver(bench.delivery("answer", { message }));
    await bench.deliver(bench.delivery("answer", { message }));

    expectPictured(bench);
    expect(bench.slack.calls("chat.postMessage")).toHaveLength(2);
  });

  test("are shown privately too", async () => {
    await using bench = await open(native);
    const place = { person: bench.user.id, private: true, reply: await bench.replyIn(bench.channel) };

    await bench.deliver(bench.delivery("answer", { message, place }));

    expect(json(bench.slack.ephemerals())).toContain("data_visualization");
  });
});

test.each([
  ["none are wanted", { charts: "none" as const }],
  ["there is nothing to draw with", { paint: undefined as never }],
])("where %s charts are their numbers, and nothing is uploaded", async (_, options) => {
  await using bench = await open(options);

  await bench.deliver(bench.delivery("answer", { message }));

  expect(answersOf(bench)[0]?.blocks.map(({ type }) => type)).toEqual(["header", "rich_text", "context"]);
  expect(json(answersOf(bench))).toContain(number);
  expect([bench.slack.files(), bench.slack.calls("users.info")]).toEqual([[], []]);
});

test("a chart without a value has no picture", async () => {
  await using bench = await open();
  const empty = { ...opsChart(), series: [{ name: "a", points: [[1, null] as const] }] };

  await bench.deliver(bench.delivery("answer", { message: charted(empty) }));

  expect(json(answersOf(bench))).toContain("a: no data");
  expect(bench.slack.files()).toEqual([]);
});

describe("the clock of whoever asked", () => {
  const seen = () => {
    const zones: unknown[] = [];
    const look = (chart: ChartSpec) => {
      zones.push("zone" in chart ? chart.zone : undefined);
      return paint(chart);
    };
    return { zones, look };
  };

  test("stands in pictures over time, and Slack is asked for it once", async () => {
    const { zones, look } = seen();
    await using bench = await open({ paint: look });
    const more = { ...opsChart("own"), zone: "Asia/Tokyo" };

    await bench.deliver(
      bench.delivery("answer", { message: charted(opsChart("a"), opsChart("b"), more, rankingChart(3)) }),
    );

    expect(zones).toEqual(["Europe/Berlin", "Europe/Berlin", "Asia/Tokyo", undefined]);
    expect(bench.slack.calls("users.info")).toHaveLength(1);
  });

  test("is left out where the bot may not know it, which is asked once for all", async () => {
    const { zones, look } = seen();
    await using bench = await open({ paint: look, scopes: [...writing, "files:write", "files:read"] });
    const other = bench.slack.workspace.addUser({ name: "bob" });

    await bench.deliver(bench.delivery("answer", { message }));
    const place = { person: other.id };
    await bench.deliver(bench.delivery("answer", { message, place, subject: "b", id: "b:answer" }));

    expect(zones).toEqual([undefined, undefined]);
    expect(bench.slack.calls("users.info")).toHaveLength(1);
  });

  test("is left out where nobody knows it", async () => {
    const { zones, look } = seen();
    await using bench = await open({ paint: look });
    const odd = bench.slack.workspace.addUser({ name: "odd", tz: "Mars/Olympus" });

    await bench.deliver(bench.delivery("answer", { message, place: { person: odd.id } }));

    expect(zones).toEqual([undefined]);
  });
});

test("what Slack's own chart is given is what was measured", async () => {
  await using bench = await open({ charts: "native" });

  await bench.deliver(bench.delivery("answer", { message: charted(rankingChart(2)) }));

  const chart = answersOf(bench)[0]?.blocks.find(({ type }) => type === "data_visualization")?.["chart"];
  expect(asList(asObject(chart)["series"])).toEqual([
    {
      name: "%",
      data: [
        { label: "map 0", value: 200 },
        { label: "map 1", value: 100 },
      ],
    },
  ]);
});
