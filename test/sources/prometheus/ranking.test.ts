import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { forecastFull } from "../../../src/analysis/forecast.ts";
import { findProgram } from "../../../src/lab/programs/find.ts";
import { type StartedPrometheus, startPrometheus } from "../../../src/lab/programs/prometheus.ts";
import { createPrometheus, type Prometheus } from "../../../src/sources/prometheus/prometheus.ts";
import type { RankingFinding, RankingQuestion, RankingRow } from "../../../src/sources/question.ts";
import { type Course, counting, historyText } from "./ranking-history.ts";

const minute = 60_000;
const hour = 60 * minute;
const scrapeMs = 15_000;
const to = Math.floor(Date.now() / scrapeMs) * scrapeMs;
const from = to - hour;
const began = to - 3 * hour;

/** Operations per second in the last hour, its first and second half, and in the hour before. */
interface Ops {
  readonly map: string;
  readonly operation: string;
  readonly outcome?: "fail";
  readonly rates: readonly [before: number, first: number, second: number];
}

const nodes = { "cilium-aaaaa": "k8s-ctr", "cilium-bbbbb": "k8s-w1", "cilium-ccccc": "k8s-w2" } as const;
type Pod = keyof typeof nodes;

const operations: Readonly<Record<Pod, readonly Ops[]>> = {
  "cilium-aaaaa": [
    // The order of these changes in the middle: at most times others are the five busiest.
    { map: "ct4_global", operation: "lookup", rates: [10, 30, 2] },
    { map: "ct_any4_global", operation: "lookup", rates: [7, 1, 27] },
    { map: "ipcache_v2", operation: "update", rates: [3, 3, 3] },
    { map: "lxc", operation: "update", rates: [0, 0.2, 0.2] },
    { map: "lb4_services_v2", operation: "update", rates: [1, 2, 2] },
  ],
  "cilium-bbbbb": [
    { map: "ct4_global", operation: "lookup", rates: [20, 20, 20] },
    { map: "ct4_global", operation: "delete", rates: [8, 9, 9] },
    { map: "ct4_global", operation: "delete", outcome: "fail", rates: [0, 0.5, 1.5] },
    { map: "snat_v4_external", operation: "delete", rates: [12, 1, 23] },
    { map: "cilium.policy(v2", operation: "update", rates: [0.1, 0.1, 0.1] },
  ],
  "cilium-ccccc": [
    { map: "ct4_global", operation: "lookup", rates: [5, 5, 5] },
    { map: "lxc", operation: "lookup", rates: [4, 8, 0] },
    { map: "policy_v2", operation: "update", rates: [1, 0.9, 0.9] },
  ],
};

function target(pod: Pod): Record<string, string> {
  return { pod, namespace: "kube-system", k8s_app: "cilium", job: "kubernetes-pods", instance: `${nodes[pod]}:9962` };
}

const always = (value: number) => () => value;
const hoursBack = (time: number) => (time - to) / hour;
const wobble = (time: number) => Math.sin(time / 77_000) * 0.004;

