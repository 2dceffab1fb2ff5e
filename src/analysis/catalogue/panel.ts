/**
 * What a question of the dashboards is. Expressions are written with `$agent` and the like where the place, the pods and the workload come in, and with
 * windows (`[1m]`, `[$rate]`) that grow with the distance of two scrapes; `expression.ts` makes PromQL of them.
 */

export const dashboards = {
  agent: "Cilium agent",
  operator: "Cilium operator",
  hubble: "Hubble",
  "hubble-http": "Hubble HTTP by workload",
  "hubble-dns": "Hubble DNS by namespace",
  "hubble-network": "Hubble network by namespace",
} as const;

export type Dashboard = keyof typeof dashboards;

export interface Panel {
  /** What people type; unique. */
  readonly name: string;
  readonly dashboard: Dashboard;
  readonly row: string;
  /** The panels of Cilium's own dashboards that it stands for, by their titles there. None for questions of ours. */
  readonly titles: readonly string[];
  /** One line. */
  readonly question: string;
  /** As in a ChartSpec. */
  readonly unit: string;
  readonly chart: "lines" | "areas";
  /** The first that this Prometheus has all metrics and labels for. */
  readonly ways: readonly [Way, ...Way[]];
  /** What it means when the metrics are there and nothing comes out. */
  readonly quiet?: string;
  /** Small values are those to look at; large ones unless told. */
  readonly worst?: "least";
  readonly thresholds?: readonly { readonly value: number; readonly label: string }[];
}

export interface Way {
  readonly series: readonly Expression[];
  /** Labels that the metrics need beside those that every version has. */
  readonly labels?: Readonly<Record<string, readonly string[]>>;
  /** Where it differs from the dashboard, or what to know of the numbers. */
  readonly note?: string;
}

export interface Expression {
  /** What sets its series apart from those of the others: `max`. */
  readonly as?: string;
  readonly promql: string;
  /** Only so many series, those with the most over the whole window. */
  readonly top?: number;
  /** What they have the most of, where that is not the expression itself; with the same labels. */
  readonly topOf?: string;
  /** Where not all find room: those with the most over the whole window, not those with the highest value. Only where a value is never NaN, because a sum would be none. */
  readonly kept?: "most";
}

export type PanelData = Omit<Panel, "dashboard" | "row">;

export function row(dashboard: Dashboard, name: string, panels: readonly PanelData[]): Panel[] {
  return panels.map((panel) => ({ ...panel, dashboard, row: name }));
}

/** One way, one expression. */
export function only(promql: string, note?: string): Panel["ways"] {
  return [{ series: [{ promql }], ...(note !== undefined && { note }) }];
}

/** The least, the mean and the most of all agents. */
export function spread(promql: string, functions: readonly string[] = ["min", "avg", "max"]): Expression[] {
  return functions.map((name) => ({ as: name, promql: `${name}(${promql})` }));
}

/** Quantiles of a histogram. `rate`: the rates of its buckets, with `le`. */
export function quantiles(rate: string, which: readonly number[]): Expression[] {
  return which.map((one) => ({ as: `p${Math.round(one * 100)}`, promql: `histogram_quantile(${one}, ${rate})` }));
}

/** Mean of what a histogram has seen, where it has seen something. `metric` without suffix, `inside` the matchers. */
export function mean(metric: string, by: string, inside: string): string {
  const part = (suffix: string) => `sum by (${by}) (rate(${metric}_${suffix}{${inside}}[1m]))`;
  return `${part("sum")} / (${part("count")} > 0)`;
}

/** What was asked less what was answered, also where nothing was answered at all. */
export function missing(asked: string, answered: string): string {
  return `${asked} - (${answered} or ${asked} * 0)`;
}
