/** Outcomes sorted by cluster and by what they are of. */
import type { Counters } from "../../../analysis/digest/drops.ts";
import { wellObserved } from "../../../analysis/digest/traffic.ts";
import type {
  ChangesFinding,
  DropTotalsFinding,
  EdgesFinding,
  Finding,
  Outcome,
  PanelFinding,
  PolicyStatesFinding,
} from "../../../sources/question.ts";
import type { Trouble } from "../../drops/gather.ts";
import type { DigestFacts } from "../context.ts";
import { isFollowUp } from "./flows.ts";
import { isWhole } from "./questions.ts";

export interface ClusterFacts {
  readonly cluster: string;
  /** All of it is meant and may be seen. */
  readonly whole: boolean;
  readonly traffic: EdgesFinding | undefined;
  readonly counters: Counters;
  /** That still had samples at the end; null: nobody told, or there are no counters at all. */
  readonly agents: { readonly now: number | null; readonly before: number | null };
  /** Prometheus answered and had no counters: what it says of that. */
  readonly uncounted: readonly string[];
  readonly policies: PolicyStatesFinding | undefined;
  readonly changes: ChangesFinding | undefined;
  readonly panels: ReadonlyMap<string, PanelFinding>;
  /** Everything that did not end well, but what says more of a dropped pair. */
  readonly troubles: readonly Trouble[];
}

export function gatherDigest({ context, outcomes }: DigestFacts): ClusterFacts[] {
  return context.clusters.map((cluster): ClusterFacts => {
    const own = outcomes.filter(({ question }) => question.cluster === cluster);
    const totals = (from: number) =>
      found(own, "dropTotals", ({ question }) => "window" in question && question.window.from === from);
    const [now, before] = [totals(context.window.from), totals(context.before.from)];
    return {
      cluster,
      whole: isWhole(cluster, context),
      traffic: found(own, "edges"),
      counters: { now: packetsOf(now), before: packetsOf(before), whole: isCovered(now) && isCovered(before) },
      agents: { now: agentsOf(now), before: agentsOf(before) },
      uncounted: now !== undefined && now.agents === 0 ? now.warnings : [],
      policies: found(own, "policyStates"),
      changes: found(own, "changes"),
      panels: new Map(
        own.flatMap(({ question, ...rest }) =>
          question.ask === "panel" && rest.status === "ok" && rest.finding.ask === "panel"
            ? [[question.panel, rest.finding] as const]
            : [],
        ),
      ),
      troubles: own.filter((outcome) => outcome.status !== "ok").filter(({ question }) => !isFollowUp(question)),
    };
  });
}

function found<Ask extends Finding["ask"]>(
  outcomes: readonly Outcome[],
  ask: Ask,
  fits: (outcome: Outcome) => boolean = () => true,
): Extract<Finding, { ask: Ask }> | undefined {
  for (const outcome of outcomes)
    if (outcome.status === "ok" && isOf(outcome.finding, ask) && fits(outcome)) return outcome.finding;
  return undefined;
}

function isOf<Ask extends Finding["ask"]>(finding: Finding, ask: Ask): finding is Extract<Finding, { ask: Ask }> {
  return finding.ask === ask;
}

/** Of nearly all of the time: one agent of many that came or went changes nothing, and what is said beside that is no doubt of the counts. */
function isCovered(totals: DropTotalsFinding | undefined): boolean {
  if (totals?.covered === undefined) return (totals?.warnings ?? []).length === 0;
  return totals.covered >= wellObserved;
}

/** At the end: who left in between is missing, and be it all of them. */
function agentsOf(totals: DropTotalsFinding | undefined): number | null {
  if (totals === undefined || totals.agents === 0) return null;
  return totals.ending ?? totals.agents;
}

/** Both directions together. Null where no agent had samples. */
function packetsOf(totals: DropTotalsFinding | undefined): ReadonlyMap<string, number> | null {
  if (totals === undefined || totals.agents === 0) return null;
  const sums = new Map<string, number>();
  for (const { reason, packets } of totals.totals) sums.set(reason, (sums.get(reason) ?? 0) + packets);
  return sums;
}
