/** Follows over the real queue: what is shown meanwhile, who may stop them, and how many there may be. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Delivery } from "../../src/message/delivery.ts";
import type { Message } from "../../src/message/message.ts";
import { messageText } from "../../src/message/text.ts";
import type { Platform } from "../../src/platforms/platform.ts";
import type { FollowFinding, Question, Running, Source } from "../../src/sources/question.ts";
import { createFollows } from "../../src/store/follows.ts";
import { viewAt } from "../commands/follow/asking.ts";
import { startQueue, type TestQueue } from "../support/queue.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

/** Follows until somebody stops it, `ms` or the test are over, and tells all the time how it stands. */
function following(ms: number, over?: AbortSignal): Source {
  const source = async (question: Question, _: AbortSignal, running?: Running): Promise<FollowFinding> => {
    if (question.ask !== "follow" || !running) throw new Error("nobody carries it");
    const until = Date.now() + ms;
    while (Date.now() < until && !running.stop.aborted && !over?.aborted) {
      running.progress({ flows: 512, bytes: 0, view: { ...viewAt(Date.now()), from: question.since } });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const view = viewAt(question.until);
    const endedBy = running.stop.aborted ? "cancelled" : "time";
    return { ask: "follow", resolution: null, view, coverage: view.coverage, endedBy };
  };
  return source as Source;
}

function board() {
  const shown: Delivery[] = [];
  const platform: Platform = { name: "board", post: async (delivery) => void shown.push(delivery) };
  return {
    platform,
    of: (kind: Delivery["kind"], conversation?: string) =>
      shown.filter((one) => one.kind === kind && (conversation === undefined || one.conversation === conversation)),
  };
}

const endedEarly = ({ answer }: Delivery) =>
  (answer?.result as { readonly followed?: { readonly endedBy: string } } | undefined)?.followed?.endedBy ===
  "cancelled";
const place = { person: "U1" };
const poll = (read: () => unknown) => expect.poll(read, { timeout: 20_000 });
const stopOf = (delivery: Delivery | undefined) =>
  delivery?.message.blocks.flatMap((block) => (block.kind === "actions" ? block.actions : [])).at(-1);
const textOf = (delivery: Delivery | undefined) => JSON.stringify(delivery?.message);
const keys = async ({ redis: client, prefix }: TestQueue) => [
  ...(await client.keys(`${prefix}:follows*`)),
  ...(await client.keys(`${prefix}:running:*`)),
];

test("how it stands takes the placeholder's place, five seconds apart, then the answer does; nothing is left", async () => {
  const { platform, of } = board();
  await using queue = await startQueue(redis.url, { hubble: following(12_500) }, { platforms: [platform] });

  await queue.dispatch("follow deathstar --for 13s", { conversation: "board:a", place });
  await poll(() => of("answer").length).toBe(1);

  const [placeholder] = of("placeholder");
  const progress = of("progress");
  expect(progress).toHaveLength(2);
  for (const one of progress) {
    expect(one.message.title).toBe("Following deathstar: 512 flows so far, 21/s now, 20 packets and requests dropped");
    expect(one.subject).toBe(placeholder?.subject);
    expect(stopOf(one)).toEqual({ label: "stop", command: `cancel ${one.subject} --cluster lab` });
  }
  const [first, second] = progress.map(({ at }) => at);
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(5_000);
  expect(of("answer")[0]?.answer).toMatchObject({ result: { followed: { endedBy: "time", flows: 512 } } });
  await expect.poll(() => keys(queue), { timeout: 15_000 }).toEqual([]);
}, 60_000);

test("whoever asked stops it, and an admin; anybody else is told so alone, and it runs on", async () => {
  const { platform, of } = board();
  await using queue = await startQueue(
    redis.url,
    { hubble: following(60_000) },
    { platforms: [platform], admins: ["board:U9", "slack:U2"] },
  );
  const begin = async () => {
    await queue.dispatch("follow deathstar", { conversation: "board:a", place: { ...place, name: "ann <b>" } });
    await expect.poll(async () => (await keys(queue)).length, { timeout: 15_000 }).toBe(2);
    await poll(() => of("placeholder").length).toBe(begun + 1);
    begun += 1;
    return stopOf(of("placeholder").at(-1))?.command ?? "";
  };
  let begun = 0;
  const pressed = async (command: string, person: string) => {
    const before = of("answer").length;
    await queue.dispatch(command, { conversation: "board:a", place: { person } });
    await poll(() => of("answer").length).toBeGreaterThan(before);
  };
  const ended = async () => {
    await poll(() => of("answer").filter(endedEarly)).toHaveLength(begun);
    await expect.poll(() => keys(queue), { timeout: 15_000 }).toEqual([]);
  };

  const first = await begin();
  await pressed(first, "U2");
  const [refusal] = of("answer");
  expect(refusal).toMatchObject({ place: { person: "U2", private: true }, message: { tone: "warn" } });
  expect(refusal?.message.title).toBe("Only ann <b> or an admin may stop this");
  expect(textOf(refusal)).toContain("ask ann <b> to press stop");
  expect(messageText(refusal?.message as Message, 1_000)).toContain(
    'The configuration has to name you: "board:U2" in access.admins. Ask #platform.',
  );
  const { length } = of("progress");
  await poll(() => of("progress").length).toBeGreaterThan(length);
  await pressed(first, "U1");
  await ended();

  await pressed(await begin(), "U9");
  await ended();
}, 90_000);

test("two in a conversation: the third is told which they are, and not what one asked privately", async () => {
  const { platform, of } = board();
  const over = new AbortController();
  await using queue = await startQueue(
    redis.url,
    { hubble: following(60_000, over.signal) },
    { platforms: [platform] },
  );
  const ask = (text: string, conversation = "board:a") => queue.dispatch(text, { conversation, place });
  const running = async () => (await queue.redis.hlen(`${queue.prefix}:follows`)) as number;
  await ask("follow xwing --for 2m");
  await expect.poll(running, { timeout: 15_000 }).toBe(1);
  await ask("follow secret --private --for 9m");
  await expect.poll(running, { timeout: 15_000 }).toBe(2);

  await ask("follow deathstar");
  await poll(() => of("answer").length).toBe(1);

  const [refusal] = of("answer");
  expect(refusal?.message).toMatchObject({ tone: "warn", title: "deathstar: not followed" });
  expect(textOf(refusal)).toMatch(
    /2 follows run here already, as many as may: .*follow xwing --for 2m \(\d+m\d*s? left/,
  );
  expect(textOf(refusal)).toContain("a private one");
  expect(textOf(refusal)).not.toContain("secret");

  await ask("follow deathstar", "board:b");
  await expect.poll(running, { timeout: 15_000 }).toBe(3);
  over.abort();
}, 60_000);

test("four on a cluster: those of other conversations are counted and not named", async () => {
  const { platform, of } = board();
  await using queue = await startQueue(redis.url, { hubble: following(60_000) }, { platforms: [platform] });
  const follows = createFollows(queue.redis, queue.prefix);
  const other = { cluster: "lab", line: "follow theirs", until: Date.now() + 60_000 };
  const limits = { perCluster: 4, perConversation: 2 };
  for (const index of [1, 2, 3])
    expect(await follows.enter(`c${index}`, { ...other, conversation: `board:${index}` }, limits)).toEqual([]);
  await follows.enter("c4", { ...other, conversation: "board:a", line: "follow ours" }, limits);

  await queue.dispatch("follow deathstar", { conversation: "board:a", place });
  await poll(() => of("answer").length).toBe(1);

  expect(textOf(of("answer")[0])).toMatch(
    /4 follows run on lab already, as many as may: follow ours \(\d+s left at most\) and 3 in other/,
  );
  expect(textOf(of("answer")[0])).not.toContain("theirs");
}, 60_000);

test("the same command has its place once, and one whose time is over has none", async () => {
  await using queue = await startQueue(redis.url, {});
  const follows = createFollows(queue.redis, queue.prefix);
  const one = { cluster: "lab", conversation: "board:a", line: "follow", until: Date.now() + 60_000 };
  const limits = { perCluster: 1, perConversation: 1 };

  expect(await follows.enter("old", { ...one, until: Date.now() + 300 }, limits)).toEqual([]);
  expect(await follows.enter("new", one, limits)).toMatchObject([{ line: "follow" }]);
  await expect.poll(() => follows.enter("new", one, limits), { timeout: 15_000 }).toEqual([]);
  expect(await follows.enter("new", one, limits)).toEqual([]);
  expect(await follows.enter("third", { ...one, cluster: "prod" }, limits)).toHaveLength(1);
  expect(await follows.enter("fourth", { ...one, cluster: "prod", conversation: "board:b" }, limits)).toEqual([]);
  await follows.leave("new");
  await follows.leave("fourth");
  expect(await queue.redis.exists(`${queue.prefix}:follows`)).toBe(0);
});
