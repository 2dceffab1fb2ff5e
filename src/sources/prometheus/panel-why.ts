/** Why a question of the dashboards has no answer here. Sentences for people. */
import { metricsOf, metricsOfPanel } from "../../analysis/catalogue/expression.ts";
import { familyOf, whyNoLabel, whyNoMetric } from "../../analysis/catalogue/missing.ts";
import type { Panel, Way } from "../../analysis/catalogue/panel.ts";
import type { Window } from "../../analysis/select.ts";
import { rfc3339 } from "../../analysis/time.ts";
import type { PanelQuestion } from "../question.ts";
import { duration, numberOf } from "./promql.ts";
import type { MetricTools } from "./tools.ts";

export type ChosenWay = { readonly ok: true; readonly way: Way } | { readonly ok: false; readonly say: string };

/** Windows that end this much before now lie in the past, milliseconds. */
const past = 60_000;
const shownWorkloads = 5;

/** The first way that all metrics and labels are there for. */
export async function chooseWay(panel: Panel, window: Window, tools: MetricTools): Promise<ChosenWay> {
  const { discovery } = tools;
  const there = await discovery.metrics(metricsOfPanel(panel), window);
  let lacking: string | undefined;
  for (const way of panel.ways) {
    if (!metricsOf(way).every((metric) => there.has(metric))) continue;
    const without = await lackingLabel(way, window, tools);
    if (without === undefined) return { ok: true, way };
    lacking ??= whyNoLabel(without.metric, without.label);
  }
  if (lacking !== undefined) return { ok: false, say: lacking };
  const gone = metricsOf(panel.ways[0]).find((metric) => !there.has(metric)) ?? "";
  return { ok: false, say: await whyMissing(gone, window, tools) };
}

async function lackingLabel(way: Way, window: Window, { discovery }: MetricTools) {
  for (const [metric, needed] of Object.entries(way.labels ?? {})) {
    const labels = await discovery.labels(metric, window);
    const label = needed.find((name) => !labels.has(name));
    if (label !== undefined) return { metric, label };
  }
  return undefined;
}

async function whyMissing(metric: string, window: Window, { discovery }: MetricTools): Promise<string> {
  const now = Date.now();
  const family = familyOf(metric);
  const signs = family?.signs ?? [];
  const [then, later] = await Promise.all([
    discovery.metrics(signs, window),
    now - window.to > past ? discovery.metrics([metric, ...signs], { from: window.to, to: now }) : new Set<string>(),
  ]);
  const isScraped = signs.some((sign) => then.has(sign));
  if (later.has(metric) || (!isScraped && signs.some((sign) => later.has(sign))))
    return older(later.has(metric) ? metric : "these metrics", window);
  if (family !== undefined && !isScraped) return `Prometheus has ${family.why}.`;
  return whyNoMetric(metric);
}

export interface Empty {
  readonly say: string;
  /** Everything is measured, and there was nothing of it. */
  readonly quiet: boolean;
}

/** The metrics have series, and the expressions gave none. */
export async function whyEmpty(panel: Panel, way: Way, question: PanelQuestion, tools: MetricTools): Promise<Empty> {
  const { window, workload, namespace } = question;
  const metric = metricsOf(way)[0] ?? "";
  const range = duration(window.to - window.from);
  const samples = numberOf(await tools.instant(`count(last_over_time(${metric}[${range}]))`, window.to));
  if (samples === 0) return { say: older(metric, window), quiet: false };
  if (workload !== undefined) return { say: await whichWorkloads(metric, workload, window, tools), quiet: false };
  const whose = namespace === undefined ? "" : ` in ${namespace}`;
  if (panel.quiet === undefined)
    return { say: `${metric} is there, but has nothing that fits the question${whose} in this time.`, quiet: false };
  const said = `${panel.quiet.charAt(0).toUpperCase()}${panel.quiet.slice(1)}`;
  return { say: `${said}${whose} in this time, and ${metric} is there to tell.`, quiet: true };
}

async function whichWorkloads(metric: string, workload: string, window: Window, tools: MetricTools): Promise<string> {
  const by = metric.startsWith("hubble_") ? "destination_namespace, destination_workload" : "namespace, workload";
  const count = `count by (${by}) (last_over_time(${metric}[${duration(window.to - window.from)}]))`;
  const found = await tools.instant(count, window.to);
  const names = (found.type === "vector" ? found.series : []).flatMap(({ labels }) => {
    const name = labels["destination_workload"] ?? labels["workload"];
    const space = labels["destination_namespace"] ?? labels["namespace"];
    return name ? [`${space}/${name}`] : [];
  });
  if (names.length === 0) return `${metric} has nothing of ${workload} in this time, and names no workload.`;
  const shown = [...new Set(names)].sort().slice(0, shownWorkloads).join(", ");
  return `${metric} has nothing of ${workload} in this time. It has ${shown}${names.length > shownWorkloads ? " and more" : ""}.`;
}

function older(what: string, { from, to }: Window): string {
  const between = `between ${rfc3339(seconds(from))} and ${rfc3339(seconds(to))}`;
  return `Prometheus has nothing of ${what} ${between}: that is older than what it keeps (its retention time), or it did not scrape then. Type a later --since or --until.`;
}

function seconds(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}
