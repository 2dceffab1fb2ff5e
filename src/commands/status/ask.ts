/** What `status` asks each cluster, all at once: Relay and Kubernetes about nodes, Kubernetes about policies, and Prometheus what agents count of themselves. */
import type { Visible } from "../../access/access.ts";
import type { Question } from "../../sources/question.ts";
import { restrictionIn } from "../command.ts";

/** Of nodes and agents, and of no namespace: they may be told wherever the cluster may be asked. */
export const panels = { lost: "lost-events", unreachable: "unreachable-nodes", maps: "map-pressure" } as const;
export type PanelKey = keyof typeof panels;

/** How far back losses are counted. */
export const lostMs = 3_600_000;
/** What is so now: values of the last scrapes. */
const nowMs = 900_000;

export function statusQuestions(clusters: readonly string[], visible: Visible, askedAt: number): Question[] {
  const since = (ms: number) => ({ from: askedAt - ms, to: askedAt });
  return clusters.flatMap((cluster): Question[] => [
    { source: "hubble", ask: "nodes", cluster },
    { source: "kubernetes", ask: "agents", cluster },
    { source: "kubernetes", ask: "policyRules", cluster, target: null, ...restrictionIn(visible, cluster) },
    { source: "prometheus", ask: "panel", cluster, panel: panels.lost, window: since(lostMs) },
    { source: "prometheus", ask: "panel", cluster, panel: panels.unreachable, window: since(nowMs) },
    { source: "prometheus", ask: "panel", cluster, panel: panels.maps, window: since(nowMs) },
  ]);
}
