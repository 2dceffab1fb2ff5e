import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findProgram } from "../../../src/lab/programs/find.ts";
import { type StartedPrometheus, startPrometheus } from "../../../src/lab/programs/prometheus.ts";
import { createPrometheus, type Prometheus } from "../../../src/sources/prometheus/prometheus.ts";
import type { PromqlFinding } from "../../../src/sources/question.ts";
import { reply, startServer } from "./server.ts";

const minute = 60_000;
const now = Math.floor(Date.now() / 1000) * 1000;
const soon = () => AbortSignal.timeout(10_000);

let program: StartedPrometheus | undefined;
let prometheus: Prometheus;

/** Half an hour every 15 s: map operations at 1, 2, … 5 per second, 300 series of one gauge, an agent that ended ten minutes ago. */
function* history(): Iterable<string> {
  const times = Array.from({ length: 121 }, (_, at) => now - 30 * minute + at * 15_000);
  yield "# TYPE cilium_bpf_map_ops counter\n";
  for (let map = 1; map <= 5; map++)
    for (const time of times)
      yield `cilium_bpf_map_ops_total{k8s_app="cilium",map_name="map_${map}",operation="update"} ${((time - now) / 1000 + 3_600) * map} ${time / 1000}\n`;
  yield "# TYPE cilium_many gauge\n";
  for (let series = 0; series < 300; series++)
    for (const time of times.slice(-10)) yield `cilium_many{series="${series}"} ${series} ${time / 1000}\n`;
  yield "# TYPE cilium_ended gauge\n";
  for (const time of times) if (time < now - 10 * minute) yield `cilium_ended{pod="cilium-a"} 1 ${time / 1000}\n`;
  yield "# TYPE cilium_version gauge\n";
  for (const time of times) yield `cilium_version{pod="cilium-a",version="1.19.4"} 1 ${time / 1000}\n`;
  yield "# EOF\n";
}

beforeAll(async () => {
  const say = () => undefined;
  const [binary, promtool] = await Promise.all([findProgram("prometheus", { say }), findProgram("promtool", { say })]);
  program = await startPrometheus({ prometheus: binary, promtool, targets: [], history });
  prometheus = createPrometheus({ name: "test", url: program.url });
});

afterAll(async () => {
  await program?.close();
});

async function query(expression: string, sinceMs = 0, stepMs = 0, from = prometheus): Promise<PromqlFinding> {
  const window = { from: now - sinceMs, to: now };
  return await from.answer(
    { source: "prometheus", ask: "promql", cluster: "test", expression, window, stepMs },
    soon(),
  );
}

describe("at a moment", () => {
  test("a vector is sorted by its values, which are whole", async () => {
    const finding = await query("sum by (map_name) (rate(cilium_bpf_map_ops_total[5m]))");
    expect(finding).toMatchObject({ type: "vector", cannot: null, folded: 0, notes: [], stepMs: 0 });
    expect(finding.series.map(({ labels }) => labels["map_name"])).toEqual([
      "map_5",
      "map_4",
      "map_3",
      "map_2",
      "map_1",
    ]);
    expect(finding.series[0]?.points[0]?.[1]).toBeCloseTo(5, 6);
    expect(finding.series[0]?.points[0]?.[0]).toBe(now);
  });

  test("a scalar, a text and samples are told as what they are", async () => {
    expect(await query("1/3")).toMatchObject({ type: "scalar", series: [{ labels: {}, points: [[now, 1 / 3]] }] });
    expect(await query('"hello"')).toMatchObject({ type: "string", text: "hello", series: [] });
    const samples = await query("cilium_version[5m]");
    expect(samples).toMatchObject({ type: "matrix", stepMs: 0 });
    expect([20, 21]).toContain(samples.series[0]?.points.length);
  });

  test("what is no number is null, comes last and is said", async () => {
    const finding = await query(
      'cilium_bpf_map_ops_total / (cilium_bpf_map_ops_total{map_name="map_1"} - 3600 or 0 * cilium_bpf_map_ops_total)',
    );
    expect(finding.series.at(-1)?.points[0]?.[1]).toBeNull();
    expect(finding.notes).toEqual([expect.stringMatching(/^Values that are no number are left out \(.*\+Inf\)/)]);
    expect((await query("0/0")).series[0]?.points).toEqual([[now, null]]);
  });

  test("what the server says beside it is kept, and so is its refusal with its place", async () => {
    await expect(query("rate(cilium_version)")).rejects.toMatchObject({
      code: "REFUSED",
      say: expect.stringContaining("1:6: parse error: expected type range vector"),
    });
  });
});

