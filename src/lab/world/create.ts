import type { GetFlowsResponse } from "../../sources/hubble/wire.ts";
import { createCounters } from "./counters.ts";
import { createEnds } from "./ends.ts";
import { play, type RunContext, runStart, type Sink, type Traffic } from "./run.ts";
import { createSchedule, type StepChange } from "./schedule.ts";
import { allPods, type NodeName, nodes } from "./topology.ts";
import { backgroundTraffic } from "./traffic/background.ts";
import { landingTraffic } from "./traffic/landing.ts";
import type { LabNode, LedgerEntry, World } from "./world.ts";

export interface WorldOptions {
  readonly seed: number;
  /** Epoch milliseconds of the world's present: its past reaches `history` back from here. It goes on after it for as long as somebody asks. */
  readonly now: number;
  /** Milliseconds; default one hour. */
  readonly history?: number;
  /** In time order; default none: no policy. */
  readonly steps?: readonly StepChange[];
  readonly clusterName?: string;
}

const traffics: readonly Traffic[] = [...landingTraffic, ...backgroundTraffic];

/**
 * The simulated datapath. Nothing is stored but the schedule and counter checkpoints: each call builds the flows of its window anew. Ten minutes of one
 * node take about 10 ms.
 */
export function createWorld(options: WorldOptions): World {
  const { seed, now, history = 3_600_000, steps = [], clusterName = "default" } = options;
  const bornAt = Math.floor(now - history);
  const schedule = createSchedule(bornAt, steps);
  const context: RunContext = {
    seed,
    clusterName,
    ends: createEnds(clusterName),
    stepAt: schedule.stepAt,
    nodeLabels: Object.fromEntries(nodes.map((node) => [node.name, nodeLabels(node)])) as Record<NodeName, string[]>,
  };

  function flows(node: string, from: number, to: number): GetFlowsResponse[] {
    const found: Timed<GetFlowsResponse>[] = [];
    replay(from, to, {
      wantsFlow: (of, time) => of === node && time >= from && time < to,
      flow: (_, time, what) => found.push({ time, what }),
      ledger: ignore,
    });
    return inTimeOrder(found);
  }

  function ledger(from: number, to: number): LedgerEntry[] {
    const found: Timed<LedgerEntry>[] = [];
    replay(from, to, {
      wantsFlow: () => false,
      flow: ignore,
      ledger: (what) => {
        if (what.time >= from && what.time < to) {
          found.push({ time: what.time, what });
        }
      },
    });
    return inTimeOrder(found);
  }

  /** Plays every run that can have a record in the window. */
  function replay(from: number, to: number, sink: Sink): void {
    if (!Number.isFinite(to) || Number.isNaN(from)) {
      throw new RangeError(`no window: from ${from} to ${to}`);
    }
    for (const traffic of traffics) {
      const earliest = Math.max(from, bornAt) - traffic.span;
      const first = Math.floor((earliest - traffic.spread) / traffic.every);
      const last = Math.floor(to / traffic.every);
      for (let slot = first; slot <= last; slot++) {
        const start = runStart(traffic, slot, seed);
        if (start >= bornAt && start >= earliest && start < to) {
          play(traffic, slot, context, sink);
        }
      }
    }
  }

  const counters = createCounters({ bornAt, flows });
  schedule.onStep((_, at) => counters.forget(at));
  return { seed, bornAt, clusterName, nodes, pods: allPods, ...schedule, flows, ledger, counters: counters.at };
}

interface Timed<T> {
  readonly time: number;
  readonly what: T;
}

/** Stable, so that two flows of the same moment keep the order in which the world makes them. */
function inTimeOrder<T>(found: Timed<T>[]): T[] {
  return found.sort((left, right) => left.time - right.time).map(({ what }) => what);
}

function ignore(): void {}

function nodeLabels(node: LabNode & { readonly name: NodeName }): string[] {
  return [
    "beta.kubernetes.io/arch=amd64",
    "beta.kubernetes.io/os=linux",
    "kubernetes.io/arch=amd64",
    `kubernetes.io/hostname=${node.name}`,
    "kubernetes.io/os=linux",
    ...(node.controlPlane
      ? ["node-role.kubernetes.io/control-plane=", "node.kubernetes.io/exclude-from-external-load-balancers="]
      : []),
  ];
}