const courses: Course[] = [
  ...(Object.keys(nodes) as Pod[]).flatMap((pod): Course[] => [
    { metric: "cilium_version", type: "gauge", labels: { ...target(pod), version: "1.17.6" }, value: always(1) },
    {
      metric: "hubble_lost_events",
      type: "counter",
      labels: { pod, node: nodes[pod], k8s_app: "hubble", job: "hubble-metrics", source: "hubble_ring_buffer" },
      value: always(0),
    },
    ...operations[pod].map(
      ({ map, operation, outcome = "success", rates: [before, first, second] }): Course => ({
        metric: "cilium_bpf_map_ops",
        type: "counter",
        labels: { ...target(pod), map_name: map, operation, outcome },
        value: counting(
          [
            [began, before],
            [from, first],
            [from + hour / 2, second],
          ],
          // The agent on k8s-w1 starts anew twice in the last hour.
          pod === "cilium-bbbbb" ? { restarts: [from + 11 * minute, from + 47 * minute] } : {},
        ),
      }),
    ),
    // The same agent, seen by a second job.
    ...operations[pod].slice(0, 1).map(
      ({ map, operation, rates: [before, first, second] }): Course => ({
        metric: "cilium_bpf_map_ops",
        type: "counter",
        labels: { ...target(pod), job: "other", map_name: map, operation, outcome: "success" },
        value: counting(
          [
            [began, before],
            [from, first],
            [from + hour / 2, second],
          ],
          pod === "cilium-bbbbb" ? { restarts: [from + 11 * minute, from + 47 * minute] } : {},
        ),
      }),
    ),
  ]),
  ...(
    [
      ["cilium-bbbbb", "ct4_global", (time: number) => 0.55 + 0.05 * hoursBack(time) + wobble(time)],
      ["cilium-aaaaa", "ct4_global", (time: number) => 0.2 + wobble(time)],
      ["cilium-ccccc", "ct4_global", (time: number) => 0.4 - 0.05 * hoursBack(time)],
      ["cilium-aaaaa", "lb4_services_v2", (time: number) => 0.3 + 10 * wobble(time)],
      ["cilium-ccccc", "cilium_policy_v2_*", always(0.12)],
    ] as const
  ).map(
    ([pod, map, value]): Course => ({
      metric: "cilium_bpf_map_pressure",
      type: "gauge",
      labels: { ...target(pod), map_name: map },
      value,
    }),
  ),
];

let programs: StartedPrometheus[] = [];
let prometheus: Prometheus;
let bare: Prometheus;

/** No pod and no k8s_app, and Hubble's metrics with contexts. One agent came twenty minutes ago. */
const bareCourses: Course[] = [
  { metric: "cilium_version", type: "gauge", labels: { instance: "10.0.0.1:9962", job: "cilium" }, value: always(1) },
  {
    metric: "cilium_bpf_map_ops",
    type: "counter",
    labels: { instance: "10.0.0.1:9962", job: "cilium", map_name: "lxc", operation: "lookup", outcome: "success" },
    value: counting([[to - hour / 3, 4]], { born: to - hour / 3 }),
  },
  ...(
    [
      [{ reason: "POLICY_DENIED", protocol: "TCP", source: "default/xwing", destination: "default/deathstar" }, 6],
      [{ reason: "CT_MAP_INSERTION_FAILED", protocol: "TCP", source: "", destination: "default/web" }, 4],
      [{ reason: "UNSUPPORTED_L3_PROTOCOL", protocol: "ICMPv6", source: "", destination: "" }, 50],
      [{ reason: "DROP_REASON_UNKNOWN", protocol: "HTTP", source: "a/b", destination: "c/d" }, 9],
    ] as const
  ).map(
    ([labels, rate]): Course => ({
      metric: "hubble_drop",
      type: "counter",
      labels: { instance: "10.0.0.1:9965", job: "hubble", ...labels },
      value: counting([[began, rate]]),
    }),
  ),
  ...(
    [
      [{ source_namespace: "default", source_workload: "xwing", destination_ip: "10.1.2.3" }, "Trace", "FORWARDED", 5],
      [{ source_namespace: "", source_workload: "", destination_ip: "10.1.2.4" }, "Trace", "FORWARDED", 2],
      [{ source_namespace: "default", source_workload: "xwing", destination_ip: "10.1.2.3" }, "Drop", "DROPPED", 90],
    ] as const
  ).map(
    ([labels, type, verdict, rate]): Course => ({
      metric: "hubble_flows_processed",
      type: "counter",
      labels: { instance: "10.0.0.1:9965", job: "hubble", protocol: "TCP", subtype: "", type, verdict, ...labels },
      value: counting([[began, rate]]),
    }),
  ),
];

beforeAll(async () => {
  const say = () => undefined;
  const [binary, promtool] = await Promise.all([findProgram("prometheus", { say }), findProgram("promtool", { say })]);
  const span = { from: began, to, scrapeMs };
  programs = await Promise.all(
    [courses, bareCourses].map((own) =>
      startPrometheus({ prometheus: binary, promtool, targets: [], history: () => historyText(own, span) }),
    ),
  );
  [prometheus, bare] = programs.map(({ url }) => createPrometheus({ name: "test", url })) as [Prometheus, Prometheus];
}, 60_000);

