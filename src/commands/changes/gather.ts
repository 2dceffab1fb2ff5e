/** Outcomes by cluster. */
import type { Visible } from "../../access/access.ts";
import type { Change } from "../../analysis/changes/change.ts";
import { type FirstDrop, firstDropAfter } from "../../analysis/changes/first-drop.ts";
import type { ChangesFinding, DropsFinding, Outcome } from "../../sources/question.ts";
import { restrictionIn } from "../command.ts";
import type { Trouble } from "../drops/gather.ts";

export interface ChangesView {
  readonly cluster: string;
  readonly visible: readonly string[] | undefined;
  readonly found: ChangesFinding | undefined;
  /** Undefined when flows could not be read, or nobody has the target. */
  readonly drops: DropsFinding | undefined;
  readonly first: FirstDrop | null;
  readonly troubles: readonly Trouble[];
}

export function viewsOf(clusters: readonly string[], visible: Visible, outcomes: readonly Outcome[]): ChangesView[] {
  return clusters.map((cluster) => {
    const own = outcomes.filter(({ question }) => question.cluster === cluster);
    const findings = own.flatMap((outcome) => (outcome.status === "ok" ? [outcome.finding] : []));
    const found = findings.find((finding) => finding.ask === "changes");
    const drops = findings.find((finding) => finding.ask === "drops");
    return {
      ...{ cluster, visible: restrictionIn(visible, cluster).visible, found, drops },
      first: firstOf(found?.changes ?? [], drops),
      troubles: own.filter((outcome) => outcome.status !== "ok"),
    };
  });
}

/** Drops are known from where the nodes' rings begin; "first" before that would be a guess. */
function firstOf(changes: readonly Change[], finding: DropsFinding | undefined): FirstDrop | null {
  const { drops, coverage } = finding ?? {};
  if (!drops || !coverage || coverage.oldest === null) return null;
  // Where only drops were recorded, they reach back further than the rings.
  const reach = [coverage.oldest, ...(coverage.recorded?.dropsFrom ? [coverage.recorded.dropsFrom] : [])];
  return firstDropAfter(changes, drops.pairs, Math.min(...reach.map((time) => Date.parse(time))));
}
