import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chartLines } from "../../../../src/message/chart-text.ts";
import type { Delivery } from "../../../../src/message/delivery.ts";
import { startTestRedis, type TestRedis } from "../../../support/redis.ts";
import { lossy } from "../../../support/slack/faults.ts";
import { asObject } from "../../../support/slack/json.ts";
import { type Bench, openBench } from "./bench.ts";
import { charted, drawnAs, opsChart } from "./charts.ts";
import { lastRow, longMessage } from "./long.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

/** A process that ends at its nth request: before it leaves, or when Slack has done it. Whoever waits for it waits for ever. */
function dying(nth: number, when: "before" | "after") {
  let made = 0;
  let died: () => void = () => undefined;
  const death = new Promise<"died">((resolve) => {
    died = () => resolve("died");
  });
  const request: typeof fetch = async (input, init) => {
    const last = made++ === nth;
    if (last && when === "before") died();
    else if (made <= nth + 1) {
      const response = await fetch(input, init);
      if (!last) return response;
      await response.arrayBuffer();
      died();
    }
    return await new Promise<never>(() => undefined);
  };
  return { fetch: request, death };
}

/** Delivers in order by a process that dies, and what is left by another. Returns whether it died. */
async function deliverThroughDeath(
  bench: Bench,
  deliveries: readonly Delivery[],
  nth: number,
  when: "before" | "after",
) {
  const { fetch: request, death } = dying(nth, when);
  const first = bench.process({ fetch: request });
  const ended = await Promise.race([
    death,
    (async () => {
      for (const delivery of deliveries) await bench.deliver(delivery, first);
      return "done";
    })(),
  ]);
  // A delivery that was done may be repeated too: the process died before it could take it off the list.
  for (const delivery of deliveries) await bench.deliver(delivery, bench.process());
  return ended === "died";
}

/** Slack forgets an upload that nobody completes (page files.completeUploadExternal). */
const withoutUploads = (leftovers: readonly string[]) => leftovers.filter((left) => !left.startsWith("the upload of"));

/** What the pictures in the conversation's one answer show. */
function picturesIn({ slack, channel }: Bench): (string | undefined)[] {
  const [answer] = slack.messages(channel).filter(({ blocks }) => blocks.length > 0);
  return (answer?.blocks ?? []).flatMap((block) => {
    if (block["type"] !== "image") return [];
    const file = slack.files().find(({ id }) => id === asObject(block["slack_file"])["id"]);
    return [file?.bytes?.toString("latin1").slice(4)];
  });
}

describe.each(["before", "after"] as const)("a process that dies %s a request", (when) => {
  test("leaves one answer and one file, whichever request it was", async () => {
    let nth = 0;
    for (let died = true; died; nth++) {
      await using bench = await openBench(redis.url);
      const { slack, channel } = bench;
      const deliveries = [bench.delivery("placeholder"), bench.delivery("answer", { message: longMessage })];

      died = await deliverThroughDeath(bench, deliveries, nth, when);

      const shown = slack.messages(channel).map(({ text, files }) => (files.length > 0 ? "file" : text.split("\n")[0]));
      expect([nth, ...shown]).toEqual([nth, expect.stringContaining("A thousand rows"), "file"]);
      expect(JSON.stringify(slack.messages(channel)[0]?.blocks)).toContain("The whole answer is in the file.");
      const shared = slack.files().filter(({ shares }) => shares.length > 0);
      expect(shared.map(({ bytes }) => bytes?.toString().includes(lastRow))).toEqual([true]);
      expect(withoutUploads(slack.leftovers())).toEqual([]);
      expect(bench.counted).not.toContain("stray");
    }
    // Post, edit, address, bytes, completion, and at least one look at the shares.
    expect(nth).toBeGreaterThan(6);
  });

  test("leaves one answer with one picture in it, whichever request it was", async () => {
    let nth = 0;
    for (let died = true; died; nth++) {
      await using bench = await openBench(redis.url, { paint: async (chart) => drawnAs(chart) });
      const deliveries = [bench.delivery("placeholder"), bench.delivery("answer", { message: charted(opsChart()) })];

      died = await deliverThroughDeath(bench, deliveries, nth, when);

      expect([nth, ...picturesIn(bench)]).toEqual([nth, "BPF map ops"]);
      expect(withoutUploads(bench.slack.leftovers())).toEqual([]);
      expect(bench.counted).not.toContain("stray");
    }
    // Post, edit, zone, address, bytes, completion, a look, the edit.
    expect(nth).toBeGreaterThan(8);
  });

  test("leaves one picture in the thread where Slack shows it nowhere else", async () => {
    let nth = 0;
    for (let died = true; died; nth++) {
      await using bench = await openBench(redis.url, { paint: async (chart) => drawnAs(chart), refusesPictures: true });
      const { slack, channel } = bench;
      const deliveries = [bench.delivery("answer", { message: charted(opsChart()) })];

      died = await deliverThroughDeath(bench, deliveries, nth, when);

      const [answer, file, ...others] = slack.messages(channel);
      expect([nth, file?.files.length, others.length]).toEqual([nth, 1, 0]);
      expect(JSON.stringify(answer?.blocks)).toContain("The picture is in the thread.");
      expect(picturesIn(bench)).toEqual([]);
    }
    expect(nth).toBeGreaterThan(10);
  }, 120_000);

  test("leaves one answer from outside, two at most when it was the response_url", async () => {
    let nth = 0;
    for (let died = true; died; nth++) {
      await using bench = await openBench(redis.url, { joined: false });
      const { slack, channel, user } = bench;
      const place = { person: user.id, reply: await bench.replyIn(channel) };
      const deliveries = [bench.delivery("placeholder", { place }), bench.delivery("answer", { place })];

      died = await deliverThroughDeath(bench, deliveries, nth, when);

      const strays = bench.counted.filter((name) => name === "stray").length;
      expect(strays).toBeLessThanOrEqual(1);
      expect([nth, slack.messages(channel).length]).toEqual([nth, when === "after" ? 1 + strays : 1]);
    }
    expect(nth).toBe(3);
  });
});

