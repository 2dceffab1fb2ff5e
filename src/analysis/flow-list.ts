/**
 * The newest (or oldest) so many flows of a stream over all nodes, in the order of their times, each once. Holds at most twice as many, whatever comes and in
 * whatever order: Relay's is only nearly the order of time.
 */
import type { Flow } from "./flow.ts";
import type { Reducer } from "./reduce.ts";

export interface FlowList {
  /** Oldest first. */
  readonly flows: readonly Flow[];
  /** Flows that were offered, copies of what was held left out. */
  readonly offered: number;
}

export interface FlowListOptions {
  readonly keep: "newest" | "oldest";
  /** At least 1. */
  readonly limit: number;
}

export function createFlowList({ keep, limit }: FlowListOptions): Reducer<FlowList> {
  let held: Flow[] = [];
  let uuids = new Set<string>();
  let offered = 0;
  /** What is not better than this cannot be among the best any more. */
  let bar: Flow | undefined;

  function settle(): void {
    held.sort(byTime);
    if (held.length <= limit) return;
    held = keep === "newest" ? held.slice(-limit) : held.slice(0, limit);
    bar = keep === "newest" ? held[0] : held.at(-1);
    uuids = new Set(held.flatMap(({ uuid }) => (uuid === "" ? [] : [uuid])));
  }

  function isTooLate(flow: Flow): boolean {
    if (bar === undefined) return false;
    const order = byTime(flow, bar);
    return keep === "newest" ? order <= 0 : order >= 0;
  }

  return {
    add(flow) {
      // Older agents give no uuid: then nothing tells a copy from the next packet.
      if (flow.uuid !== "") {
        if (uuids.has(flow.uuid)) return;
        uuids.add(flow.uuid);
      }
      offered += 1;
      if (isTooLate(flow)) {
        uuids.delete(flow.uuid);
        return;
      }
      held.push(flow);
      if (held.length >= 2 * limit) settle();
    },
    finish() {
      settle();
      return { flows: held, offered };
    },
  };
}

/** To the nanosecond where the record is that exact; then by node, so that equal input gives equal output. */
function byTime(a: Flow, b: Flow): number {
  return a.time - b.time || nanos(a) - nanos(b) || (a.node < b.node ? -1 : a.node > b.node ? 1 : 0);
}

function nanos({ details }: Flow): number {
  return details?.stamp?.nanos ?? 0;
}
