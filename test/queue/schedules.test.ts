import { afterAll, beforeAll, expect, test } from "vitest";
import { messageText } from "../../src/message/text.ts";
import { commandId } from "../../src/queue/dispatch.ts";
import { identified } from "../../src/queue/effects-digest.ts";
import { openQueue } from "../../src/queue/jobs.ts";
import { createSchedulesWorker, type DigestTick, digestQueue, keepTicking } from "../../src/queue/schedules.ts";
import { closeRedis, connectWaiting, waitForRedis } from "../../src/store/redis.ts";
import { waitFor } from "../support/chat.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { startDigesting } from "./digesting.ts";

const count = Number(process.env["SUBSCRIPTIONS"] ?? 40);
/** 09:00 in Seoul, a Friday. */
const nine = Date.parse("2026-11-20T00:00Z");
const hour = 3_600_000;
const day = 24 * hour;
const calm = () => new Promise((resolve) => setTimeout(resolve, 500));

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

/** Each once, however many messages stand in it. */
function threadsOf({ inThreads }: Pick<Awaited<ReturnType<typeof startDigesting>>, "inThreads">): string[] {
  return [...new Set(inThreads.map(({ place }) => place.under ?? ""))].sort();
}

test(`${count} subscriptions, three replicas, one killed in between, twice: one digest for each and day`, async () => {
  await using digesting = await startDigesting(redis.url, nine);
  const wanted = await Promise.all(
    Array.from({ length: count }, (_, n) => digesting.subscribe({ conversation: `slack:T1/C${n}` }, nine)),
  );

  for (const now of [nine, nine + day]) {
    digesting.clock = now;
    const [victim, ...others] = await Promise.all([
      digesting.startReplica({ diesAfter: 7 }),
      digesting.startReplica(),
      digesting.startReplica(),
    ]);
    await Promise.all([victim?.tick(), ...others.map(({ tick }) => tick())]);
    expect(victim?.died()).toBe(true);
    for (let tick = 0; tick < count && (await digesting.subscriptions.due(now, 1)).length > 0; tick++)
      await Promise.all(others.map(({ tick }) => tick()));
    await victim?.tick();
  }
  await waitFor(
    () => digesting.shown.length >= 2 * count && threadsOf(digesting).length >= 2 * count,
    60_000,
    () => String(digesting.shown.length),
  );
  await calm();

  const expected = wanted.flatMap(({ id }) =>
    ["2026-11-20", "2026-11-21"].map((date) => commandId(`digest:${id}:${date}`)),
  );
  expect(digesting.shown.map(({ subject }) => subject).sort()).toEqual(expected.sort());
  expect(digesting.shown.every(({ place }) => place.person === undefined)).toBe(true);
  expect(threadsOf(digesting)).toEqual(expected);
  const left = await digesting.subscriptions.of("slack:T1/C3");
  expect(left.map(({ dueAt, state }) => [dueAt, state.sentAt])).toEqual([[nine + 2 * day, nine + day]]);
}, 120_000);

test("a process that read what was due and wakes up a day later sends nothing again", async () => {
  await using digesting = await startDigesting(redis.url, nine);
  const { id } = await digesting.subscribe();
  let wake = () => {};
  const asleep = new Promise<boolean>((resolve) => {
    wake = () => resolve(false);
  });
  const sleeper = await digesting.startReplica({ isDirect: () => asleep });
  const other = await digesting.startReplica();

  const late = sleeper.tick();
  await other.tick();
  await waitFor(() => digesting.shown.length === 1, 15_000);
  // All that remembers the command for a day is gone by then.
  const command = commandId(`digest:${id}:2026-11-20`);
  const { connection, prefix } = digesting.options;
  const known = (await connection.keys(`${prefix.replaceAll(/[{}]/g, "?")}:*`)).filter((key) => key.includes(command));
  expect(known.length).toBeGreaterThan(2);
  await connection.del(...known);
  wake();
  await late;
  digesting.clock = nine + hour;
  await Promise.all([sleeper.tick(), other.tick()]);
  await calm();

  expect(digesting.shown).toHaveLength(1);
});

test("what was missed comes late and says so; what is too old is skipped, and the next one says that", async () => {
  await using digesting = await startDigesting(redis.url, nine);
  await digesting.subscribe();
  const said = () => digesting.shown.map(({ message }) => messageText(message, 10_000));
  const at = async (moment: string, expected: number) => {
    digesting.clock = Date.parse(moment);
    // A process that has just started.
    const replica = await digesting.startReplica();
    await replica.tick();
    await replica.tick();
    await waitFor(
      () => digesting.shown.length >= expected,
      15_000,
      () => said().join("\n"),
    );
  };

  await at("2026-11-20T00:01Z", 1);
  expect(said()[0]).not.toMatch(/Due|There was no digest/);
  await at("2026-11-21T02:20Z", 2);
  expect(said()[1]).toContain("Due 09:00, sent 11:20 (Asia/Seoul): the bot was down.");
  await at("2026-11-23T11:00Z", 2);
  const [skipped] = await digesting.subscriptions.of("slack:T1/C1");
  expect(skipped?.state.skipped).toEqual(["2026-11-22", "2026-11-23"]);
  await at("2026-11-24T00:00Z", 3);
  expect(said()[2]).toContain("There was no digest for Sun 22 Nov and Mon 23 Nov");
  expect(said()[2]).not.toContain("Due 09:00");
  await at("2026-11-25T00:00Z", 4);
  await calm();

  expect(said()).toHaveLength(4);
  expect(said()[3]).not.toContain("There was no digest");
  const metric = (await digesting.options.metrics.digests.get()).values.map(({ labels, value }) => [
    labels.result,
    value,
  ]);
  expect(Object.fromEntries(metric)).toEqual({ sent: 4, skipped: 2 });
}, 60_000);

