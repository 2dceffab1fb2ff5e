/** Long work over the real queue: what is shown of it, who may stop it, and that the worker which does it is not the one that answers. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Delivery } from "../../src/message/delivery.ts";
import type { Platform } from "../../src/platforms/platform.ts";
import type { CaptureFinding, CaptureQuestion, Question, Running, Source } from "../../src/sources/question.ts";
import { createFiles } from "../../src/store/artifacts.ts";
import { summary } from "../commands/capture/asking.ts";
import { startQueue, type TestQueue } from "../support/queue.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const body = Buffer.from("gzipped");
const coverage = {
  nodes: { answered: 1, total: 1, missing: [] },
  ...{ oldest: "2026-01-01T00:00:00.000Z", lost: {}, shed: 0, truncated: false },
};

/** Captures until somebody stops it or `ms` are over, and tells all the time how far it is. */
function capturing(ms: number): Source {
  const source = async (question: Question, _: AbortSignal, running?: Running): Promise<CaptureFinding> => {
    if (question.ask !== "capture" || !running) throw new Error("nobody carries it");
    const until = Date.now() + ms;
    for (let flows = 1; Date.now() < until && !running.stop.aborted; flows++) {
      running.progress({ flows, bytes: 2_048 });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return await finding(question, running);
  };
  return source as Source;
}

async function finding(question: CaptureQuestion, running: Running): Promise<CaptureFinding> {
  const known = { name: question.name, type: "application/gzip" } as const;
  const file = { id: await running.keep({ ...known, body }), ...known, bytes: body.length };
  const endedBy = running.stop.aborted ? "cancelled" : "time";
  return { ask: "capture", resolution: null, file, summary, coverage, endedBy, to: Date.now() };
}

function board(name = "board") {
  const shown: Delivery[] = [];
  const platform: Platform = { name, post: async (delivery) => void shown.push(delivery) };
  return { platform, shown, of: (kind: Delivery["kind"]) => shown.filter((delivery) => delivery.kind === kind) };
}

const place = { person: "U1" };
const stopOf = (delivery: Delivery | undefined) =>
  delivery?.message.blocks.flatMap((block) => (block.kind === "actions" ? block.actions : []))[0];
const fileOf = async (queue: TestQueue, delivery: Delivery | undefined) => {
  const [file] = delivery?.answer?.files ?? [];
  return file && (await createFiles({ redis: queue.redis, prefix: queue.prefix }).find(file.id));
};
const poll = (read: () => unknown) => expect.poll(read, { timeout: 15_000 });

test("a placeholder that can be stopped, then how far it is, then the answer with its file", async () => {
  const { platform, shown, of } = board();
  await using queue = await startQueue(redis.url, { hubble: capturing(4_000) }, { platforms: [platform] });

  await queue.dispatch("capture deathstar --for 5s", { conversation: "board:a", place });
  await poll(() => of("answer").length).toBe(1);

  expect(shown.map(({ kind }) => kind)).toEqual(["placeholder", "progress", "answer"]);
  const [placeholder, progress, answer] = shown;
  const { subject } = answer as Delivery;
  expect([placeholder, progress].map((delivery) => delivery?.subject)).toEqual([subject, subject]);
  for (const delivery of [placeholder, progress])
    expect(stopOf(delivery)).toEqual({ label: "stop", command: `cancel ${subject} --cluster lab` });
  expect(JSON.stringify(progress?.message.blocks)).toMatch(/\d+ flows of lab so far, 2 KB packed/);
  expect((await fileOf(queue, answer))?.body).toEqual(body);
});

test("is waited for as long as it takes, and nobody in a terminal sees more than the answer", async () => {
  await using queue = await startQueue(redis.url, { hubble: capturing(11_000) });

  const { dispatched, delivery } = await queue.ask("capture deathstar --for 12s");

  expect(dispatched.status === "working" && dispatched.deadlineAt - Date.now()).toBeGreaterThan(9_000);
  expect(delivery).toMatchObject({ kind: "answer", answer: { result: { captures: [{ endedBy: "time" }] } } });
  expect(delivery?.answer?.sources).toMatchObject([{ name: "hubble", status: "ok" }]);
});

test("is stopped where it was asked, and by whom; by nobody elsewhere, and nobody else", async () => {
  const { platform, of } = board();
  await using queue = await startQueue(redis.url, { hubble: capturing(20_000) }, { platforms: [platform] });
  await queue.dispatch("capture deathstar --for 1m", { conversation: "board:a", place });
  await poll(() => of("placeholder").length).toBe(1);
  const { command = "" } = stopOf(of("placeholder")[0]) ?? {};

  await queue.dispatch(command, { conversation: "board:b", place: { person: "U2" } });
  await poll(() => of("answer").length).toBe(1);
  expect(of("answer")[0]).toMatchObject({
    conversation: "board:b",
    place: { person: "U2", private: true },
    message: { title: "Nothing of that kind is running here" },
  });

  await queue.dispatch(command, { conversation: "board:a", place: { person: "U2" } });
  await poll(() => of("answer").length).toBe(2);
  expect(of("answer")[1]).toMatchObject({
    place: { person: "U2", private: true },
    message: { tone: "warn", title: "Only whoever asked for it may stop this" },
  });

  await queue.dispatch(command, { conversation: "board:a", place });
  await poll(() => of("answer").length).toBe(4);
  const [, , said, answer] = of("answer");
  expect(said).toMatchObject({ place: { private: true }, message: { tone: "info" } });
  expect(said?.message.title).toContain("Stopping it");
  expect(answer?.answer).toMatchObject({ result: { captures: [{ endedBy: "cancelled" }] } });

  await queue.dispatch(command, { conversation: "board:a", place });
  await poll(() => of("answer").length).toBe(5);
  expect(of("answer")[4]?.message.tone).toBe("warn");
});

test("who asked privately sees no progress, but how to stop it, and the answer", async () => {
  const { platform, shown } = board();
  await using queue = await startQueue(redis.url, { hubble: capturing(3_500) }, { platforms: [platform] });

  await queue.dispatch("capture deathstar --for 4s --private", { conversation: "board:a", place });
  await poll(() => shown.length).toBe(2);

  const { subject } = shown[1] as Delivery;
  const stop = { kind: "actions", actions: [{ label: "stop", command: `cancel ${subject} --cluster lab` }] };
  expect(shown).toMatchObject([
    { kind: "notice", subject, place: { private: true }, message: { blocks: [stop] } },
    { kind: "answer", place: { private: true } },
  ]);
});

test("a short question that is asked privately is announced by nobody but its answer", async () => {
  const { platform, shown } = board();
  await using queue = await startQueue(redis.url, { hubble: capturing(0) }, { platforms: [platform] });

  await queue.dispatch("help capture --private", { conversation: "board:a", place });
  await poll(() => shown.length).toBe(1);

  expect(shown).toMatchObject([{ kind: "answer", place: { private: true } }]);
});