afterAll(async () => {
  await Promise.all(programs.map((program) => program.close()));
});

const soon = () => AbortSignal.timeout(10_000);

async function rankingOf(change: Partial<RankingQuestion> = {}, of: Prometheus = prometheus): Promise<RankingFinding> {
  const question = { source: "prometheus", ask: "ranking", of: "maps", cluster: "test", top: 5 } as const;
  return await of.answer({ ...question, window: { from, to }, ...change }, soon());
}

const nameOf = ({ labels }: Pick<RankingRow, "labels">) =>
  [labels["node"], labels["map_name"], labels["operation"], labels["outcome"]].join(" ");

/** What the history was made of, most first. */
const truth = (Object.keys(nodes) as Pod[])
  .flatMap((pod) =>
    operations[pod].map(({ map, operation, outcome = "success", rates: [before, first, second] }) => ({
      name: `${nodes[pod]} ${map} ${operation} ${outcome}`,
      node: nodes[pod],
      rate: (first + second) / 2,
      before,
    })),
  )
  .sort((a, b) => b.rate - a.rate);

function expectTruth(rows: readonly RankingRow[], wanted: typeof truth): void {
  expect(rows.map(nameOf)).toEqual(wanted.map(({ name }) => name));
  for (const [index, { rate }] of wanted.entries())
    expect(Math.abs((rows[index]?.rate ?? 0) / rate - 1)).toBeLessThan(0.01);
}

describe("the first maps", () => {
  test("are the right five in the right order, with their rates", async () => {
    const { rows, cannot, unit, notes } = await rankingOf();
    expectTruth(rows, truth.slice(0, 5));
    expect({ cannot, unit, notes }).toEqual({ cannot: null, unit: "ops/s", notes: [] });
  });

  test("are exactly as many series as asked for, though others lead at times", async () => {
    const { rows, queries } = await rankingOf({ top: 3 });
    expect(rows).toHaveLength(3);
    for (const { points } of rows) expect(points.length).toBeGreaterThan(100);
    // The same expression as a range gives more.
    const range = await prometheus.range(queries[1] ?? "", { from, to, stepMs: minute }, soon());
    expect(range.type === "matrix" && range.series.length).toBeGreaterThan(3);
    const peak = (name: string) => {
      const points = rows.find((row) => nameOf(row).startsWith(name))?.points ?? [];
      return points.reduce((most, [, value]) => Math.max(most, value ?? 0), 0);
    };
    expect(peak("k8s-ctr ct4_global")).toBeGreaterThan(28);
    expect(peak("k8s-ctr ct4_global")).toBeLessThan(32);
  });

  test("have what they were in the hour before, and the total of all", async () => {
    const { rows, totals } = await rankingOf({ top: 20 });
    expectTruth(rows, truth);
    for (const [index, { before }] of truth.entries()) expect(rows[index]?.before).toBeCloseTo(before, 1);
    expect(totals).toHaveLength(1);
    expect(totals[0]?.count).toBe(truth.length);
    expect(totals[0]?.rate).toBeCloseTo(
      truth.reduce((sum, { rate }) => sum + rate, 0),
      0,
    );
  });

  test("have no before where Prometheus had nothing then", async () => {
    const { rows } = await rankingOf({ window: { from: to - 2 * hour, to } });
    expect(rows.map(({ before }) => before)).toEqual([null, null, null, null, null]);
  });

  test("of each node are K of each, the busiest node first", async () => {
    const { rows, totals, queries } = await rankingOf({ by: "node", top: 2 });
    const wanted = ["k8s-w1", "k8s-ctr", "k8s-w2"].flatMap((node) =>
      truth.filter((one) => one.node === node).slice(0, 2),
    );
    expectTruth(rows, wanted);
    expect(totals.map(({ labels }) => labels["node"])).toEqual(["k8s-w1", "k8s-ctr", "k8s-w2"]);
    expect(totals.map(({ rate }) => Math.round(rate))).toEqual([42, 35, 10]);
    expect(queries[0]).toContain("topk by (pod) (2, avg by (pod, map_name, operation, outcome) (rate(");
  });

  test("that failed are found although others are busier", async () => {
    const { rows } = await rankingOf({ failed: true });
    expectTruth(
      rows,
      [truth.find(({ name }) => name.endsWith("fail"))].filter((one) => one !== undefined),
    );
    const { failing } = await rankingOf();
    expect(failing.map(nameOf)).toEqual(["k8s-w1 ct4_global delete fail"]);
  });

  test("can be of one pod, by its name, a pattern, or its node's name", async () => {
    for (const pod of ["cilium-ccccc", "*ccc*", "k8s-w2"]) {
      const { rows } = await rankingOf({ pod });
      expectTruth(
        rows,
        truth.filter(({ node }) => node === "k8s-w2"),
      );
    }
  });

  test("say which pods there are when none fits", async () => {
    const { cannot, rows } = await rankingOf({ pod: "cilium-x" });
    expect(rows).toEqual([]);
    expect(cannot).toBe(
      "No agent's pod fits cilium-x. There are cilium-aaaaa (k8s-ctr), cilium-bbbbb (k8s-w1), cilium-ccccc (k8s-w2).",
    );
  });

  test.each(['x"} or vector(1) #', ".*", "cilium-aaaaa|cilium-bbbbb", "\\", "(", "cilium.aaaaa", "\n"])(
    "take %j for a name, whatever it means to RE2 or PromQL",
    async (pod) => {
      expect((await rankingOf({ pod })).cannot).toContain("No agent's pod fits");
    },
  );

  test("come with expressions that give the same", async () => {
    const { rows, queries } = await rankingOf();
    const own = await prometheus.instant(queries[0] ?? "", Date.now(), soon());
    const values = own.type === "vector" ? own.series.map(({ sample }) => sample.value) : [];
    expect(values.sort((a, b) => b - a)).toEqual(rows.map(({ rate }) => rate));
    // The write-ups' expression, and `outcome`.
    expect(queries[1]).toBe(
      'topk(5, avg by (pod, map_name, operation, outcome) (rate(cilium_bpf_map_ops_total{k8s_app="cilium"}[300s])))',
    );
  });
});

