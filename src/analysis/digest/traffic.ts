/** What changed between the traffic of two times, as far as it was observed and as far as anybody should hear of it. */
import { reasonFromText } from "../reasons.ts";
import type { Observed, TrafficChanges } from "../sketch/changes.ts";
import type { FirstDropItem, NewEdgeItem, VanishedEdgeItem } from "./item.ts";

/** Below this an absence, or a comparison, may be a blind spot. */
export const wellObserved = 0.9;
/** Below this nothing is compared with it. */
export const halfObserved = 0.5;

const dayMs = 86_400_000;
/** A packet or two to where none went before: a probe, a typing error. */
const leastFirstDrops = 5;
const leastNew = 3;
/** By chance alone one edge in 20,000 with so many openings a day has none. */
const leastVanished = 10;

/** Of the time, 0 to 1: node-hours that were followed of all that there were. */
export function observedShare(
  { hours, seconds, nodes, nodeShare, ...rest }: Observed,
  of: "drops" | "openings",
): number {
  const whole = Math.max(seconds, hours * 3_600, 1);
  const followed = of === "drops" ? rest.dropSeconds : rest.openingSeconds;
  const atWorst = nodes.total === 0 ? 1 : nodes.connected / nodes.total;
  return Math.min(1, followed / whole) * (nodeShare ?? atWorst);
}

/** Drops that are nobody's problem, whoever's they are. */
export function isNoiseReason(reason: string): boolean {
  const kind = reasonFromText(reason)?.kind;
  return kind === "noise" || kind === "internal";
}

export function firstDropItems(cluster: string, { firstDrops, history, now }: TrafficChanges): FirstDropItem[] {
  const { dropsFrom } = history;
  if (dropsFrom === null) return [];
  const days = Math.max(1, Math.floor((now.window.from - dropsFrom) / dayMs));
  return firstDrops.rows
    .filter(({ count, reason }) => count >= leastFirstDrops && !isNoiseReason(reason))
    .map(({ source, destination, port, protocol, reason, count, first, unsure }) => ({
      ...{ kind: "firstDrop", cluster, tone: "warn", sure: !unsure, standing: false },
      ...{ source, destination, port, protocol, reason, count, first, days },
    }));
}

export function newEdgeItems(cluster: string, { newEdges }: TrafficChanges): NewEdgeItem[] {
  return newEdges.rows
    .filter(({ count }) => count >= leastNew)
    .map(({ source, destination, port, protocol, count, first, unsure }) => ({
      ...{ kind: "newEdge", cluster, tone: "info", sure: !unsure, standing: false },
      ...{ source, destination, port, protocol, count, first },
    }));
}

/** None where so much was not observed that absence says nothing. */
export function vanishedEdgeItems(cluster: string, { vanishedEdges, now }: TrafficChanges): VanishedEdgeItem[] {
  if (observedShare(now, "openings") < halfObserved) return [];
  const isWhole = observedShare(now, "openings") >= wellObserved;
  return vanishedEdges.rows
    .filter(({ before }) => before >= leastVanished)
    .map(({ source, destination, port, protocol, before, last, unsure }) => ({
      ...{ kind: "vanishedEdge", cluster, tone: "info", sure: isWhole && !unsure, standing: false },
      ...{ source, destination, port, protocol, before, last },
    }));
}
