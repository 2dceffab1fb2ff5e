import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Binding } from "../../src/access/access.ts";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import type { Ask, AuditLine } from "../../src/platforms/platform.ts";
import { createDoor } from "../../src/queue/door.ts";
import { createBuckets } from "../../src/store/bucket.ts";
import { createButtons } from "../../src/store/buttons.ts";
import { closeRedis, connectProducer } from "../../src/store/redis.ts";
import { startQueue, type TestQueue } from "../support/queue.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

let redis: TestRedis;
let queue: TestQueue;
beforeAll(async () => {
  redis = await startTestRedis();
  queue = await startQueue(redis.url, {});
});
afterAll(async () => {
  await queue[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

const everything = { clusters: ["*"], namespaces: ["*"], commands: ["*"] };

function openDoor(bindings: readonly Binding[] = [{ match: "slack:C1", ...everything }], burst = 100) {
  const lines: AuditLine[] = [];
  const buttons = createButtons(queue.redis, queue.prefix);
  const take = createDoor({
    bindings,
    clusters: ["lab", "prod"],
    contact: "#platform",
    perPerson: { burst, perSecond: 1 },
    buckets: createBuckets(queue.redis, `${queue.prefix}${randomUUID()}`),
    buttons,
    dispatch: queue.send,
    audit: (line) => lines.push(line),
    metrics: createMetrics(),
    log: createLog("silent"),
  });
  return { take, lines, buttons };
}

const ask = (asked: string | { readonly button: string }, options: Partial<Ask> = {}): Ask => ({
  key: randomUUID(),
  kind: typeof asked === "string" ? "command" : "button",
  conversation: "slack:T1/C1",
  place: { person: "U1" },
  direct: false,
  asked: typeof asked === "string" ? { text: asked } : asked,
  receivedAt: Date.now(),
  repeats: false,
  ...options,
});

test("what is allowed is taken, and one audit line says who asked what, where", async () => {
  const { take, lines } = openDoor();

  const reply = await take(ask("drops deathstar --cluster prod"));

  expect(reply).toEqual({
    status: "working",
    say: "Working on it: drops deathstar --cluster prod. The answer comes here.",
  });
  expect(lines).toEqual([
    {
      ...{ platform: "slack", kind: "command", decision: "accepted", reason: "ok", conversation: "slack:T1/C1" },
      ...{ person: "U1", command: "drops", clusters: ["prod"], text: "drops deathstar --cluster prod" },
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
    },
  ]);
});

test.for([
  ["a place that no binding names", "drops", { conversation: "slack:T1/C9" }, "no_binding", /#platform.*slack:C9/s],
  ["a command that is not allowed here", "drops", { conversation: "slack:T1/C2" }, "command", /help.*#platform/s],
  ["a cluster that is not allowed here", "drops --cluster lab", {}, "bad_command", /no cluster "lab"/],
  ["a namespace that is not allowed here", "drops -n kube-system", {}, "namespace", /payments.*#platform/s],
  ["what is no command", "dorps", {}, "bad_command", /drops/],
] as const)("%s is refused, with what to do instead", async ([, text, options, reason, say]) => {
  const { take, lines } = openDoor([
    { match: "slack:C1", clusters: ["prod"], namespaces: ["payments"], commands: ["*"] },
    { match: "slack:C2", clusters: ["prod"], namespaces: ["*"], commands: ["observe"] },
  ]);

  const reply = await take(ask(text, options));

  expect(reply).toEqual({ status: "refused", say: expect.stringMatching(say) });
  expect(lines.map((line) => [line.decision, line.reason, line.id])).toEqual([["refused", reason, undefined]]);
});

test("a command carries the namespaces that may be shown to the worker", async () => {
  const { take, lines } = openDoor([
    { match: "slack:C1", clusters: ["lab"], namespaces: ["payments"], commands: ["*"] },
  ]);

  await take(ask("drops"));

  const job = await queue.commands.getJob(lines[0]?.id ?? "");
  expect(job?.data.record).toMatchObject({ clusters: ["lab"], visible: { lab: ["payments"] } });
});

test("a button asks its stored command, where it was shown and nowhere else, for whoever may", async () => {
  const { take, lines, buttons } = openDoor([
    { match: "slack:C1", ...everything },
    { match: "slack:C2", ...everything },
  ]);
  const [button = ""] = await buttons.keep([{ command: "drops xwing", conversation: "slack:T1/C1" }]);

  const replies = [
    await take(ask({ button }, { place: { person: "U2" } })),
    await take(ask({ button }, { conversation: "slack:T1/C2" })),
    await take(ask({ button: "drops xwing" })),
    await take(ask({ button: "A".repeat(22) })),
  ];

  expect(replies.map(({ status }) => status)).toEqual(["working", "refused", "refused", "refused"]);
  expect(lines.map(({ reason, text }) => [reason, text])).toEqual([
    ["ok", "drops xwing"],
    ["button_elsewhere", undefined],
    ["button_expired", undefined],
    ["button_expired", undefined],
  ]);
});

test("whoever may capture somewhere may stop a capture there, and nobody else", async () => {
  const id = "0123456789abcdef0123456789abcdef";
  const { take } = openDoor([
    { match: "slack:C1", ...everything, commands: ["capture"] },
    { match: "slack:C2", ...everything, commands: ["drops"] },
  ]);

  const here = await take(ask(`cancel ${id}`));
  const elsewhere = await take(ask(`cancel ${id}`, { conversation: "slack:T1/C2" }));

  expect(here).toEqual({ status: "working", say: expect.stringContaining("Only you will see the answer.") });
  expect(elsewhere).toEqual({ status: "refused", say: expect.stringMatching(/capture.*#platform/s) });
});

test("a button is no way around a binding that changed since it was shown", async () => {
  const { buttons } = openDoor();
  const [button = ""] = await buttons.keep([{ command: "drops", conversation: "slack:T1/C1" }]);
  const { take } = openDoor([{ match: "slack:C1", ...everything, commands: ["help"] }]);

  expect(await take(ask({ button }))).toMatchObject({ status: "refused", say: expect.stringContaining("drops") });
});

test("one person cannot flood, and does not slow down another", async () => {
  const { take, lines } = openDoor(undefined, 3);

  const replies = [];
  for (let n = 0; n < 5; n++) replies.push(await take(ask("help")));
  replies.push(await take(ask("help", { place: { person: "U2" } })));

  expect(replies.map(({ status }) => status)).toEqual([...Array(3).fill("working"), "refused", "refused", "working"]);
  expect(lines[3]).toMatchObject({ decision: "refused", reason: "rate_limited" });
  expect(replies[3]?.say).toMatch(/Ask again in \d+(\.\d)? s\./);
});

test("without Redis nothing is taken, and that is said", async () => {
  const away = connectProducer("redis://127.0.0.1:1", () => undefined);
  away.connect().catch(() => undefined);
  const lines: AuditLine[] = [];
  const take = createDoor({
    ...{ bindings: [{ match: "slack:C1", ...everything }], clusters: ["lab"], contact: "#platform" },
    ...{ perPerson: { burst: 1, perSecond: 1 }, buckets: createBuckets(away, "{t}") },
    ...{ buttons: createButtons(away, "{t}"), dispatch: queue.send, audit: (line) => lines.push(line) },
    ...{ metrics: createMetrics(), log: createLog("silent") },
  });

  expect(await take(ask("help"))).toEqual({
    status: "not_taken",
    say: "The bot's memory (Redis) does not answer, so nothing was started. Ask again in a moment.",
  });
  expect(lines.map(({ decision, reason }) => [decision, reason])).toEqual([["not_taken", "redis"]]);
  await closeRedis(away);
});
