/** What is ranked: which metric, by which of its labels, and the expression of its rates. */
import { reasons } from "../../analysis/reasons.ts";
import type { Window } from "../../analysis/select.ts";
import type { RankingQuestion } from "../question.ts";
import { oneOf, textLiteral } from "./promql.ts";
import { endLabels, lacking } from "./ranking-ends.ts";
import type { Discovery } from "./tools.ts";

export interface Subject {
  readonly metric: string;
  readonly unit: string;
  /** Labels that make a row. */
  readonly by: readonly string[];
  /** The label that names an agent, when `by` has one. */
  readonly agent: string | null;
  /** Selects what is there whenever its exporter is scraped: a counter is not, before its first event. */
  readonly watch: string;
  /** Rates per second. `more`: matchers beside `base`; `range`: `300s`; `modifier`: ` offset 3600s`, ` @ 1795144445`. */
  readonly rates: (more: readonly string[], range: string, modifier?: string) => string;
  readonly lacks: string | null;
}

/** Reasons for which Hubble has two records of one packet: the drop, and the policy's verdict. */
const policyReasons = oneOf(reasons.filter(({ kind }) => kind === "policy").map(({ name }) => name));
const noise = reasons.filter(({ kind }) => kind === "noise");

/** `base`: matchers of the agents' series that are meant. */
export async function subjectOf(
  { of, failed, window }: Pick<RankingQuestion, "of" | "failed" | "window">,
  base: readonly string[],
  discovery: Discovery,
): Promise<Subject> {
  switch (of) {
    case "maps":
      return await mapsSubject(failed ?? false, window, base, discovery);
    case "drops":
      return await dropsSubject(window, base, discovery);
    case "talkers":
      return await talkersSubject(window, discovery);
    case "ports":
      return summed("hubble_port_distribution_total", ["port", "protocol"], "flows/s", [], null);
  }
}

/**
 * The write-ups' expression, with `outcome` as one more label: they average what succeeded and what failed, which halves the rate of a map that has both.
 * Beyond that the average only evens out what two scrape jobs see of one agent.
 */
async function mapsSubject(failed: boolean, window: Window, base: readonly string[], discovery: Discovery) {
  const metric = "cilium_bpf_map_ops_total";
  const own = failed ? [...base, 'outcome="fail"'] : base;
  return await averaged(metric, ["map_name", "operation", "outcome"], "ops/s", { own, base, window, discovery });
}

async function dropsSubject(window: Window, base: readonly string[], discovery: Discovery): Promise<Subject> {
  const metric = "hubble_drop_total";
  const ends = endLabels(await discovery.labels(metric, window));
  if (ends.length > 0) {
    // Requests that a proxy refused are no packets.
    const own = [`reason!~${textLiteral(oneOf([...noise.map(({ name }) => name), "DROP_REASON_UNKNOWN"]))}`];
    const by = ["reason", "protocol", ...ends];
    const halved = (more: readonly string[], range: string, modifier = "") => {
      const part = (matcher: string) =>
        `sum by (${by.join(", ")}) (rate(${selector(metric, [...own, ...more, matcher])}[${range}]${modifier}))`;
      return `(${part(`reason!~${textLiteral(policyReasons)}`)} or ${part(`reason=~${textLiteral(policyReasons)}`)} / 2)`;
    };
    return {
      ...{ metric, unit: "packets/s", by, agent: null, rates: halved },
      watch: watchOf(metric, []),
      lacks: lacking("drop", ends),
    };
  }
  const own = [...base, `reason!~${textLiteral(oneOf(noise.map(({ text }) => text)))}`];
  const subject = await averaged("cilium_drop_count_total", ["reason", "direction"], "packets/s", {
    own,
    base,
    window,
    discovery,
  });
  return { ...subject, lacks: lacking("drop", ends) };
}

async function talkersSubject(window: Window, discovery: Discovery): Promise<Subject> {
  const metric = "hubble_flows_processed_total";
  const ends = endLabels(await discovery.labels(metric, window));
  // What the agents' trace points saw pass; drops, verdicts and requests are records of their own.
  const own = ['type="Trace"', 'verdict=~"FORWARDED|REDIRECTED"'];
  return summed(metric, ends, "flows/s", own, lacking("flow", ends));
}

interface Averaged {
  /** Matchers of the series that are ranked, `base` among them. */
  readonly own: readonly string[];
  readonly base: readonly string[];
  readonly window: Window;
  readonly discovery: Discovery;
}

/** Counters of agents, each with the agent it is of. */
async function averaged(
  metric: string,
  labels: readonly string[],
  unit: string,
  { own, base, window, discovery }: Averaged,
): Promise<Subject> {
  const names = await discovery.labels(metric, window);
  const agent = agentLabel(names);
  const by = [...(agent === null ? [] : [agent]), ...(names.has("node") ? ["node"] : []), ...labels];
  const rates = (more: readonly string[], range: string, modifier = "") =>
    `avg by (${by.join(", ")}) (rate(${selector(metric, [...own, ...more])}[${range}]${modifier}))`;
  return { metric, unit, by, agent, watch: watchOf(metric, base), rates, lacks: null };
}

function summed(
  metric: string,
  by: readonly string[],
  unit: string,
  base: readonly string[],
  lacks: string | null,
): Subject {
  const rates = (more: readonly string[], range: string, modifier = "") =>
    `sum by (${by.join(", ")}) (rate(${selector(metric, [...base, ...more])}[${range}]${modifier}))`;
  return { metric, unit, by, agent: null, watch: watchOf(metric, []), rates, lacks };
}

/** The pod, as in the dashboards; its address where the scrape sets no pod. */
export function agentLabel(names: ReadonlySet<string>): string | null {
  return names.has("pod") ? "pod" : names.has("instance") ? "instance" : null;
}

function watchOf(metric: string, base: readonly string[]): string {
  const companion = metric.startsWith("hubble_") ? "hubble_lost_events_total" : "cilium_version";
  return selector("", [`__name__=~"${metric}|${companion}"`, ...base]);
}

export function selector(metric: string, matchers: readonly string[]): string {
  return matchers.length === 0 ? metric : `${metric}{${matchers.join(", ")}}`;
}
