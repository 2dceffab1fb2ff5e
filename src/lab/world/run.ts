/**
 * One run of a piece of traffic: it begins at a moment, draws what it needs from numbers of its own, and records flows and ledger entries at offsets from
 * its begin. Whatever a run does depends on its name, its slot, the world's seed and the step in force, on nothing that was asked before.
 */
import type { GetFlowsResponse, WireFlow } from "../../sources/hubble/wire.ts";
import { timestampMs } from "../../sources/hubble/wire.ts";
import type { Ends } from "./ends.ts";
import { createRandom, keyOf, mix, type Random, uuidOf } from "./random.ts";
import type { NodeName } from "./topology.ts";
import type { LedgerEntry, StepName } from "./world.ts";

export interface Traffic {
  readonly name: string;
  /** Milliseconds per slot: one run in each. */
  readonly every: number;
  /** A run begins within this many milliseconds of its slot's begin. */
  readonly spread: number;
  /** No flow later than this many milliseconds after the begin. */
  readonly span: number;
  readonly run: (run: Run) => void;
}

export interface Run {
  readonly random: Random;
  /** The run's X-Request-Id. */
  readonly requestId: () => string;
  readonly ends: Ends;
  readonly clusterName: string;
  readonly stepAt: (offset: number) => StepName;
  /** Epoch milliseconds of an offset. */
  readonly timeAt: (offset: number) => number;
  /** Records a flow as `node` reports it; `make` is called only when somebody wants the flow. */
  readonly flow: (node: NodeName, offset: number, make: () => WireFlow) => void;
  readonly ledger: (offset: number, entry: Omit<LedgerEntry, "time">) => void;
}

/** Where a run's records go. */
export interface Sink {
  readonly wantsFlow: (node: NodeName, time: number) => boolean;
  /** `time` is the flow's time in milliseconds, exactly as a client computes it. */
  readonly flow: (node: NodeName, time: number, response: GetFlowsResponse) => void;
  readonly ledger: (entry: LedgerEntry) => void;
}

export interface RunContext {
  readonly seed: number;
  readonly ends: Ends;
  readonly clusterName: string;
  readonly stepAt: (time: number) => StepName;
  readonly nodeLabels: Readonly<Record<NodeName, readonly string[]>>;
}

/** Key of all that is drawn for one run. */
function runKey(traffic: Traffic, slot: number, seed: number): number {
  const known = nameKeys.get(traffic.name) ?? keyOf(traffic.name);
  nameKeys.set(traffic.name, known);
  return mix(mix(known, seed), slot);
}

/** One entry per kind of traffic. */
const nameKeys = new Map<string, number>();

/** Begin of the run in a slot, epoch milliseconds, whole. */
export function runStart(traffic: Traffic, slot: number, seed: number): number {
  return slot * traffic.every + ((mix(runKey(traffic, slot, seed), -1) >>> 0) % Math.max(1, traffic.spread));
}

export function play(traffic: Traffic, slot: number, context: RunContext, sink: Sink): void {
  const key = runKey(traffic, slot, context.seed);
  const start = runStart(traffic, slot, context.seed);
  let sequence = 0;

  const stamp = (offset: number) => {
    const nanos = (start % 1000) * 1e6 + Math.round(offset * 1e6);
    return { seconds: Math.floor(start / 1000) + Math.floor(nanos / 1e9), nanos: nanos % 1e9 };
  };
  traffic.run({
    random: createRandom(mix(key, 0)),
    requestId: () => uuidOf(mix(key, -2), slot),
    ends: context.ends,
    clusterName: context.clusterName,
    timeAt: (offset) => timestampMs(stamp(offset)),
    stepAt: (offset) => context.stepAt(timestampMs(stamp(offset))),
    flow(node, offset, make) {
      sequence += 1;
      const time = stamp(offset);
      const ms = timestampMs(time);
      if (!sink.wantsFlow(node, ms)) {
        return;
      }
      const nodeName = context.clusterName === "default" ? node : `${context.clusterName}/${node}`;
      const flow = { time, uuid: uuidOf(mix(key, sequence), slot), nodeName, nodeLabels: context.nodeLabels[node] };
      sink.flow(node, ms, { flow: Object.assign(flow, make()), nodeName, time });
    },
    ledger(offset, entry) {
      sink.ledger({ time: timestampMs(stamp(offset)), ...entry });
    },
  });
}