test("a digest that is no longer allowed is paused, which is said once, and goes on when it is", async () => {
  await using digesting = await startDigesting(redis.url, nine);
  await digesting.subscribe({ namespaces: ["payments"] });
  const run = async (days: number, namespaces: readonly string[], commands: readonly string[] = ["*"]) => {
    digesting.clock = nine + days * day;
    const bindings = [{ match: "slack:C1", clusters: ["*"], namespaces, commands }];
    await (await digesting.startReplica({ bindings })).tick();
  };

  await run(0, ["ledger"]);
  await run(1, ["*"], ["drops"]);
  await run(2, ["ledger"]);
  await waitFor(() => digesting.shown.length === 1, 15_000);
  const [paused] = await digesting.subscriptions.of("slack:T1/C1");
  await run(3, ["payments"]);
  await waitFor(() => digesting.shown.length === 2, 15_000);
  await calm();

  const [notice, digest] = digesting.shown;
  expect(notice?.message.title).toBe(
    "The digest that came here every day at 09:00 Asia/Seoul is paused: it is not allowed any more",
  );
  expect(messageText(notice?.message ?? { tone: "bad", title: "", blocks: [] })).toContain("not payments");
  expect(paused?.state.paused).toContain("payments");
  expect(digest?.answer).toMatchObject({ command: "digest", args: { namespaces: ["payments"], skipped: [] } });
  expect((await digesting.subscriptions.of("slack:T1/C1"))[0]?.state.paused).toBeNull();
  expect(digesting.shown).toHaveLength(2);
});

test("who died between sending and saying so is followed by one who says it", async () => {
  await using digesting = await startDigesting(redis.url, nine);
  const { id } = await digesting.subscribe({}, nine - day);
  await digesting.subscriptions.begin(id, "2026-11-20");
  await digesting.subscriptions.sent(id, "2026-11-20");

  await (await digesting.startReplica()).tick();
  await calm();

  const [settled] = await digesting.subscriptions.of("slack:T1/C1");
  expect(settled).toMatchObject({ dueAt: nine + day, state: { sentAt: nine, skipped: [] } });
  expect(digesting.shown).toEqual([]);
});

test("a digest that Redis did not take is due at the next tick still", async () => {
  await using digesting = await startDigesting(redis.url, nine);
  await digesting.subscribe();
  const refusing = { dispatch: async () => ({ status: "not_taken", say: "later" }) as const };
  const replica = await digesting.startReplica(refusing);

  await replica.tick();
  expect(digesting.shown).toHaveLength(0);
  await (await digesting.startReplica()).tick();

  await waitFor(() => digesting.shown.length === 1, 15_000);
});

test("what the configuration declares comes and goes with it, and what people subscribed to stays", async () => {
  await using digesting = await startDigesting(redis.url, nine);
  const mine = await digesting.subscribe({ conversation: "slack:T1/C5" }, nine + hour);
  const what = { at: 540, zone: "UTC", weekdays: false, weekly: true, namespaces: [], clusters: [] };
  const declared = identified({ conversation: "slack:T1/C5", ...what }, "digests[0]");
  let tries = 0;
  const late = async () => {
    if (tries++ === 0) throw new Error("Slack does not say which team it is");
    return [declared];
  };
  const list = async () => (await digesting.subscriptions.of("slack:T1/C5")).map(({ subscription }) => subscription.id);
  const replica = await digesting.startReplica({ declared: late });

  await replica.tick();
  expect(await list()).toEqual([mine.id]);
  await replica.tick();
  expect(await list()).toEqual([mine.id, declared.id]);
  // Monday 23 November, 09:00 UTC.
  expect((await digesting.subscriptions.of("slack:T1/C5"))[1]?.dueAt).toBe(Date.parse("2026-11-23T09:00Z"));
  await (await digesting.startReplica({ declared: async () => [] })).tick();
  expect(await list()).toEqual([mine.id]);
});

test("two processes tick by one scheduler, the first time at once", async () => {
  await using digesting = await startDigesting(redis.url, nine);
  const { options } = digesting;
  await digesting.subscribe();
  const connection = connectWaiting(redis.url, () => undefined);
  await waitForRedis(connection, 5_000);
  const queues = [1, 2].map(() => openQueue<DigestTick>(digestQueue, options.connection, options.prefix));
  const workers = queues.map(() => createSchedulesWorker({ ...options, connection }));
  for (const worker of workers) worker.run().catch(() => undefined);
  const ends = queues.map((queue) => keepTicking(queue, options.log));

  await waitFor(() => digesting.shown.length === 1, 15_000);
  await waitFor(async () => (await queues[0]?.getJobSchedulersCount()) === 1, 15_000);
  const scheduler = await queues[0]?.getJobScheduler("minute");

  expect(scheduler).toMatchObject({ every: 60_000, name: "tick" });
  for (const end of ends) end();
  for (const worker of workers) await worker.close();
  for (const queue of queues) await queue.close();
  await closeRedis(connection);
});
