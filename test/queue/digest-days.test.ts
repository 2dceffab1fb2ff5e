/** Two scripted days, kept as the recorder keeps them and asked for as in chat: real sketches in a real Redis, the drops in a file as Hubble's exporter writes it. Nothing else is configured. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { DigestItem } from "../../src/analysis/digest/item.ts";
import type { Flow } from "../../src/analysis/flow.ts";
import { hourMs } from "../../src/analysis/sketch/hour.ts";
import type { AnswerDocument } from "../../src/message/delivery.ts";
import { messageText } from "../../src/message/text.ts";
import { createSketches } from "../../src/recorder/edges-history.ts";
import { answerEdges } from "../../src/sources/edges/answer.ts";
import { withEdges } from "../../src/sources/edges/history.ts";
import { openRecordedHubble } from "../../src/sources/hubble/recorded.ts";
import type { Source } from "../../src/sources/question.ts";
import { closeRedis, connectProducer, type Redis, waitForRedis } from "../../src/store/redis.ts";
import { drop, opening } from "../analysis/sketch/hours.ts";
import { cluster, day, type Hour, nine, prefix, windowOf, writeHours } from "../sources/edges/days.ts";
import { recordedText } from "../support/days/recorded.ts";
import { quick } from "../support/findings.ts";
import { startQueue } from "../support/queue.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

let server: TestRedis;
let redis: Redis;
let folder = "";
beforeAll(async () => {
  server = await startTestRedis();
  redis = connectProducer(server.url, () => undefined);
  await waitForRedis(redis, 15_000);
  folder = await mkdtemp(join(tmpdir(), "digest-days-"));
});
afterEach(async () => {
  await redis.flushall();
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await closeRedis(redis);
  await server[Symbol.asyncDispose]();
});

const times = (count: number, flow: Flow) => Array.from({ length: count }, () => flow);
const quota = { dropReason: 181 };
const askedAt = nine + 5 * 60_000;

/** Every hour of every day. */
const usual: readonly Flow[] = [
  ...times(5, opening("shop/web", "shop/cart", 80)),
  opening("shop/cart", "bank/ledger", 5432),
  drop("shop/batch", "bank/ledger", 5432),
];
const usualYesterday = [
  ...usual,
  opening("shop/web", "shop/legacy", 8080),
  ...times(2, drop("billing/jobs", "billing/api", 8443, quota)),
];

/** An edge is gone, one is new, a pair is dropped for the first time, and one reason has five times its drops in one namespace. */
function planted(at: number): readonly Flow[] {
  return [
    ...usual,
    ...times(10, drop("billing/jobs", "billing/api", 8443, quota)),
    ...(at === 7 ? times(4, opening("shop/web", "shop/search", 9200)) : []),
    ...(at >= 22 ? times(6, drop("shop/web", "bank/vault", 8443)) : []),
  ];
}

/** `digest now` five minutes after the last hour, through the queue's own workers. */
async function digest(hours: readonly Hour[]) {
  await writeHours(redis, hours);
  const file = join(folder, `${randomUUID()}.jsonl`);
  await writeFile(file, recordedText(hours));
  const flows = await openRecordedHubble({ file });
  const history = createSketches(redis, prefix);
  const hubble: Source = async (question, signal, running) =>
    question.ask === "edges"
      ? await answerEdges({ history, clock: () => askedAt }, question, signal)
      : await (flows.answer as Source)(question, signal, running);
  try {
    return await answerOf(hubble);
  } finally {
    await flows.close();
  }
}

async function answerOf(hubble: Source) {
  await using queue = await startQueue(server.url, { hubble });
  const { conversation } = queue.session;
  await queue.send({
    ...{ key: randomUUID(), conversation, text: "digest now", askedAt, clusters: [cluster] },
    ...{ visible: {}, place: {}, repeats: false, patienceMs: 15_000 },
  });
  const delivery = await queue.session.next(30_000);
  if (!delivery?.answer) throw new Error("no answer");
  const { answer } = delivery;
  const result = answer.result as {
    readonly items: readonly DigestItem[];
    readonly [name: string]: unknown;
  };
  return { answer, result, title: answer.message.title, text: messageText(answer.message, 10_000) };
}

function told(item: DigestItem): string {
  switch (item.kind) {
    case "drops":
      return `${item.by} ${item.key}: ${item.change}, ${item.now} of ${item.before}`;
    case "firstDrop":
    case "newEdge":
      return `${item.kind} ${item.source} → ${item.destination}:${item.port}: ${item.count}`;
    case "vanishedEdge":
      return `${item.kind} ${item.source} → ${item.destination}:${item.port}: ${item.before}`;
    default:
      return JSON.stringify(item);
  }
}

const sourcesOf = ({ sources }: AnswerDocument) =>
  Object.fromEntries(sources.map(({ name, status }) => [name, status]));

test("a second day with planted differences: the digest names these and nothing else", async () => {
  // With fewer days behind it than a digest looks at, what is new would be unsure.
  const before = [8, 7, 6, 5, 4, 3, 2, 1].flatMap((back) => day(back, () => usualYesterday));
  const { answer, result, title, text } = await digest([...before, ...day(0, planted)]);

  expect(result.items.map(told).sort()).toEqual([
    "firstDrop shop/web → bank/vault:8443: 12",
    "namespace billing: more, 240 of 48",
    "newEdge shop/web → shop/search:9200: 4",
    "reason POLICY_DENY: more, 240 of 48",
    "vanishedEdge shop/web → shop/legacy:8080: 24",
  ]);
  expect(result.items.filter(({ sure, standing }) => !sure || standing)).toEqual([]);
  expect(result).toMatchObject({ quiet: false, sure: true, folded: 0, window: windowOf(0), before: windowOf(1) });
  expect(result.items.find(({ kind }) => kind === "firstDrop")).toMatchObject({
    first: windowOf(0).from + 22 * hourMs + 60_000,
  });
  expect(title).toContain("up 5× in billing");
  expect(text).toContain("shop/web → bank/vault:8443");
  // Flows are read for the 24 hours until now, which begin five minutes into the first of the whole hours: its 11 drops lie before.
  expect(answer.details?.map((detail) => detail.title).join("\n")).toContain("265 packets dropped");
  expect(sourcesOf(answer)).toEqual({ hubble: "ok", kubernetes: "skipped", prometheus: "skipped" });
  expect(JSON.stringify(result["unknown"])).toContain("Kubernetes is not configured");
}, 90_000);

test("an identical second day: nothing changed, in three lines", async () => {
  const { answer, result, title } = await digest([...day(1, () => usualYesterday), ...day(0, () => usualYesterday)]);

  expect(result).toMatchObject({ items: [], folded: 0, quiet: true, sure: true });
  expect(title).toBe("lab: nothing changed since yesterday");
  expect(answer.message.blocks).toHaveLength(2);
  expect(answer.details ?? []).toEqual([]);
}, 90_000);

test("a process that keeps no sketches says what to set, and that is no failure", async () => {
  const { answer, result, title } = await answerOf(withEdges(quick(), undefined));

  const hubble = answer.sources.filter(({ name }) => name === "hubble").map(({ status }) => status);
  expect(hubble.sort()).toEqual(["ok", "skipped"]);
  expect(answer.sources.map(({ status }) => status)).not.toContain("failed");
  expect(result).toMatchObject({ sure: false });
  expect(title).toContain("is not known");
  expect(JSON.stringify(result["unknown"])).toContain('"What changed is not known here: set recorder.enabled');
}, 60_000);
