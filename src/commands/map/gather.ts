/** Outcomes sorted by cluster: of each the last answer. */
import type { Visible } from "../../access/access.ts";
import type { FlowSelect } from "../../analysis/select.ts";
import type { ServiceMap } from "../../analysis/service-map/service-map.ts";
import type { MapFinding, Outcome } from "../../sources/question.ts";
import { type ClusterView, gather } from "../drops/gather.ts";

export interface MapView extends ClusterView {
  /** Undefined when the flows could not be read, or the target is not one thing. */
  readonly map: ServiceMap | undefined;
}

export function gatherMaps(clusters: readonly string[], visible: Visible, outcomes: readonly Outcome[]): MapView[] {
  return gather(clusters, visible, outcomes).map((view) => {
    const last = outcomes
      .filter(({ question }) => question.cluster === view.cluster)
      .flatMap((outcome) => (outcome.status === "ok" ? [outcome.finding] : []))
      .findLast((finding): finding is MapFinding => finding.ask === "map");
    return {
      ...view,
      resolution: last?.resolution ?? undefined,
      coverage: last?.coverage ?? undefined,
      map: last?.map ?? undefined,
    };
  });
}

/** As it was asked last: a word may have been read as a namespace first. */
export function askedSelect(select: FlowSelect, outcomes: readonly Outcome[]): FlowSelect {
  const last = outcomes.findLast(({ question }) => question.ask === "map")?.question;
  return last?.ask === "map" ? last.select : select;
}
