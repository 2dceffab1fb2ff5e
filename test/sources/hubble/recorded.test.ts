import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FlowSelect } from "../../../src/analysis/select.ts";
import { openRecordedHubble } from "../../../src/sources/hubble/recorded.ts";
import type { DropsFinding, FlowsQuestion } from "../../../src/sources/question.ts";
import { sampleLines, samplesFile } from "../../fixtures/flows/samples.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "recorded-"));
});
afterAll(() => rm(folder, { recursive: true }));

const select: FlowSelect = { either: {}, from: {}, to: {}, reasons: [], protocols: [], directions: [], nodes: [] };
const samples = fileURLToPath(samplesFile);

function question(to: number, more: Partial<FlowsQuestion> = {}): FlowsQuestion {
  return { source: "hubble", ask: "drops", cluster: "lab", select, window: { from: 0, to }, top: 50, ...more };
}

async function write(name: string, content: string | Buffer): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

async function drops(file: string, more: Partial<FlowsQuestion> = {}, signal = AbortSignal.timeout(10_000)) {
  const hubble = await openRecordedHubble({ file });
  return (await hubble.answer(question(hubble.newest, more), signal)) as DropsFinding;
}

test("a file of samples is summed up as Relay's flows are: 25 dropped packets, 4 refused requests", async () => {
  const { drops: summary, coverage } = await drops(samples);
  expect(summary?.packets).toBe(25);
  expect(summary?.byReason["222"]).toBe(1);
  expect(summary?.l7Denials.reduce((sum, { count }) => sum + count, 0)).toBe(4);
  expect(coverage).toMatchObject({ shed: 0, truncated: false });
  expect(coverage?.nodes.answered).toBe(coverage?.nodes.total);
});

test("plain text gives what gzip gives, with and without a last newline", async () => {
  const expected = await drops(samples);
  expect(await drops(await write("plain.jsonl", sampleLines.join("\n")))).toEqual(expected);
  expect(await drops(await write("crlf.jsonl", `${sampleLines.join("\r\n")}\r\n`))).toEqual(expected);
  expect(await drops(await write("misnamed.jsonl", gzipSync(sampleLines.join("\n"))))).toEqual(expected);
});

test("now is just after the newest flow, so that a window that ends now contains it", async () => {
  const line = (time: string) => `{"flow":{"time":"${time}","verdict":"DROPPED","event_type":{"type":1}}}`;
  const file = await write("two.jsonl", [line("2026-11-20T12:00:05.123456Z"), line("2026-11-20T12:00:00Z")].join("\n"));
  const { newest } = await openRecordedHubble({ file });
  expect(new Date(newest).toISOString()).toBe("2026-11-20T12:00:05.124Z");
  expect((await drops(file)).drops?.packets).toBe(2);
});

test("bad lines are counted as shed, and so is a line longer than any flow", async () => {
  const lines = [sampleLines[0], "not json", "{}", `"${"x".repeat(3_000_000)}"`, sampleLines[1]];
  const { coverage, drops: summary } = await drops(await write("bad.jsonl", lines.join("\n")));
  expect(coverage?.shed).toBe(3);
  expect(summary?.packets).toBe(1);
});

test("lost events and missing nodes in the file are part of the coverage", async () => {
  const lines = [
    '{"node_status":{"state_change":"NODE_CONNECTED","node_names":["k8s-w1","k8s-w2"]}}',
    '{"node_status":{"state_change":"NODE_UNAVAILABLE","node_names":["k8s-ctr"]}}',
    '{"lost_events":{"source":"HUBBLE_RING_BUFFER","num_events_lost":"3"}}',
    ...sampleLines,
  ];
  const { coverage } = await drops(await write("status.jsonl", lines.join("\n")));
  expect(coverage?.nodes).toEqual({ answered: 2, total: 3, missing: ["k8s-ctr"] });
  expect(coverage?.lost).toEqual({ HUBBLE_RING_BUFFER: 3 });
});

test("forwarded flows and targets by text are answered from the file too", async () => {
  const hubble = await openRecordedHubble({ file: samples });
  const target = { kind: "name", namespace: undefined, name: "deathstar" } as const;
  const finding = await hubble.answer(
    question(hubble.newest, { ask: "forwarded", select: { ...select, target } }),
    AbortSignal.timeout(10_000),
  );
  expect(finding.resolution).toEqual({ status: "unresolved", target, because: "Kubernetes is not configured" });
  const forwarded = finding.ask === "forwarded" ? finding.forwarded : null;
  expect(forwarded?.flows).toBeGreaterThan(0);
  for (const { source, destination } of forwarded?.pairs ?? [])
    expect(`${source} ${destination}`).toContain("default/deathstar");
});

test("the newest N are picked out of the window", async () => {
  expect((await drops(samples, { last: 3 })).drops?.packets).toBeLessThanOrEqual(3);
});

test("a reading that is cut off says so", async () => {
  expect((await drops(samples, {}, AbortSignal.abort())).coverage?.truncated).toBe(true);
});

test.each([
  ["missing", undefined, /could not be read: ENOENT/],
  ["empty", "", /holds no flow: it is empty/],
  ["strange", "hello\nworld\n", /holds no flow: none of its 2 lines is a flow/],
  ["broken gzip", Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4]), /could not be read/],
])("a file that is %s is refused with a sentence", async (name, content, say) => {
  const file = content === undefined ? join(folder, name) : await write(name, content);
  await expect(openRecordedHubble({ file })).rejects.toMatchObject({
    code: "BAD_COMMAND",
    say: expect.stringMatching(say),
  });
});
