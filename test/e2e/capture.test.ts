/** A capture of the lab, as a person at a terminal makes one, read back by nothing of ours. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CaptureResult } from "../../src/commands/capture/result.ts";
import type { AnswerDocument } from "../../src/message/delivery.ts";
import { run } from "../support/cli.ts";
import { startTestLab, type TestLab } from "../support/lab.ts";

let ground: TestLab;
let out: string;
beforeAll(async () => {
  ground = await startTestLab();
  out = mkdtempSync(join(tmpdir(), "cilium-chatops-capture-"));
});
afterAll(async () => {
  rmSync(out, { recursive: true, force: true });
  await ground[Symbol.asyncDispose]();
});

interface Line {
  readonly flow: {
    readonly verdict: string;
    readonly time: string;
    readonly uuid: string;
    readonly source?: { readonly namespace?: string; readonly pod_name?: string };
    readonly destination?: { readonly namespace?: string; readonly pod_name?: string };
    readonly event_type?: { readonly type: number };
  };
  readonly node_name: string;
  readonly time: string;
}

async function capture(text: string, ...options: string[]) {
  const ran = await run("ask", "--config", ground.configFile, text, "--format", "json", ...options);
  const answer = JSON.parse(ran.stdout) as AnswerDocument & { readonly result: CaptureResult };
  return { ...ran, answer, captured: answer.result.captures[0] };
}

function read(name: string | undefined): { readonly text: string; readonly lines: readonly Line[] } {
  const text = gunzipSync(readFileSync(join(out, name ?? ""))).toString("utf8");
  const lines = text.split("\n").filter((line) => line !== "");
  return { text, lines: lines.map((line) => JSON.parse(line) as Line) };
}

function counted(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

test("the file holds what the answer counts, past and to come, and nothing else", async () => {
  const { code, answer, captured } = await capture("capture deathstar --since 1m --for 4s", "--out", out);
  const { lines } = read(captured?.file?.name);

  expect(code).toBe(0);
  expect(readdirSync(out)).toContain(captured?.file?.name);
  expect(captured?.flows).toBeGreaterThan(100);
  expect(lines).toHaveLength(captured?.flows ?? 0);
  expect(new Set(lines.map(({ flow }) => flow.uuid)).size).toBe(lines.length);
  expect(counted(lines.map(({ flow }) => flow.verdict))).toEqual(captured?.byVerdict);
  expect(lines.filter(({ flow }) => flow.event_type?.type === 1)).toHaveLength(captured?.drops.packets ?? -1);
  const times = lines.map(({ flow }) => Date.parse(flow.time));
  const [from, to] = [Date.parse(answer.window?.from ?? ""), Date.parse(answer.window?.to ?? "")];
  expect(times.every((time) => time >= from && time <= to)).toBe(true);
  expect(Math.max(...times)).toBeGreaterThan(Date.parse(answer.askedAt) + 2_000);
  expect(Math.min(...times)).toBeLessThan(Date.parse(answer.askedAt) - 50_000);
  const isDeathstar = ({ pod_name = "" }: { readonly pod_name?: string } = {}) => pod_name.startsWith("deathstar-");
  expect(lines.every(({ flow }) => isDeathstar(flow.source) || isDeathstar(flow.destination))).toBe(true);
});

test("the same program reads it again: as many flows, each as a line, and the same drops", async () => {
  const { captured } = await capture("capture deathstar --since 1m --for 1s", "--out", out);
  const file = join(out, captured?.file?.name ?? "");

  const listed = await run("ask", "--flows", file, "observe --all", "--format", "json");
  const dropped = await run("ask", "--flows", file, "drops --since 10m --all", "--format", "json");
  const again = await run("ask", "--flows", file, "capture --since 10m", "--format", "json");

  const document = (ran: typeof listed) => JSON.parse(ran.stdout) as { readonly result: Record<string, unknown> };
  expect([listed.code, dropped.code, again.code]).toEqual([0, 0, 0]);
  expect(document(listed).result["matched"]).toBe(captured?.flows);
  expect(document(dropped).result["packets"]).toBe(captured?.drops.packets);
  expect(document(again).result["captures"]).toMatchObject([
    { flows: captured?.flows, byVerdict: captured?.byVerdict },
  ]);
});

test("no secret of a request is in it, though there are requests", async () => {
  const { captured } = await capture("capture -t l7 --since 5m --for 1s", "--out", out);
  const { text, lines } = read(captured?.file?.name);

  expect(lines.length).toBeGreaterThan(10);
  expect(text).toContain("/v1/exhaust-port");
  expect(text).not.toMatch(/user_id=\d/);
});

test("without a folder it says how to get the file", async () => {
  const { code, stderr, captured } = await capture("capture deathstar --since 1m --for 1s");
  expect(code).toBe(0);
  expect(stderr).toContain(`${captured?.file?.name} was not kept: add --out DIR`);
});
