/** Everything that is different, of all clusters, in the order in which it is told. */
import { dropItems } from "../../../analysis/digest/drops.ts";
import { agentsItems, endpointsItems, lostByCounters, visibilityItems } from "../../../analysis/digest/health.ts";
import { httpErrorsItems } from "../../../analysis/digest/http.ts";
import type {
  DigestItem,
  EndpointsItem,
  LostItem,
  MapItem,
  MissingItem,
  UnreachableItem,
} from "../../../analysis/digest/item.ts";
import { inOrder } from "../../../analysis/digest/order.ts";
import { type KnownPolicy, policyItems } from "../../../analysis/digest/policies.ts";
import { firstDropItems, newEdgeItems, vanishedEdgeItems } from "../../../analysis/digest/traffic.ts";
import { unreachableItems } from "../../../analysis/digest/unreachable.ts";
import { digestTimes } from "../../../analysis/digest/windows.ts";
import type { PanelFinding, PolicyStatesFinding } from "../../../sources/question.ts";
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
          ]
        : []),
      ...policyItems(
        cluster,
        {
          policies: policies === undefined ? null : policiesIn(policies),
          changes: changes?.changes ?? null,
          matches: traffic?.policies,
        },
        { window, namespaces },
      ),
      ...agentsItems(cluster, agents.now, agents.before),
      ...endpointsIn(cluster, found.get(panels.endpoints)),
      ...unreachableIn({ cluster, agents, changes, panels: found }),
      ...lossesIn({ cluster, traffic, panels: found }, context),
      ...httpErrorsItems(cluster, httpErrorsIn({ panels: found }, context)),
    ],
  );
  return inOrder([...items, ...fills.flatMap(mapItems)]);
}

function policiesIn({ policies }: PolicyStatesFinding): KnownPolicy[] {
  return Object.entries(policies).flatMap(([kind, states]) =>
    states.map(([namespace, name, changedAt, lacks]) => ({
      ...{ kind, namespace, name, changedAt: changedAt === null ? null : changedAt * 1_000 },
      ...{ refused: lacks ?? null, canMatch: lacks !== null },
    })),
  );
}

/** What the recorder missed, and where it noticed no loss the agents' own counters: they go on while nobody records. */
function lossesIn(
  { cluster, traffic, panels: found }: Pick<ClusterFacts, "cluster" | "traffic" | "panels">,
  { window, before }: DigestContext,
): (LostItem | MissingItem)[] {
  const seen = traffic === undefined ? [] : visibilityItems(cluster, traffic.now, traffic.before);
  const counters = found.get(panels.lost);
  if (counters === undefined || seen.some(({ kind }) => kind === "lost")) return seen;
  return [...seen, ...lostByCounters(cluster, { lines: counters.series, stepMs: counters.stepMs }, window, before)];
}

function endpointsIn(cluster: string, panel: PanelFinding | undefined): EndpointsItem[] {
  return panel === undefined ? [] : endpointsItems(cluster, panel.series, panel.stepMs);
}

function unreachableIn({
  cluster,
  agents,
  changes,
  panels: found,
}: Pick<ClusterFacts, "cluster" | "agents" | "changes" | "panels">): UnreachableItem[] {
  const { series = [], stepMs = 0, folded = 0 } = found.get(panels.unreachable) ?? {};
  const known = Math.max(agents.now ?? 0, agents.before ?? 0);
  const nodes = (changes?.changes ?? []).filter(({ object }) => object === "Node").toSorted((a, b) => a.at - b.at);
  const last = new Map(nodes.map(({ name, what }) => [name, what.some((one) => one.startsWith("not ready"))]));
  const notReady = [...last].flatMap(([name, isNot]) => (isNot ? [name] : []));
  return unreachableItems(cluster, { lines: series, stepMs, folded, agents: known, notReady });
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