describe("map pressure", () => {
  test("comes with the ranking, and a forecast that an independent fit agrees with", async () => {
    const { pressure } = await rankingOf();
    const forecasts = new Map(
      pressure.map(({ labels, points }) => [`${labels["node"]} ${labels["map_name"]}`, forecastFull(points, to)]),
    );
    expect([...forecasts.keys()].sort()).toEqual([
      "k8s-ctr ct4_global",
      "k8s-ctr lb4_services_v2",
      "k8s-w1 ct4_global",
      "k8s-w2 cilium_policy_v2_*",
      "k8s-w2 ct4_global",
    ]);
    const given = [...forecasts].filter(([, forecast]) => forecast !== undefined);
    expect(given.map(([name]) => name)).toEqual(["k8s-w1 ct4_global"]);
    // Prometheus' own fit, over the samples themselves.
    const series = 'cilium_bpf_map_pressure{pod="cilium-bbbbb"}[1h]';
    const answer = await prometheus.instant(`(1 - predict_linear(${series}, 0)) / deriv(${series}) / 3600`, to, soon());
    const hours = answer.type === "vector" ? (answer.series[0]?.sample.value ?? 0) : 0;
    expect(hours).toBeCloseTo(9, 0);
    expect(Math.abs(((given[0]?.[1]?.fullAt ?? 0) - to) / hour / hours - 1)).toBeLessThan(0.05);
  });

  test("names the maps that do not tell how full they are, with and without cilium_ in front", async () => {
    expect((await rankingOf()).unmeasured).toEqual([
      "cilium.policy(v2",
      "ct_any4_global",
      "ipcache_v2",
      "lxc",
      "snat_v4_external",
    ]);
  });
});

