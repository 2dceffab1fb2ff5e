/** Outcomes sorted by cluster and question, so that the answer reads them by name. */
import type { Visible } from "../../access/access.ts";
import type { Coverage } from "../../analysis/coverage.ts";
import type { DropSummary } from "../../analysis/drops.ts";
import type { Resolution } from "../../analysis/target.ts";
import type {
  DropTotalsFinding,
  ForwardedFinding,
  Outcome,
  PoliciesFinding,
  Question,
  WhyFinding,
  WhyQuestion,
} from "../../sources/question.ts";
import { restrictionIn } from "../command.ts";

export interface ClusterView {
  readonly cluster: string;
  /** The namespaces that are shown; undefined is all of the cluster. */
  readonly visible: readonly string[] | undefined;
  /** What the cluster made of TARGET, by whichever source said so; undefined when none was given or nobody could say. */
  readonly resolution: Resolution | undefined;
  /** Undefined when the flows could not be read, or the target is not one thing. */
  readonly drops: DropSummary | undefined;
  readonly coverage: Coverage | undefined;
  readonly forwarded: ForwardedFinding | undefined;
  readonly totals: DropTotalsFinding | undefined;
  /** Answers about policies: first for the target, then for the denied end of the worst pair. */
  readonly policies: readonly PoliciesAnswer[];
  /** The engine's word about the worst pair, and about the worst refused request. */
  readonly why?: readonly WhyAnswer[];
  /** Everything that did not end well. */
  readonly troubles: readonly Trouble[];
}

export interface PoliciesAnswer {
  readonly subject: Extract<Question, { ask: "policies" }>["subject"];
  readonly finding: PoliciesFinding;
}

export interface WhyAnswer {
  readonly question: WhyQuestion;
  readonly finding: WhyFinding;
}

export type Trouble = Exclude<Outcome, { status: "ok" }>;

export function gather(clusters: readonly string[], visible: Visible, outcomes: readonly Outcome[]): ClusterView[] {
  return clusters.map((cluster) =>
    viewOf(
      cluster,
      restrictionIn(visible, cluster).visible,
      outcomes.filter(({ question }) => question.cluster === cluster),
    ),
  );
}

function viewOf(cluster: string, visible: readonly string[] | undefined, outcomes: readonly Outcome[]): ClusterView {
  const findings = outcomes.flatMap((outcome) => (outcome.status === "ok" ? [outcome.finding] : []));
  const drops = findings.find((finding) => finding.ask === "drops");
  const policies = outcomes.flatMap((outcome): PoliciesAnswer[] =>
    outcome.status === "ok" && outcome.finding.ask === "policies" && outcome.question.ask === "policies"
      ? [{ subject: outcome.question.subject, finding: outcome.finding }]
      : [],
  );
  const why = outcomes.flatMap((outcome): WhyAnswer[] =>
    outcome.status === "ok" && outcome.finding.ask === "why" && outcome.question.ask === "why"
      ? [{ question: outcome.question, finding: outcome.finding }]
      : [],
  );
  return {
    cluster,
    visible,
    why,
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
