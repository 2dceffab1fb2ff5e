import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findProgram } from "../../../src/lab/programs/find.ts";
import { type StartedPrometheus, startPrometheus } from "../../../src/lab/programs/prometheus.ts";
import { readDropTotals } from "../../../src/sources/prometheus/drop-totals.ts";
import { createPrometheus, type Prometheus } from "../../../src/sources/prometheus/prometheus.ts";
import type { DropTotalsFinding } from "../../../src/sources/question.ts";
import { openMetrics, truth } from "./scene.ts";
import { born, changing, replaced, steady, twice } from "./scenes.ts";

const minute = 60_000;
/** Scenes lie in the past, twenty minutes apart, so that one Prometheus holds them all. */
const now = Math.floor(Date.now() / 1000) * 1000;
const scenes = {
  "5s": steady(5, now - 20 * minute),
  "15s": steady(15, now - 40 * minute),
  "60s": steady(60, now - 60 * minute),
  born: born(now - 80 * minute),
  replaced: replaced(now - 100 * minute),
  twice: twice(now - 120 * minute),
  changing: changing(now - 140 * minute),
} as const;

let program: StartedPrometheus | undefined;
let prometheus: Prometheus;

beforeAll(async () => {
  const say = () => undefined;
  const [binary, promtool] = await Promise.all([findProgram("prometheus", { say }), findProgram("promtool", { say })]);
  program = await startPrometheus({
    prometheus: binary,
    promtool,
    targets: [],
    history: () => openMetrics(Object.values(scenes)),
  });
  prometheus = createPrometheus({ name: "test", url: program.url });
});

afterAll(async () => {
  await program?.close();
});

const soon = () => AbortSignal.timeout(5_000);

async function totalsOf(scene: { readonly to: number }): Promise<DropTotalsFinding> {
  const window = { from: scene.to - 10 * minute, to: scene.to };
  return await prometheus.answer({ source: "prometheus", ask: "dropTotals", cluster: "test", window }, soon());
}

function sum(finding: DropTotalsFinding, text?: string): number {
  return finding.totals.reduce((total, one) => total + (text === undefined || one.text === text ? one.packets : 0), 0);
}

