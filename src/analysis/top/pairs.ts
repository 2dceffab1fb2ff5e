/** Flows → the pairs that were dropped, that talked, or the ports they talked to, most first, in fixed memory. */
import { countsAsDrop } from "../drops-reducer.ts";
import { createEndpointNames, type EndpointNames } from "../endpoint-name.ts";
import { EventType, type Flow } from "../flow.ts";
import { countsAsForwarded } from "../forwarded-reducer.ts";
import { isNoise } from "../noise.ts";
import { reasonName } from "../reasons.ts";
import type { Reducer } from "../reduce.ts";
import { type Counted, createSpaceSaving } from "../sketch/space-saving.ts";
import { directionName, maxListed } from "../summary-names.ts";
import { type FlowRanking, type TopOptions, type TopRow, usualCapacity } from "./ranking.ts";

export type PairsOf = "drops" | "talkers" | "ports";

interface Pair {
  /** "" where the ranking does not tell ends apart. */
  source: string;
  destination: string;
  readonly port: number;
  readonly protocol: string;
  readonly reason: number;
  readonly direction: number;
}

export function createPairsReducer(of: PairsOf, options: TopOptions): Reducer<FlowRanking> {
  const { window, workloadOf, redaction, capacity = usualCapacity } = options;
  const names = createEndpointNames(workloadOf, redaction);
  const counted = createSpaceSaving<Pair>(capacity);
  const counts = of === "drops" ? isDrop : countsAsForwarded;
  let source = "";
  let destination = "";
  let current: Flow | undefined;
  let noise = 0;

  /** Of the flow at hand: no function for each. */
  function make(): Pair {
    const pair = { source, destination, port: 0, protocol: "", reason: 0, direction: 0 };
    if (current === undefined || of === "talkers") return pair;
    pair.port = current.destinationPort;
    pair.protocol = current.protocol;
    if (of === "ports") return pair;
    pair.reason = current.dropReason;
    pair.direction = current.direction;
    return pair;
  }

  return {
    add(flow) {
      if (!(flow.time >= window.from && flow.time < window.to) || !counts(flow)) return;
      if (of === "drops" && isNoise(flow)) {
        noise += 1;
        return;
      }
      current = flow;
      if (of !== "ports") {
        source = names.source(flow);
        destination = names.destination(flow);
      }
      counted.add(keyOf(of, source, destination, flow), 1, make);
    },
    finish() {
      const { entries, floor, total } = counted.summary();
      const rows = floor === 0 ? settled(of, entries, names) : entries;
      const shown = rows.slice(0, Math.min(options.top, maxListed));
      return {
        of,
        rows: shown.map((row) => show(of, row)),
        total,
        others: floor === 0 ? rows.length - shown.length : null,
        bound: floor,
        capacity,
        noise,
        search: null,
      };
    },
  };
}

/** Packets: refused requests have no drop reason and are `http`'s. */
function isDrop(flow: Flow): boolean {
  return flow.eventType === EventType.drop && countsAsDrop(flow);
}

function keyOf(of: PairsOf, source: string, destination: string, flow: Flow): string {
  const { protocol, destinationPort, dropReason, direction } = flow;
  if (of === "talkers") return `${source}\n${destination}`;
  if (of === "ports") return `${destinationPort}\n${protocol}`;
  // One number is cheaper to write than three; whatever an agent sends, different kinds stay different.
  return `${source}\n${destination}\n${destinationPort + 65_536 * (direction + 4 * dropReason)}\n${protocol}`;
}

/**
 * Pods that turned out to belong to a workload become that workload. Only while everything is exact: beside a row that was thrown away the sum could be too low,
 * and the stated bound would be none.
 */
function settled(of: PairsOf, rows: readonly Counted<Pair>[], names: EndpointNames): Counted<Pair>[] {
  if (of === "ports") return [...rows];
  const merged = new Map<string, Counted<Pair>>();
  for (const { value, ...row } of rows) {
    const ends = { source: names.settled(value.source), destination: names.settled(value.destination) };
    const { port, protocol, reason, direction } = value;
    const key = `${ends.source}\n${ends.destination}\n${port}\n${protocol}\n${reason}\n${direction}`;
    const count = row.count + (merged.get(key)?.count ?? 0);
    merged.set(key, { key, count, error: 0, value: { ...value, ...ends } });
  }
  return [...merged.values()].sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
}

function show(of: PairsOf, { count, error, value }: Counted<Pair>): TopRow {
  const { source, destination, reason, direction, protocol } = value;
  const end = { port: String(value.port), protocol };
  const labels =
    of === "ports"
      ? end
      : of === "talkers"
        ? { source, destination }
        : { source, destination, ...end, reason: reasonName(reason), direction: directionName(direction) };
  return { labels, count, error, answers: null };
}
