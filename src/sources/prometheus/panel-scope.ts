/** What a question of the dashboards is narrowed to here: matchers that fit the labels which this scrape really has. */
import type { Scope } from "../../analysis/catalogue/expression.ts";
import { whyNoLabel } from "../../analysis/catalogue/missing.ts";
import type { PanelQuestion } from "../question.ts";
import { textLiteral } from "./promql.ts";
import { choosePods } from "./ranking-pods.ts";
import type { MetricTools } from "./tools.ts";

export type Scoped =
  | { readonly ok: true; readonly scope: Scope; readonly notes: readonly string[] }
  /** `say`: a sentence that says what to type or to set instead. */
  | { readonly ok: false; readonly say: string };

type Place = keyof Scope;

const everywhere: Scope = { agent: "", pod: "", to: "", from: "", back: "", owner: "", cluster: "" };
/** Whose labels name the workload or namespace that was asked for. */
const ends = { to: "destination_", back: "destination_", from: "source_", owner: "" } as const;

/** `expressions`: all of a way's, as the catalogue has them. */
export async function scopeOf(question: PanelQuestion, expressions: string, tools: MetricTools): Promise<Scoped> {
  const scope: Record<Place, string> = { ...everywhere };
  const notes = new Set<string>();
  for (const place of Object.keys(everywhere) as Place[]) {
    const metric = new RegExp(`([a-z][\\w:]*)\\{\\$${place}\\b`).exec(expressions)?.[1];
    if (metric === undefined) continue;
    const labels = await tools.discovery.labels(metric, question.window);
    const own = place in ends ? named(question, ends[place as keyof typeof ends]) : [];
    const lacking = own.find(([label]) => !labels.has(label));
    if (lacking !== undefined) return { ok: false, say: whyNoLabel(metric, lacking[0]) };
    const agents = await agentsAt(place, metric, labels, question, tools);
    if (!agents.ok) return agents;
    const cluster = labels.has("cluster") ? await clusterIn(metric, question, tools) : nowhere;
    const reporter = place === "to" && labels.has("reporter") ? await reporterIn(metric, question, tools) : "";
    scope[place] = [
      ...agents.matchers,
      ...own.map(([label, value]) => `${label}=${textLiteral(value)}`),
      reporter,
      cluster.matcher,
    ]
      .filter((one) => one !== "")
      .join(", ");
    if (cluster.note !== undefined) notes.add(cluster.note);
  }
  return { ok: true, scope, notes: [...notes] };
}

/** The labels that have to have a value, of metrics that say with `prefix` which end they mean. */
function named({ workload, namespace }: PanelQuestion, prefix: string): (readonly [label: string, value: string])[] {
  const slash = workload?.indexOf("/") ?? -1;
  const space = workload?.slice(0, slash) ?? namespace;
  return [
    ...(space === undefined ? [] : [[`${prefix}namespace`, space] as const]),
    ...(workload === undefined ? [] : [[`${prefix}workload`, workload.slice(slash + 1)] as const]),
  ];
}

async function agentsAt(
  place: Place,
  metric: string,
  labels: ReadonlySet<string>,
  { pod, window }: PanelQuestion,
  tools: MetricTools,
): Promise<{ readonly ok: true; readonly matchers: readonly string[] } | { readonly ok: false; readonly say: string }> {
  if (place !== "agent" && place !== "pod") return { ok: true, matchers: [] };
  const own = await tools.discovery.agentMatcher(window);
  const pods = await choosePods(pod, own === "" ? [] : [own], window, tools);
  if (!pods.ok) return pods;
  if (pods.matcher !== null && !labels.has("pod"))
    return {
      ok: false,
      say: `${metric} has no pod label here, so single agents cannot be told apart: leave out --pod.`,
    };
  return { ok: true, matchers: [...(place === "agent" ? [own] : []), pods.matcher ?? ""] };
}

interface Cluster {
  readonly matcher: string;
  readonly note?: string;
}

const nowhere: Cluster = { matcher: "" };

/** A Prometheus that holds several clusters calls them perhaps as our configuration does. */
async function clusterIn(
  metric: string,
  { cluster, window }: PanelQuestion,
  { discovery }: MetricTools,
): Promise<Cluster> {
  const clusters = await discovery.values(metric, "cluster", window);
  if (clusters.includes(cluster)) return { matcher: `cluster=${textLiteral(cluster)}` };
  if (clusters.length < 2) return nowhere;
  const note = `This Prometheus holds ${clusters.length} clusters, none of them called ${cluster}: the numbers are of all.`;
  return { matcher: "", note };
}

/** Both ends tell of a request where both are seen: only one of them counts. */
async function reporterIn(metric: string, { window }: PanelQuestion, { discovery }: MetricTools): Promise<string> {
  return (await discovery.values(metric, "reporter", window)).includes("server") ? 'reporter="server"' : "";
}