describe("drop totals from a real Prometheus", () => {
  test.each(["5s", "15s", "60s"] as const)(
    "agree with the truth within 5 %% when it scrapes every %s",
    async (name) => {
      const scene = scenes[name];
      const finding = await totalsOf(scene);
      const wanted = truth(scene, scene.to - 10 * minute, scene.to);
      expect(wanted).toBeGreaterThan(1_000);
      expect(Math.abs(sum(finding) - wanted) / wanted).toBeLessThan(0.05);
      expect(finding.agents).toBe(3);
      expect(finding.warnings).toEqual([]);
      expect(finding.totals[0]).toMatchObject({ reason: "UNSUPPORTED_L3_PROTOCOL", direction: "EGRESS" });
      expect(finding.forwarded).toBeGreaterThan(10_000);
    },
  );

  test("count a counter that began inside the window from its first packet", async () => {
    const finding = await totalsOf(scenes.born);
    expect(finding.totals).toMatchObject([{ reason: "POLICY_DENIED", text: "Policy denied", direction: "INGRESS" }]);
    expect(sum(finding)).toBe(7);
    // What PromQL's own function makes of it, and why it is not used.
    const window = await prometheus.instant(finding.queries[0] ?? "", Date.now(), soon());
    expect(window.type === "vector" && window.series.map(({ sample }) => Math.round(sample.value))).toEqual([3]);
  });

  test("go on when an agent's pod is replaced", async () => {
    const scene = scenes.replaced;
    const finding = await totalsOf(scene);
    // Both counters of the scene count the same packets.
    const wanted = truth(scene, scene.to - 10 * minute, scene.to) / 2;
    expect(Math.abs(sum(finding) - wanted) / wanted).toBeLessThan(0.05);
    expect(finding.agents).toBe(1);
    expect(finding.warnings).toEqual([]);
  });

  test("count an agent once that two jobs scrape, and say so", async () => {
    const scene = scenes.twice;
    const finding = await totalsOf(scene);
    const wanted = truth(scene, scene.to - 10 * minute, scene.to) / 2;
    expect(Math.abs(sum(finding) - wanted) / wanted).toBeLessThan(0.05);
    expect(finding.warnings).toEqual(["Scraped by more than one job and counted once: 10.0.0.1:9962."]);
    expect(finding).toMatchObject({ agents: 1, ending: 1, covered: 1 });
  });

  test("say which agents were there for a part of the window", async () => {
    const finding = await totalsOf(scenes.changing);
    // One left after six minutes of ten, the other came with six to go.
    expect(finding).toMatchObject({ agents: 2, ending: 1, covered: expect.closeTo(0.6) });
    expect(finding.warnings).toEqual([
      "No samples at the window's start from 1 of 2 agents (10.0.0.2:9962): drops before their first sample are not counted.",
      "No samples at the window's end from 1 of 2 agents (10.0.0.1:9962): drops behind their last sample are not counted.",
    ]);
  });

  test("are left to Prometheus, and said to be an estimate, when there are too many samples", async () => {
    const scene = scenes["15s"];
    const window = { from: scene.to - 10 * minute, to: scene.to };
    const finding = await readDropTotals((query, time) => prometheus.instant(query, time, soon()), window, 100);
    const wanted = truth(scene, window.from, window.to);
    expect(Math.abs(sum(finding) - wanted) / wanted).toBeLessThan(0.05);
    expect(finding).toMatchObject({ agents: 3, warnings: [expect.stringMatching(/^\d+ samples are too many/)] });
    expect(finding.forwarded).toBeGreaterThan(10_000);
  });

  test("say what to switch on when there is nothing", async () => {
    const finding = await totalsOf({ to: now - 300 * minute });
    expect(finding).toMatchObject({ totals: [], forwarded: null, agents: 0 });
    expect(finding.warnings).toEqual([expect.stringContaining("no cilium_version")]);
    expect(finding.warnings[0]).toContain("prometheus.enabled=true");
  });

  test("can be reproduced with the expressions in the finding", async () => {
    const scene = scenes["15s"];
    const finding = await totalsOf(scene);
    const own = await prometheus.instant(finding.queries[0] ?? "", Date.now(), soon());
    const value = own.type === "vector" ? own.series.reduce((total, { sample }) => total + sample.value, 0) : 0;
    expect(Math.abs(value - sum(finding)) / value).toBeLessThan(0.05);
  });
});

describe("queries to a real Prometheus", () => {
  test("give vectors, scalars, strings and matrices, with NaN and infinities", async () => {
    const ask = (query: string) => prometheus.instant(query, now, soon());
    expect(await ask("1/0")).toMatchObject({ type: "scalar", sample: { time: now, value: Number.POSITIVE_INFINITY } });
    expect(await ask("-1/0")).toMatchObject({ sample: { value: Number.NEGATIVE_INFINITY } });
    expect(await ask("0/0")).toMatchObject({ sample: { value: Number.NaN } });
    expect(await ask('"text"')).toMatchObject({ type: "string", text: "text" });
    expect(await ask("vector(3)")).toMatchObject({ type: "vector", series: [{ labels: {}, sample: { value: 3 } }] });
    const range = await prometheus.range("vector(time())", { from: now - 60_000, to: now, stepMs: 30_000 }, soon());
    expect(range.type === "matrix" && range.series[0]?.samples.length).toBe(3);
  });

  test("fail with a sentence when the query is wrong or asks for too much", async () => {
    await expect(prometheus.instant("sum(", now, soon())).rejects.toMatchObject({
      code: "REFUSED",
      say: expect.stringContaining("refused the query (bad_data)"),
    });
    const week = { from: now - 7 * 24 * 60 * minute, to: now, stepMs: 1_000 };
    await expect(prometheus.range("up", week, soon())).rejects.toMatchObject({ code: "TOO_MUCH" });
  });

  test("tell the version", async () => {
    expect((await prometheus.status(soon())).version).toMatch(/^\d+\.\d+/);
  });
});
