/** Outcomes sorted by cluster, so that the answer reads them by name. */
import type { Visible } from "../../access/access.ts";
import type { FlowRanking } from "../../analysis/top/ranking.ts";
import type { Outcome, RankingFinding } from "../../sources/question.ts";
import { type ClusterView, gather } from "../drops/gather.ts";

export interface TopView extends ClusterView {
  /** Undefined when it was not asked, or Prometheus gave no answer. */
  readonly ranking: RankingFinding | undefined;
  /** Undefined when it was not asked, nobody could be read, or the target is not one thing. */
  readonly flows: FlowRanking | undefined;
  /** Whom the first question went to; undefined when there was none. */
  readonly wasAsked: string | undefined;
}

export function gatherTop(clusters: readonly string[], visible: Visible, outcomes: readonly Outcome[]): TopView[] {
  return gather(clusters, visible, outcomes).map((view) => {
    const own = outcomes.filter(({ question }) => question.cluster === view.cluster);
    const findings = own.flatMap((outcome) => (outcome.status === "ok" ? [outcome.finding] : []));
    const flows = findings.find((finding) => finding.ask === "top");
    return {
      ...view,
      ranking: findings.find((finding) => finding.ask === "ranking"),
      flows: flows?.ranking ?? undefined,
      resolution: flows?.resolution ?? undefined,
      coverage: flows?.coverage ?? undefined,
      wasAsked: own[0]?.question.source,
    };
  });
}
