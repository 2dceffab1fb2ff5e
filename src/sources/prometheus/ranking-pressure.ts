/** How full maps are, over time: the fullest of now, and those that grow fastest, because one of them may be full first. */
import { mapName } from "../../analysis/ranking.ts";
import type { Window } from "../../analysis/select.ts";
import type { MetricSeries } from "../question.ts";
import { duration } from "./promql.ts";
import { keyOf, matchersOf, rounded } from "./ranking-rows.ts";
import { agentLabel, selector } from "./ranking-subject.ts";
import type { Labels } from "./result.ts";
import type { MetricTools } from "./tools.ts";

export interface Pressure {
  readonly series: readonly MetricSeries[];
  /** Maps that have operations, but no series here. */
  readonly unmeasured: readonly string[];
  readonly notes: readonly string[];
}

const metric = "cilium_bpf_map_pressure";
const most = 10;
const points = 120;

/** `operations`: selector of the operations' counters, to know which maps there are. */
export async function readPressure(
  operations: string,
  base: readonly string[],
  asked: { readonly window: Window; readonly scrapeMs: number },
  tools: MetricTools,
): Promise<Pressure> {
  const { window, scrapeMs } = asked;
  const names = await tools.discovery.labels(metric, window);
  const agent = agentLabel(names);
  const by = [...(agent === null ? [] : [agent]), ...(names.has("node") ? ["node"] : []), "map_name"];
  const range = duration(window.to - window.from);
  const own = selector(metric, base);
  const grouped = (expression: string) => `max by (${by.join(", ")}) (${expression})`;
  const [fullest, growing, measured, used] = await Promise.all(
    [
      `topk(${most}, ${grouped(own)})`,
      `topk(${most}, ${grouped(`deriv(${own}[${range}])`)} > 0)`,
      `count by (map_name) (last_over_time(${own}[${range}]))`,
      `count by (map_name) (last_over_time(${operations}[${range}]))`,
    ].map((query) => tools.instant(query, window.to)),
  );
  const labelsOf = (result: typeof fullest) =>
    result?.type === "vector" ? result.series.map(({ labels }) => labels) : [];
  const known = new Set(labelsOf(measured).map(({ map_name: name = "" }) => mapName(name)));
  if (known.size === 0)
    return {
      series: [],
      unmeasured: [],
      notes: [
        "How full maps are is not known, the agents give no cilium_bpf_map_pressure: remove -cilium_bpf_map_pressure from prometheus.metrics in Cilium's Helm values.",
      ],
    };
  const unmeasured = new Set(labelsOf(used).map(({ map_name: name = "" }) => mapName(name)));
  for (const name of known) unmeasured.delete(name);
  const chosen = new Map([...labelsOf(fullest), ...labelsOf(growing)].map((labels) => [keyOf(labels, by), labels]));
  return { series: await seriesOf(chosen, by, grouped, base), unmeasured: [...unmeasured].sort(), notes: [] };

  async function seriesOf(
    wanted: ReadonlyMap<string, Labels>,
    labels: readonly string[],
    group: (expression: string) => string,
    matchers: readonly string[],
  ): Promise<MetricSeries[]> {
    if (wanted.size === 0) return [];
    const stepMs = Math.max(scrapeMs, Math.ceil((window.to - window.from) / points / 1_000) * 1_000);
    const from = window.to - Math.floor((window.to - window.from) / stepMs) * stepMs;
    const chosenMatchers = matchersOf(
      [...wanted.values()].map((one) => ({ labels: one })),
      labels,
    );
    const query = group(selector(metric, [...matchers, ...chosenMatchers]));
    const found = await tools.range(query, { from, to: window.to }, stepMs);
    return (found.type === "matrix" ? found.series : [])
      .filter((one) => wanted.has(keyOf(one.labels, labels)))
      .map((one) => ({
        labels: Object.fromEntries(labels.map((name) => [name, one.labels[name] ?? ""])),
        points: one.samples.map(({ time, value }) => [time, rounded(value)] as const),
      }));
  }
}
