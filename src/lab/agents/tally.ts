import type { GetFlowsResponse } from "../../sources/hubble/wire.ts";
import type { World } from "../world/world.ts";
import { flowSeries } from "./flow-series.ts";
import type { Series } from "./metric.ts";

/** Metric name → series. */
export type FlowCounts = ReadonlyMap<string, readonly Series[]>;

/** Adds up what flows count, from `since` on: the metrics of a process, which begin at 0 with it. */
export interface Tally {
  /** Flows with since ≤ time < at. */
  countsAt(node: string, at: number): FlowCounts;
  close(): void;
}

type Counts = Map<string, Map<string, Series>>;

/** Flows of whole steps are counted once and remembered; only the rest up to the time asked is counted again. */
const stepMs = 15_000;

export function createTally(world: World, since: number): Tally {
  const counted = new Map<string, { through: number; counts: Counts }>();
  // A step or a burst that is set back in time makes other flows of what was counted.
  const stop = world.onChange((at) => {
    for (const [node, { through }] of counted) if (at < through) counted.delete(node);
  });

  function countsAt(node: string, at: number): FlowCounts {
    let known = counted.get(node);
    if (known === undefined || at < known.through) known = { through: since, counts: new Map() };
    const whole = Math.max(known.through, at - ((at - since) % stepMs));
    add(known.counts, world.flows(node, known.through, whole));
    known.through = whole;
    counted.set(node, known);
    const counts: Counts = new Map(Array.from(known.counts, ([metric, series]) => [metric, new Map(series)]));
    add(counts, world.flows(node, whole, Math.max(at, whole)));
    return new Map(Array.from(counts, ([metric, series]) => [metric, [...series.values()]]));
  }

  return { countsAt, close: stop };
}

function add(counts: Counts, responses: readonly object[]): void {
  for (const { flow } of responses as readonly GetFlowsResponse[]) {
    if (!flow) continue;
    for (const { metric, labels, amount = 1 } of flowSeries(flow)) {
      const key = Object.values(labels).join("|");
      const series = counts.get(metric) ?? new Map<string, Series>();
      counts.set(metric, series);
      series.set(key, { labels, value: (series.get(key)?.value ?? 0) + amount });
    }
  }
}
