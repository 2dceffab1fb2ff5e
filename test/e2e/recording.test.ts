/** What Hubble's rings no longer hold is in the answer, from what the bot recorded, and the coverage line says so. */
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { FlowRecord } from "../../src/analysis/compact/record.ts";
import type { Coverage } from "../../src/analysis/coverage.ts";
import { gapsOf } from "../../src/analysis/gaps.ts";
import { type App, startApp } from "../../src/app.ts";
import type { CaptureResult } from "../../src/commands/capture/result.ts";
import type { ListResult } from "../../src/commands/observe/result.ts";
import { checkConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import { messageText } from "../../src/message/text.ts";
import { askOnce } from "../../src/verbs/ask.ts";
import { startTestLab, type TestLab } from "../support/lab.ts";

let ground: TestLab;
let app: App;
beforeAll(async () => {
  ground = await startTestLab();
  // A chat is heard, as far as one is configured: only then does a process record.
  app = await startApp({
    config: checkConfig(ground.lab.config()),
    role: "all",
    log: createLog("silent"),
    chat: true,
  });
  await app.connected(5_000);
}, 60_000);
afterAll(async () => {
  await app.close();
  await ground[Symbol.asyncDispose]();
});

interface Burst {
  /** RFC 3339, whole seconds: before the burst, and after its end. */
  readonly since: string;
  readonly until: string;
}

/** More than the rings hold, over by the time that it is asked about. */
let burst: Burst;
beforeAll(async () => {
  await vi.waitUntil(() => app.readiness().parts["recorder-lab"] === "records", { timeout: 10_000 });
  const began = Date.now() - 5_000;
  // In a moment: what is set in the past, streams that are open have passed already.
  const soon = Date.now() + 500;
  const { at, seconds } = ground.lab.world.burst({ at: soon, seconds: 10, perSecond: 800, sources: 300 });
  const end = at + seconds * 1_000;
  await sleep(end - Date.now() + 2_500);
  burst = { since: iso(began), until: iso(end + 1_000) };
}, 60_000);

/** Of an answer that came to nothing by its deadline. */
const notRead: Coverage = {
  ...{ nodes: { answered: 0, total: 0, missing: [] }, oldest: null },
  ...{ lost: {}, shed: 0, truncated: true },
};

/** Again, as a person would, where a busy machine did not read all in time. */
async function ask(command: string) {
  let read = await askOne(command);
  for (let tries = 1; tries < 4 && read.coverage.truncated; tries++) read = await askOne(command);
  return read;
}

async function askOne(command: string) {
  const outcome = await askOnce(app, command);
  if (outcome.status !== "answered") throw new Error(outcome.say);
  const { answer, message } = outcome.delivery;
  if (!answer?.window) throw new Error("an answer about no time");
  const window = { from: Date.parse(answer.window.from), to: Date.parse(answer.window.to) };
  const packets = ground.lab.world.ledger(window.from, window.to).filter(({ kind }) => kind === "packet");
  const coverage = (answer.coverage ?? notRead) as Coverage;
  // A reader that was overtaken on a busy machine says so, and then the count is a lower bound.
  const whole = gapsOf(coverage, window).none;
  const { result, files, askedAt } = answer;
  return { result, coverage, whole, text: messageText(message, 20_000), packets, files, askedAt: Date.parse(askedAt) };
}

function expectCount(count: number, truth: number, whole: boolean): void {
  if (whole) expect(count).toBe(truth);
  expect(count).toBeLessThanOrEqual(truth);
  expect(count).toBeGreaterThan(truth * 0.2);
}

test("a burst that turned the rings over is counted whole", async () => {
  const { result, coverage, whole, text, packets } = await ask(
    `drops --all --since ${burst.since} --until ${burst.until}`,
  );

  expect(packets.length).toBeGreaterThan(7_500);
  expect(coverage.recorded).toBeDefined();
  expect(text).toMatch(/before [\d:]+ UTC from the bot's recording/);
  if (!whole) expect(text).toContain("at least");
  expectCount((result as { readonly packets: number }).packets, packets.length, whole);
}, 120_000);

test("observe lists what was dropped before the rings begin, and counts it whole", async () => {
  const { result, coverage, whole, text, packets } = await ask(
    `observe -t drop --first 20 --since ${burst.since} --until ${burst.until}`,
  );
  const all = await ask(`observe -t drop --since ${burst.since} --until ${burst.until}`);

  const { flows, lines } = result as ListResult;
  expect(coverage.recorded).toBeDefined();
  expect(coverage.recorded?.dropsFrom).toBeUndefined();
  expect(text).toMatch(/before [\d:]+ UTC from the bot's recording/);
  expect(lines).toHaveLength(20);
  if (whole)
    expect(flows.map(({ flow }) => stampOf(flow))).toEqual(packets.slice(0, 20).map(({ time }) => Math.floor(time)));
  expectCount((all.result as ListResult).matched ?? -1, all.packets.length, all.whole);
}, 120_000);

test("a list of all flows begins with the drops of that time, and says that nothing else was kept", async () => {
  const end = Date.parse(burst.until);
  const node = ground.lab.world.ledger(end - 5_000, end).find(({ source }) => source.startsWith("198.18."))?.node;
  const { result, coverage, text } = await ask(
    `observe --node-name ${node} --first 20 --since ${burst.since} --until ${burst.until}`,
  );

  const { flows } = result as ListResult;
  const ring = Date.parse(coverage.recorded?.until ?? "");
  expect(flows).toHaveLength(20);
  // What a proxy answers to a request that it refused is kept too.
  const isRefusal = (flow: FlowRecord["flow"]) =>
    flow["verdict"] === "DROPPED" || String(flow["Summary"]).startsWith("HTTP/1.1 403");
  expect(flows.filter(({ flow }) => stampOf(flow) >= ring || !isRefusal(flow))).toEqual([]);
  expect(coverage.recorded?.dropsFrom).toBeDefined();
  expect(text).toMatch(/flows reach back to [\d:]+ UTC only/);
  expect(text).toMatch(/before [\d:]+ UTC only dropped flows were kept, from [\d:]+ UTC in the bot's recording/);
}, 120_000);

test("a capture's file begins with the drops that the rings no longer hold, and holds what it counts", async () => {
  const { result, coverage, whole, packets, files, askedAt } = await ask(
    `capture --verdict DROPPED --since ${burst.since} --for 1s`,
  );

  const [captured] = (result as CaptureResult).captures;
  const lines = await linesOf(files?.[0]?.id ?? "");
  expect(coverage.recorded).toBeDefined();
  expect(lines).toHaveLength(captured?.flows ?? -1);
  expect(new Set(lines.map(({ flow }) => flow["uuid"])).size).toBe(lines.length);
  const dropped = lines.filter(({ flow }) => (flow["event_type"] as { readonly type: number }).type === 1);
  expect(dropped).toHaveLength(captured?.drops.packets ?? -1);
  // What comes to the very end of a capture may come too late for it; what was before it may not.
  const before = dropped.filter(({ flow }) => stampOf(flow) < askedAt);
  expectCount(before.length, packets.filter(({ time }) => time < askedAt).length, whole);
  expect(dropped.length).toBeLessThanOrEqual(packets.length);
}, 120_000);

async function linesOf(id: string) {
  const file = await app.file(id);
  if (!file) throw new Error("the file is gone");
  const lines = gunzipSync(file.body).toString("utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as FlowRecord);
}

const stampOf = (flow: FlowRecord["flow"]) => Date.parse(String(flow["time"]));
const iso = (epoch: number) => new Date(Math.floor(epoch / 1_000) * 1_000).toISOString();
