import { afterAll, beforeAll, expect, test } from "vitest";
import type { Delivery } from "../../src/message/delivery.ts";
import type { Question } from "../../src/sources/question.ts";
import { everySource, failing, findingFor, hung, quick } from "../support/findings.ts";
import { startQueue } from "../support/queue.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const statuses = (delivery: Delivery | undefined) =>
  Object.fromEntries((delivery?.answer?.sources ?? []).map((source) => [source.name, source.status]));

test("a command is answered from its findings, with each source's part in it", async () => {
  await using queue = await startQueue(redis.url, everySource(quick(5)));

  const { dispatched, delivery } = await queue.ask("drops deathstar --since 10m");

  expect(dispatched).toMatchObject({ status: "working", command: "drops" });
  expect(delivery?.answer).toMatchObject({ command: "drops", clusters: ["lab"], result: { packets: 3 } });
  expect(statuses(delivery)).toEqual({ hubble: "ok", prometheus: "ok", kubernetes: "ok" });
});

test("a command that needs no source is answered at once", async () => {
  await using queue = await startQueue(redis.url, {});

  const { delivery } = await queue.ask("help");

  expect(delivery?.answer).toMatchObject({ command: "help", sources: [] });
});

test("a source that is not configured is skipped and named", async () => {
  await using queue = await startQueue(redis.url, { hubble: quick(), kubernetes: quick() });

  const { delivery } = await queue.ask("drops deathstar");

  expect(statuses(delivery)).toMatchObject({ hubble: "ok", prometheus: "skipped" });
  expect(delivery?.answer?.sources.find((source) => source.name === "prometheus")?.error).toContain(
    "set clusters[].prometheus",
  );
});

test("a source that fails for good is asked once, one that was unreachable twice", async () => {
  const denied = { count: 0 };
  const unreachable = { count: 0 };
  await using queue = await startQueue(redis.url, {
    hubble: quick(),
    prometheus: failing("DENIED", denied),
    kubernetes: failing("UNREACHABLE", unreachable),
  });

  const { delivery } = await queue.ask("drops deathstar");

  expect(statuses(delivery)).toEqual({ hubble: "ok", prometheus: "failed", kubernetes: "failed" });
  expect(delivery?.answer?.sources.find((source) => source.name === "prometheus")?.error).toBe(
    "Prometheus: it broke on purpose.",
  );
  expect([denied.count, unreachable.count]).toEqual([1, 2]);
});

test("a source that hangs is named in the answer, which comes by the deadline", async () => {
  await using queue = await startQueue(redis.url, { ...everySource(quick()), prometheus: hung });

  const { delivery, ms } = await queue.ask("drops deathstar");

  expect(statuses(delivery)).toEqual({ hubble: "ok", prometheus: "late", kubernetes: "ok" });
  expect(delivery?.answer?.sources.find((source) => source.name === "prometheus")?.error).toBe(
    "Prometheus: no answer in 5 s.",
  );
  expect(ms).toBeLessThan(13_000);
});

test("the same key twice is one answer", async () => {
  await using queue = await startQueue(redis.url, everySource(quick(20)));

  const first = await queue.dispatch("drops deathstar", { key: "same" });
  const second = await queue.dispatch("drops deathstar", { key: "same" });
  const answer = await queue.session.next(5_000);
  const third = await queue.dispatch("drops deathstar", { key: "same" });

  expect([first.status, second.status, third.status]).toEqual(["working", "working", "working"]);
  expect(answer?.answer?.command).toBe("drops");
  expect(await queue.session.next(500)).toBeUndefined();
});

test("a mistake is refused with a sentence and leaves no job", async () => {
  await using queue = await startQueue(redis.url, everySource(quick()));

  const { dispatched } = await queue.ask("drosp deathstar");

  expect(dispatched.status).toBe("refused");
  expect(dispatched.status === "refused" && dispatched.say).toContain("drops");
  expect(await queue.commands.getJobCounts()).toMatchObject({ waiting: 0, active: 0, delayed: 0, completed: 0 });
});

test("a finding above 256 KB is refused with what to do", async () => {
  const large = async () => ({ ...findingFor({ ask: "policies" } as never), policies: ["x".repeat(300_000)] }) as never;
  await using queue = await startQueue(redis.url, { ...everySource(quick()), kubernetes: large });

  const { delivery } = await queue.ask("drops deathstar");

  expect(statuses(delivery)).toMatchObject({ kubernetes: "failed" });
  expect(delivery?.answer?.sources.find((source) => source.name === "kubernetes")?.error).toContain("shorter window");
});

test("what cannot be answered ends in one stated failure", async () => {
  await using queue = await startQueue(redis.url, {});
  const id = "0123456789abcdef0123456789abcdef";
  const takenAt = Date.now();
  const record = {
    id,
    text: "no-such-command",
    askedAt: takenAt,
    takenAt,
    deadlineAt: takenAt + 300,
    clusters: ["lab"],
    visible: {},
    place: {},
  };

  await queue.ledger.tell(id, "working");
  await queue.commands.add(
    "step",
    { record: { ...record, conversation: queue.session.conversation }, round: 0, asked: 0 },
    { jobId: id },
  );

  const delivery = await queue.session.next(5_000);
  expect(delivery?.message).toMatchObject({ tone: "bad", title: "That could not be answered" });
  expect(await queue.session.next(300)).toBeUndefined();
});

test("deliveries of one conversation arrive once each and in order", async () => {
  await using queue = await startQueue(redis.url, {});
  const { conversation } = queue.session;
  const delivery = (n: number): Delivery => ({
    id: `d${n}`,
    conversation,
    place: {},
    subject: `d${n}`,
    kind: "answer",
    at: Date.now(),
    message: { tone: "info", title: String(n), blocks: [] },
    answer: null,
  });

  for (const n of [1, 2, 2, 3, 1, 4]) await queue.deliver(delivery(n));

  const titles: (string | undefined)[] = [];
  for (let n = 0; n < 4; n++) titles.push((await queue.session.next(5_000))?.message.title);
  expect(titles).toEqual(["1", "2", "3", "4"]);
  expect(await queue.session.next(300)).toBeUndefined();
});

test("with no source at all the answer says what to configure", async () => {
  await using queue = await startQueue(redis.url, {});

  const { delivery } = await queue.ask("drops deathstar");

  expect(statuses(delivery)).toEqual({ hubble: "skipped", prometheus: "skipped", kubernetes: "skipped" });
  expect(delivery?.message.tone).toBe("bad");
});

test("a second round sees the findings of the first and its own", async () => {
  const nothingDropped = async (question: Question) => {
    const finding = findingFor(question);
    return (finding.ask === "drops" ? { ...finding, drops: { ...finding.drops, packets: 0 } } : finding) as never;
  };
  await using queue = await startQueue(redis.url, { hubble: nothingDropped, kubernetes: quick() });

  const { delivery } = await queue.ask("drops deathstar");

  expect(delivery?.answer?.sources.map(({ name, status }) => `${name} ${status}`)).toEqual([
    "hubble ok",
    "prometheus skipped",
    "kubernetes ok",
    "hubble ok",
  ]);
});
