import type { GetFlowsResponse } from "../../sources/hubble/wire.ts";
import { add, count, createTally, type Tally } from "./tally.ts";
import { nodes } from "./topology.ts";
import type { NodeCounters } from "./world.ts";

/** Milliseconds between checkpoints: at most this much is counted again for a time that nobody asked for before. */
const stride = 300_000;
/** Checkpoints kept per node: a day. Older times are counted from the world's begin when somebody asks. */
const kept = 288;

/** Housekeeping of the agent itself: operation → seconds between two, on the first node; the others do it a little less often. */
const housekeeping = {
  "ct4_global|lookup|success": 0.4,
  "ct_any4_global|lookup|success": 0.7,
  "ct4_global|delete|fail": 131,
  "ipcache_v2|update|success": 3.1,
  "ipcache_v2|delete|success": 17,
  "lxc|update|success": 7.3,
  "lxc|lookup|success": 2.3,
  "lb4_services_v2|update|success": 5.9,
  "lb4_services_v2|lookup|success": 4.1,
  "lb4_backends_v3|update|success": 9.7,
  "lb4_reverse_nat|update|success": 14.9,
  "lb4_reverse_sk|delete|fail": 211,
  "policy_v2|update|success": 11.3,
  "node_map_v2|update|success": 29,
} as const;

interface Checkpoint {
  readonly at: number;
  readonly tally: Tally;
}

interface Memory {
  readonly checkpoints: Checkpoint[];
  /** Where the last question ended: the next scrape counts on from here. */
  cursor: Checkpoint | undefined;
}

/** Cumulative counters of each node, agreeing with the flows because they are counted from the flows. */
export function createCounters(world: {
  readonly bornAt: number;
  readonly flows: (node: string, from: number, to: number) => readonly GetFlowsResponse[];
}): {
  readonly at: (node: string, time: number) => NodeCounters;
  /** Forgets what was counted of the time from `at` on: the schedule there has changed. */
  readonly forget: (at: number) => void;
} {
  const memories = new Map<string, Memory>(nodes.map(({ name }) => [name, { checkpoints: [], cursor: undefined }]));

  function walk(node: string, tally: Tally, from: number, to: number): void {
    for (const { flow } of world.flows(node, from, to)) {
      if (flow) {
        count(tally, flow);
      }
    }
  }

  /** The newest checkpoint at or before a time; builds those that are missing on the way there. */
  function nearest(node: string, checkpoints: Checkpoint[], time: number): Checkpoint {
    let current = checkpoints.findLast(({ at }) => at <= time) ?? { at: world.bornAt, tally: createTally() };
    while (current.at + stride <= time) {
      const next = { at: current.at + stride, tally: createTally(current.tally) };
      walk(node, next.tally, current.at, next.at);
      if (next.at > (checkpoints.at(-1)?.at ?? Number.NEGATIVE_INFINITY)) {
        checkpoints.push(next);
        checkpoints.splice(0, checkpoints.length - kept);
      }
      current = next;
    }
    return current;
  }

  return {
    at(node, time) {
      const memory = memories.get(node);
      if (memory === undefined) {
        throw new RangeError(`no such node: ${node}`);
      }
      const { checkpoints, cursor } = memory;
      const checkpoint = nearest(node, checkpoints, time);
      const base = cursor !== undefined && cursor.at <= time && cursor.at >= checkpoint.at ? cursor : checkpoint;
      const end = Math.max(time, world.bornAt);
      const tally = createTally(base.tally);
      walk(node, tally, base.at, end);
      memory.cursor = { at: end, tally };
      return keepHouse(createTally(tally), node, end - world.bornAt);
    },
    forget(at) {
      for (const memory of memories.values()) {
        const stale = memory.checkpoints.findIndex((checkpoint) => checkpoint.at > at);
        memory.checkpoints.splice(stale === -1 ? memory.checkpoints.length : stale);
        memory.cursor = undefined;
      }
    },
  };
}

function keepHouse(tally: Tally, node: string, elapsed: number): Tally {
  const slower = 1 + 0.17 * nodes.findIndex(({ name }) => name === node);
  for (const [operation, seconds] of Object.entries(housekeeping)) {
    add(tally.mapOps, operation, Math.floor(elapsed / (seconds * slower * 1000)));
  }
  return tally;
}
