/** Outcomes sorted by cluster, so that the answer reads them by name. */
import type { Visible } from "../../access/access.ts";
import type { Outcome, RankingFinding } from "../../sources/question.ts";
import { type ClusterView, gather } from "../drops/gather.ts";

export interface TopView extends ClusterView {
  /** Undefined when it was not asked, or Prometheus gave no answer. */
  readonly ranking: RankingFinding | undefined;
}

export function gatherTop(clusters: readonly string[], visible: Visible, outcomes: readonly Outcome[]): TopView[] {
  return gather(clusters, visible, outcomes).map((view) => {
    const findings = outcomes.flatMap((outcome) =>
      outcome.status === "ok" && outcome.question.cluster === view.cluster ? [outcome.finding] : [],
    );
    return {
      ...view,
      ranking: findings.find((finding) => finding.ask === "ranking"),
      coverage: view.coverage ?? view.forwarded?.coverage ?? undefined,
    };
  });
}