describe("a scrape without pods and k8s_app", () => {
  test("is ranked by instance, over the time there are samples of", async () => {
    const { rows, notes, queries } = await rankingOf({}, bare);
    expect(rows).toMatchObject([{ labels: { instance: "10.0.0.1:9962", map_name: "lxc" } }]);
    expect(queries[0]).not.toContain("k8s_app");
    expect(notes).toEqual([expect.stringContaining("How full maps are is not known")]);
  });

  test("cannot tell pods apart", async () => {
    expect((await rankingOf({ pod: "cilium-*" }, bare)).cannot).toContain("no pod label");
  });
});

describe("drops", () => {
  test("are of pairs where Hubble's metrics name them: each packet once, no noise, no requests", async () => {
    const { rows, lacks, unit } = await rankingOf({ of: "drops" }, bare);
    expect(
      rows.map(({ labels, rate }) => [labels["source"], labels["destination"], Math.round(rate * 100) / 100]),
    ).toEqual([
      ["", "default/web", 4],
      ["default/xwing", "default/deathstar", 3],
    ]);
    expect({ lacks, unit }).toEqual({ lacks: null, unit: "packets/s" });
  });

  test("say what is missing where nothing was counted and nothing is named", async () => {
    const { rows, lacks, metric, cannot } = await rankingOf({ of: "drops" });
    expect(cannot).toContain("counted no drop at all");
    expect({ rows, metric }).toEqual({ rows: [], metric: "cilium_drop_count_total" });
    expect(lacks).toContain("drop:sourceContext=pod;destinationContext=pod");
  });
});

describe("talkers and ports", () => {
  test("are named by whatever labels the contexts make", async () => {
    const { rows } = await rankingOf({ of: "talkers" }, bare);
    expect(rows.map(({ labels, rate }) => [labels["source"], labels["destination"], Math.round(rate)])).toEqual([
      ["default/xwing", "10.1.2.3", 5],
      ["", "10.1.2.4", 2],
    ]);
  });

  test("say what to set where there is nothing", async () => {
    expect((await rankingOf({ of: "talkers" })).cannot).toBe(
      "Prometheus has no hubble_flows_processed_total: in Cilium's Helm values, list flow in hubble.metrics.enabled.",
    );
    expect((await rankingOf({ of: "ports" })).cannot).toBe(
      "Prometheus has no hubble_port_distribution_total: in Cilium's Helm values, list port-distribution in hubble.metrics.enabled.",
    );
  });
});

describe("nothing is told with its reason", () => {
  test("when the window is shorter than a rate needs", async () => {
    expect((await rankingOf({ window: { from: to - 30_000, to } })).cannot).toBe(
      "Prometheus scrapes every 15s, and a rate needs some scrapes: type --since 5m or more.",
    );
  });

  test("when the window is older than the samples", async () => {
    const { cannot } = await rankingOf({ window: { from: to - 5 * hour, to: to - 4 * hour } });
    expect(cannot).toContain("older than what it keeps");
  });

  test("when there is a part of the window only", async () => {
    const { covered, notes, rows } = await rankingOf({ window: { from: to - 5 * hour, to: began + hour } });
    expect(Math.abs(covered.from - began)).toBeLessThan(3 * minute);
    expect(notes[0]).toContain("Prometheus has samples only from");
    expect(rows[0]?.rate).toBeCloseTo(20, 0);
    // No picture of a rise that never was: the first samples are too few for a rate.
    for (const [, value] of rows[0]?.points ?? []) expect(value).toBeGreaterThan(19);
  });

  test("when the samples end early", async () => {
    const { covered, notes, rows } = await rankingOf({ window: { from: from + hour / 3, to: to + hour / 3 } });
    expect(covered.to).toBe(to);
    expect(notes[0]).toContain("The newest sample is of");
    const rate = rows.find((row) => nameOf(row).startsWith("k8s-w1 ct4_global lookup"))?.rate ?? 0;
    expect(Math.abs(rate / 20 - 1)).toBeLessThan(0.01);
  });
});