test("with a third of the replies lost or refused, each of 60 commands has one answer", async () => {
  const seeds = Array.from({ length: 60 }, (_, at) => at + 1);
  const figures = { calls: 0, lost: 0, limited: 0, adopted: 0 };
  const run = async (seed: number) => {
    await using bench = await openBench(redis.url);
    const { slack, channel } = bench;
    const long = seed % 4 === 0;
    slack.faults.add(lossy(seed));

    await bench.deliver(bench.delivery("placeholder"));
    await bench.deliver(bench.delivery("answer", long ? { message: longMessage } : {}));

    const shown = slack.messages(channel).map(({ text, files }) => (files.length > 0 ? "file" : text));
    expect([seed, ...shown]).toEqual([
      seed,
      expect.stringContaining(long ? "A thousand rows" : "12 packets"),
      ...(long ? ["file"] : []),
    ]);
    if (long) expect(JSON.stringify(slack.messages(channel)[0]?.blocks)).toContain("The whole answer is in the file.");
    expect(bench.counted).not.toContain("stray");
    expect(withoutUploads(slack.leftovers())).toEqual([]);
    figures.calls += slack.calls().length;
    figures.lost += slack.calls().filter(({ fault }) => fault === "lost-reply").length;
    figures.limited += slack.calls().filter(({ status }) => status === 429).length;
    figures.adopted += bench.lines.filter((line) => line.includes("adopted")).length;
  };
  for (let at = 0; at < seeds.length; at += 20) await Promise.all(seeds.slice(at, at + 20).map(run));

  // The run tests nothing when nothing goes wrong in it.
  expect(figures.lost).toBeGreaterThan(20);
  expect(figures.limited).toBeGreaterThan(20);
  expect(figures.adopted).toBeGreaterThan(5);
}, 120_000);

test("with a third of the replies lost or refused, each of 40 answers has its picture once, or says where it is", async () => {
  const seeds = Array.from({ length: 40 }, (_, at) => at + 1);
  const figures = { lost: 0, limited: 0, shown: 0, elsewhere: 0 };
  const run = async (seed: number) => {
    await using bench = await openBench(redis.url, { paint: async (chart) => drawnAs(chart) });
    const { slack, channel } = bench;
    slack.faults.add(lossy(seed));

    await bench.deliver(bench.delivery("placeholder"));
    await bench.deliver(bench.delivery("answer", { message: charted(opsChart()) }));

    const [answer, ...others] = slack.messages(channel).filter(({ blocks }) => blocks.length > 0);
    expect([seed, others.length]).toEqual([seed, 0]);
    expect(JSON.stringify(answer?.blocks)).toContain(chartLines(opsChart())[0]);
    const shown = picturesIn(bench).length;
    const shared = slack.messages(channel).filter(({ files }) => files.length > 0).length;
    expect(shown + shared).toBeLessThanOrEqual(1);
    if (shown === 0) expect(JSON.stringify(answer?.blocks)).toMatch(/in the thread|took no picture|in time/);
    expect(bench.counted).not.toContain("stray");
    figures.lost += slack.calls().filter(({ fault }) => fault === "lost-reply").length;
    figures.limited += slack.calls().filter(({ status }) => status === 429).length;
    figures[shown === 1 ? "shown" : "elsewhere"] += 1;
  };
  for (let at = 0; at < seeds.length; at += 20) await Promise.all(seeds.slice(at, at + 20).map(run));

  // The run tests nothing when nothing goes wrong in it, or nothing comes through.
  expect(figures.lost).toBeGreaterThan(20);
  expect(figures.limited).toBeGreaterThan(20);
  expect(figures.shown).toBeGreaterThan(30);
}, 120_000);
