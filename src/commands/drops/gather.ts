/** Outcomes sorted by cluster and question, so that the answer reads them by name. */
import type { Coverage } from "../../analysis/coverage.ts";
import type { DropSummary } from "../../analysis/drops.ts";
import type { Resolution } from "../../analysis/target.ts";
import type {
  DropTotalsFinding,
  ForwardedFinding,
  Outcome,
  PoliciesFinding,
  Question,
} from "../../sources/question.ts";

export interface ClusterView {
  readonly cluster: string;
  /** What the cluster made of TARGET, by whichever source said so; undefined when none was given or nobody could say. */
  readonly resolution: Resolution | undefined;
  /** Undefined when the flows could not be read, or the target is not one thing. */
  readonly drops: DropSummary | undefined;
  readonly coverage: Coverage | undefined;
  readonly forwarded: ForwardedFinding | undefined;
  readonly totals: DropTotalsFinding | undefined;
  /** Answers about policies: first for the target, then for the denied end of the worst pair. */
  readonly policies: readonly PoliciesAnswer[];
  /** Everything that did not end well. */
  readonly troubles: readonly Trouble[];
}

export interface PoliciesAnswer {
  readonly subject: Extract<Question, { ask: "policies" }>["subject"];
  readonly finding: PoliciesFinding;
}

export type Trouble = Exclude<Outcome, { status: "ok" }>;

export function gather(clusters: readonly string[], outcomes: readonly Outcome[]): ClusterView[] {
  return clusters.map((cluster) =>
    viewOf(
      cluster,
      outcomes.filter(({ question }) => question.cluster === cluster),
    ),
  );
}

function viewOf(cluster: string, outcomes: readonly Outcome[]): ClusterView {
  const findings = outcomes.flatMap((outcome) => (outcome.status === "ok" ? [outcome.finding] : []));
  const drops = findings.find((finding) => finding.ask === "drops");
  const policies = outcomes.flatMap((outcome): PoliciesAnswer[] =>
    outcome.status === "ok" && outcome.finding.ask === "policies" && outcome.question.ask === "policies"
      ? [{ subject: outcome.question.subject, finding: outcome.finding }]
      : [],
  );
  return {
    cluster,
    resolution:
      drops?.resolution ?? policies.find(({ finding }) => finding.resolution !== null)?.finding.resolution ?? undefined,
    drops: drops?.drops ?? undefined,
    coverage: drops?.coverage ?? undefined,
    forwarded: findings.find((finding) => finding.ask === "forwarded"),
    totals: findings.find((finding) => finding.ask === "dropTotals"),
    policies,
    troubles: outcomes.filter((outcome) => outcome.status !== "ok"),
  };
}
