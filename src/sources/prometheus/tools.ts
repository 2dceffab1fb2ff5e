/** What the answers to a question about metrics are made with. */
import type { Window } from "../../analysis/select.ts";
import type { QueryResult } from "./result.ts";

export interface MetricTools {
  /** `time`: epoch milliseconds. Rejects with a BotError, as all of these. */
  instant(query: string, time: number): Promise<QueryResult>;
  /** Both ends included. */
  range(query: string, window: Window, stepMs: number): Promise<QueryResult>;
  readonly discovery: Discovery;
}

/** What this Prometheus has, remembered for some minutes. */
export interface Discovery {
  /** Those of these metrics that have a series in the window. */
  metrics(names: readonly string[], window: Window): Promise<ReadonlySet<string>>;
  /** Label names of a metric's series in the window; empty when there is none. */
  labels(metric: string, window: Window): Promise<ReadonlySet<string>>;
  /** Values of a label, at most a thousand. `metric` may carry matchers: `cilium_version{k8s_app="cilium"}`. */
  values(metric: string, label: string, window: Window): Promise<readonly string[]>;
  /** `k8s_app="cilium"` where the agents' scrape has that label, else "". */
  agentMatcher(window: Window): Promise<string>;
  /** How often the agents are scraped, milliseconds; a minute when it cannot be told. */
  scrapeMs(window: Window): Promise<number>;
}
