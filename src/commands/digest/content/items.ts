/** Everything that is different, of all clusters, in the order in which it is told. */
import { dropItems } from "../../../analysis/digest/drops.ts";
import { agentsItems, endpointsItems, unreachableItems, visibilityItems } from "../../../analysis/digest/health.ts";
import { httpErrorsItems } from "../../../analysis/digest/http.ts";
import type { DigestItem, MapItem } from "../../../analysis/digest/item.ts";
import { inOrder } from "../../../analysis/digest/order.ts";
import { policyItems } from "../../../analysis/digest/policies.ts";
import { firstDropItems, newEdgeItems, vanishedEdgeItems } from "../../../analysis/digest/traffic.ts";
import { digestTimes } from "../../../analysis/digest/windows.ts";
import { type Fill, nearlyFull } from "../../top/fill.ts";
import { nodeText } from "../../top/words.ts";
import type { DigestContext } from "../context.ts";
import type { ClusterFacts } from "./gather.ts";
import { httpErrorsIn } from "./http.ts";
import { panels } from "./questions.ts";

export function itemsOf(
  context: DigestContext,
  clusters: readonly ClusterFacts[],
  fills: readonly Fill[],
): DigestItem[] {
  const { window } = digestTimes(context.askedAt, context.span, context.zone);
  const { namespaces } = context;
  const items = clusters.flatMap(
    ({ cluster, traffic, counters, agents, policies, changes, panels: found }): DigestItem[] => [
      ...dropItems(cluster, counters, traffic),
      ...(traffic
        ? [
            ...firstDropItems(cluster, traffic),
            ...newEdgeItems(cluster, traffic),
            ...vanishedEdgeItems(cluster, traffic),
            ...visibilityItems(cluster, traffic.now, traffic.before),
          ]
        : []),
      ...policyItems(
        cluster,
        {
          policies: policies?.policies ?? null,
          changes: changes?.changes ?? null,
          matches: traffic?.policies,
        },
        { window, namespaces },
      ),
      ...agentsItems(cluster, agents.now, agents.before),
      ...endpointsItems(cluster, found.get(panels.endpoints)?.series ?? []),
      ...unreachableItems(cluster, found.get(panels.unreachable)?.series ?? []),
      ...httpErrorsItems(cluster, httpErrorsIn({ panels: found }, context)),
    ],
  );
  return inOrder([...items, ...fills.flatMap(mapItems)]);
}

/** What is nearly full, and what will be. */
function mapItems({ cluster, labels, map, now, before, forecast }: Fill): MapItem[] {
  if (now < nearlyFull && forecast === undefined) return [];
  return [
    {
      ...{ kind: "map", cluster, tone: now >= nearlyFull ? "bad" : "warn", sure: true },
      standing: now >= nearlyFull && before !== null && before >= nearlyFull,
      ...{ map, node: nodeText(labels), fill: now, fullAt: forecast?.fullAt ?? null },
    },
  ];
}
