/** What the parts of an answer have in common: the question, its time, and what each cluster gave. */
import type { Panel } from "../../analysis/catalogue/panel.ts";
import type { Window } from "../../analysis/select.ts";
import type { Outcome, PanelFinding } from "../../sources/question.ts";
import type { MetricsArgs } from "./args.ts";

export interface PanelView {
  readonly cluster: string;
  /** Undefined when Prometheus gave no answer. */
  readonly finding: PanelFinding | undefined;
  /** Why it gave none. */
  readonly trouble: string | undefined;
}

export interface PanelPicture {
  readonly args: MetricsArgs;
  readonly panel: Panel;
  readonly askedAt: number;
  readonly window: Window;
  readonly views: readonly PanelView[];
}

export function viewOf(cluster: string, outcomes: readonly Outcome[]): PanelView {
  const outcome = outcomes.find(({ question }) => question.cluster === cluster);
  if (outcome === undefined) return { cluster, finding: undefined, trouble: undefined };
  if (outcome.status !== "ok") return { cluster, finding: undefined, trouble: outcome.error.say };
  return { cluster, finding: outcome.finding.ask === "panel" ? outcome.finding : undefined, trouble: undefined };
}
