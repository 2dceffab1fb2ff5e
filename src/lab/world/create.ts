import type { GetFlowsResponse } from "../../sources/hubble/wire.ts";
import { burstEnd, createBursts } from "./bursts.ts";
import { createCounters } from "./counters.ts";
import { createEnds } from "./ends.ts";
import { pathPods } from "./paths.ts";
import { play, type RunContext, runStart, type Sink, type Traffic } from "./run.ts";
import { createSchedule, type StepChange } from "./schedule.ts";
import { allPods, type NodeName, nodes } from "./topology.ts";
import { backgroundTraffic } from "./traffic/background.ts";
import { burstTraffic } from "./traffic/burst.ts";
import { landingTraffic } from "./traffic/landing.ts";
import { pathTraffic } from "./traffic/paths.ts";
import { webpodTraffic } from "./traffic/webpod.ts";
import { webpodPods } from "./webpod.ts";
import { type LabNode, type LabPod, type LedgerEntry, type ScenarioName, scenarioNames, type World } from "./world.ts";

export interface WorldOptions {
  readonly seed: number;
  /** Epoch milliseconds of the world's present: its past reaches `history` back from here. It goes on after it for as long as somebody asks. */
  readonly now: number;
  /** Milliseconds; default one hour. */
  readonly history?: number;
  /** In time order; default none: no policy. */
  readonly steps?: readonly StepChange[];
  readonly clusterName?: string;
  /** Beside Star Wars; default none. They change nothing of its traffic. */
  readonly scenarios?: readonly ScenarioName[];
}

const starWars: readonly Traffic[] = [...landingTraffic, ...backgroundTraffic];
const extras: {
  readonly [name in ScenarioName]: { readonly traffic: readonly Traffic[]; readonly pods: readonly LabPod[] };
} = {
  webpod: { traffic: webpodTraffic, pods: Object.values(webpodPods) },
  paths: { traffic: pathTraffic, pods: Object.values(pathPods) },
};

/**
 * The simulated datapath. Nothing is stored but the schedule and counter checkpoints: each call builds the flows of its window anew. Ten minutes of one
 * node take about 10 ms.
 */
export function createWorld(options: WorldOptions): World {
  const { seed, now, history = 3_600_000, steps = [], clusterName = "default" } = options;
  const scenarios = scenarioNames.filter((name) => options.scenarios?.includes(name));
  const traffics = [...starWars, ...scenarios.flatMap((name) => extras[name].traffic)];
  const bornAt = Math.floor(now - history);
  const schedule = createSchedule(bornAt, steps);
  const bursts = createBursts(bornAt);
  const listeners = new Set<(at: number) => void>();
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
      playSlots(traffic, { from, to, begin: bornAt, end: Number.POSITIVE_INFINITY });
    }
    for (const burst of bursts.all()) {
      playSlots(burstTraffic(burst), { from, to, begin: burst.at, end: burstEnd(burst) });
    }

    /** Runs that start from `begin` on and before `end`. */
    function playSlots(
      traffic: Traffic,
      window: { readonly from: number; readonly to: number; readonly begin: number; readonly end: number },
    ): void {
      const { begin } = window;
      const earliest = Math.max(window.from, begin) - traffic.span;
      const end = Math.min(window.to, window.end);
      const first = Math.floor((earliest - traffic.spread) / traffic.every);
      const last = Math.floor(end / traffic.every);
      for (let slot = first; slot <= last; slot++) {
        const start = runStart(traffic, slot, seed);
        if (start >= begin && start >= earliest && start < end) {
          play(traffic, slot, context, sink);
        }
      }
    }
  }

  function changed(at: number): void {
    counters.forget(at);
    for (const listener of listeners) {
      listener(at);
    }
  }

  const counters = createCounters({ bornAt, flows });
  schedule.onStep((_, at) => changed(at));
  return {
    seed,
    bornAt,
    clusterName,
    scenarios,
    nodes,
    pods: [...allPods, ...scenarios.flatMap((name) => extras[name].pods)],
    ...schedule,
    burst(wanted) {
      const burst = bursts.add(wanted);
      changed(burst.at);
      return burst;
    },
    bursts: bursts.all,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    flows,
    ledger,
    counters: counters.at,
  };
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