describe("over time", () => {
  test("there are about 120 points up to the window's end, at nice distances", async () => {
    const finding = await query("sum(rate(cilium_bpf_map_ops_total[2m]))", 20 * minute + 7_000);
    expect(finding).toMatchObject({ type: "matrix", stepMs: 15_000, cannot: null });
    const points = finding.series[0]?.points ?? [];
    expect(points).toHaveLength(81);
    expect(points.at(-1)?.[0]).toBe(now);
    expect(points.at(-1)?.[1]).toBeCloseTo(15, 5);
    expect((await query("sum(rate(cilium_bpf_map_ops_total[2m]))", 6 * 60 * minute)).stepMs).toBe(300_000);
  });

  test("a step that was asked for is kept", async () => {
    expect((await query("cilium_version", 5 * minute, 1_000)).series[0]?.points).toHaveLength(301);
  });

  test("a number is a line too", async () => {
    expect(await query("time() % 60", 5 * minute)).toMatchObject({ type: "matrix", series: [{ labels: {} }] });
  });

  test("more series than are drawn are not fetched", async () => {
    expect(await query("cilium_many", 5 * minute)).toMatchObject({
      series: [],
      cannot:
        "These are 300 series, more than the 200 that are drawn: type topk(10, …) around the expression, or add up with sum by (…) (…).",
    });
    const all = await query("cilium_many");
    expect([all.series.length, all.folded]).toEqual([200, 100]);
    expect(all.series[0]?.labels["series"]).toBe("299");
  });

  test("a finding stays small, the highest series first", async () => {
    const finding = await query('cilium_many{series=~"1.*"}', 2 * minute, 1_000);
    expect(finding.series.length + finding.folded).toBe(111);
    expect(finding.folded).toBeGreaterThan(0);
    expect(JSON.stringify(finding).length).toBeLessThan(256_000);
    expect(finding.series[0]?.labels["series"]).toBe("199");
  });
});

describe("where there is nothing, it is said why", () => {
  test.each<[string, RegExp]>([
    [
      "cilium_bpf_map_op_total",
      /^There is no metric cilium_bpf_map_op_total in this time\. Did you mean cilium_bpf_map_ops_total\?$/,
    ],
    [
      "cilium_nothing_like_it_at_all",
      /^There is no metric cilium_nothing_like_it_at_all in this time, though there are others that begin with cilium_\.$/,
    ],
    [
      "something_else",
      /^There is no metric something_else, and nothing that tells of any scrape: this time is older than what Prometheus keeps/,
    ],
    ['cilium_version{k8s_app="cilium"}', /^cilium_version has no label k8s_app: it has pod, version\.$/],
    [
      'cilium_version{pod="cilium-b"}',
      /^cilium_version has no series with pod="cilium-b": its values of pod are cilium-a\.$/,
    ],
    ['cilium_bpf_map_ops_total{map_name=~"ct.*"}', /^No series fits cilium_bpf_map_ops_total\{map_name=~"ct\.\*"\}/],
    [
      "cilium_ended",
      /^cilium_ended has no sample in the five minutes before .*Z: it began later, or it ended\. Type --since 1h to see when\.$/,
    ],
    [
      "cilium_version > 5",
      /^The series are there, but a condition or a comparison in the expression leaves none of them\.$/,
    ],
    ["absent(cilium_version)", /^absent\(\) gives nothing where there is something/],
  ])("%s", async (expression, sentence) => {
    const finding = await query(expression);
    expect(finding.series).toEqual([]);
    expect(finding.cannot).toMatch(sentence);
  });

  test("over time as well", async () => {
    expect((await query("cilium_version > 5", 10 * minute)).cannot).toContain("no condition is fulfilled");
    expect((await query("cilium_ended", 4 * minute)).cannot).toMatch(/^cilium_ended has no sample from .*Z to .*Z: /);
  });
});

describe("a server that is strange", () => {
  const vector = (result: unknown, extra: object = {}) =>
    JSON.stringify({ status: "success", data: { resultType: "vector", result }, ...extra });
  const opened = (host: string) => createPrometheus({ name: "test", url: `http://${host}` });

  test("may give warnings of a part that did not answer: they are in the notes", async () => {
    await using server = await startServer(
      reply(
        200,
        vector([{ metric: {}, value: [0, "1"] }], { warnings: ["store-1 did not answer"], infos: ["no counter"] }),
      ),
    );
    expect(await query("up", 0, 0, opened(server.host))).toMatchObject({
      cannot: null,
      notes: ["store-1 did not answer", "no counter"],
    });
  });

  test("may give native histograms: they are said to be left out", async () => {
    await using server = await startServer(
      reply(
        200,
        vector([
          { metric: {}, histogram: [0, { count: "1" }] },
          { metric: {}, value: [0, "1"] },
        ]),
      ),
    );
    const { notes, series } = await query("up", 0, 0, opened(server.host));
    expect(series).toHaveLength(1);
    expect(notes).toEqual([expect.stringContaining("1 native histograms are left out")]);
  });

  test("may not tell what it has: that is said", async () => {
    await using server = await startServer((response, { path }) =>
      (path.includes("/query") ? reply(200, vector([])) : reply(404, "no"))(response),
    );
    expect((await query("up", 0, 0, opened(server.host))).cannot).toContain("does not tell which metrics");
  });

  test("is asked for nothing but what reads", async () => {
    await using server = await startServer(reply(200, vector([])));
    await query("up", 0, 0, opened(server.host)).catch(() => undefined);
    await query("up", 600_000, 0, opened(server.host)).catch(() => undefined);
    const paths = server.requests.map(({ path }) => path.split("?")[0]);
    for (const path of paths) expect(path).toMatch(/^\/api\/v1\/(query|query_range|labels|label\/\w+\/values)$/);
    expect(paths.length).toBeGreaterThan(4);
  });

  test("is not asked at all for what is not PromQL or asks for everything, whoever sends it", async () => {
    await using server = await startServer(reply(200, vector([])));
    for (const expression of ["sum(", '{__name__=~".+"}', "x".repeat(10_000), `${"(".repeat(500)}1`])
      await expect(query(expression, 0, 0, opened(server.host))).rejects.toMatchObject({ code: "REFUSED" });
    expect(server.requests).toEqual([]);
  });
});
