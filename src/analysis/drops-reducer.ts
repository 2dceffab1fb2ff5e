/** Flows → DropSummary, while they stream, in bounded memory. */
import type { DropPair, DropSummary } from "./drops.ts";
import { createEndpointNames, type WorkloadOf } from "./endpoint-name.ts";
import { EventType, type Flow, type PolicyRef, Verdict } from "./flow.ts";
import { createDenials, isDenial } from "./l7-denials.ts";
import { finest, lastParts, lateOf } from "./late-timeline.ts";
import { isNoise } from "./noise.ts";
import { reasonName } from "./reasons.ts";
import { defaultRedaction, type Redaction } from "./redact.ts";
import type { Reducer } from "./reduce.ts";
import type { Window } from "./select.ts";
import { settleRows } from "./settle.ts";
import { addPolicies, addTo, directionName, fewLabels, maxListed, sortedCounts } from "./summary-names.ts";
import { countAt, createTally, emptyRow, type Row, timeText, topRows } from "./tally.ts";

export interface DropsOptions {
  readonly window: Window;
  /** Rows to list, at most 60. */
  readonly top: number;
  /** Parts of the timeline. */
  readonly buckets: number;
  readonly workloadOf?: WorkloadOf | undefined;
  readonly redaction?: Redaction | undefined;
}

const mostTimelines = 8;

/** What the reducer counts; everything else only lends it facts. */
export function countsAsDrop(flow: Flow): boolean {
  return flow.verdict === Verdict.dropped && (flow.eventType === EventType.drop || isDenial(flow));
}

export function createDropsReducer(options: DropsOptions): Reducer<DropSummary> {
  const { window, buckets, redaction = defaultRedaction } = options;
  const top = Math.min(options.top, maxListed);
  const names = createEndpointNames(options.workloadOf, redaction);
  const pairs = createTally<Pair>(newPair);
  const denials = createDenials(names, redaction);
  const byReason = new Map<string, number>();
  const byDirection = new Map<string, number>();
  const fineParts = buckets * finest;
  const timeline = new Uint32Array(fineParts);
  const timelines = new Map<number, Uint32Array>();
  const policyLogs = createPolicyLogs(redaction.text);
  const perPart = fineParts / (window.to - window.from);
  let packets = 0;
  let noise = 0;

  function pairOf(flow: Flow): Pair | undefined {
    const pair = pairs.row(names.source(flow), names.destination(flow), kindOf(flow));
    if (pair?.protocol === undefined && pair !== undefined) describe(pair, flow);
    return pair;
  }

  function addPacket(flow: Flow): void {
    const pair = pairOf(flow);
    if (pair === undefined) pairs.fold();
    else countAt(pair, flow.time);
    packets += 1;
    if (isNoise(flow)) {
      if (pair !== undefined) pair.noise += 1;
      noise += 1;
    }
    addTo(byReason, reasonName(flow.dropReason));
    addTo(byDirection, directionName(flow.direction));
    const part = Math.min(Math.floor((flow.time - window.from) * perPart), fineParts - 1);
    timeline[part] = (timeline[part] ?? 0) + 1;
    const own = timelineOf(flow.dropReason);
    if (own !== undefined) own[part] = (own[part] ?? 0) + 1;
  }

  function timelineOf(reason: number): Uint32Array | undefined {
    const known = timelines.get(reason);
    if (known !== undefined || timelines.size >= mostTimelines) return known;
    const own = new Uint32Array(fineParts);
    timelines.set(reason, own);
    return own;
  }

  /** The verdict that stands beside the drop: the same packet, and the only record that names a policy. */
  function addVerdict(flow: Flow): void {
    if (flow.deniedBy.length > 0) {
      const pair = pairOf(flow);
      if (pair !== undefined) pair.deniedBy = addPolicies(pair.deniedBy, flow.deniedBy);
    }
    for (const text of flow.policyLog) policyLogs.add(text);
  }

  return {
    add(flow) {
      if (!(flow.time >= window.from && flow.time < window.to)) return;
      if (flow.verdict !== Verdict.dropped || flow.eventType === EventType.l7) denials.add(flow);
      else if (flow.eventType === EventType.drop) addPacket(flow);
      else if (flow.eventType === EventType.policyVerdict) addVerdict(flow);
    },
    finish() {
      const held = pairs.rows().filter((pair) => pair.count > 0);
      const settled = settleRows(held, names, thirdText, absorb);
      const listed = topRows(settled, pairs.folded(), top);
      const refused = denials.finish(top);
      const named = [...timelines].map(([reason, own]) => [reasonName(reason), own] as const);
      const late = lateOf(timeline, named, 1 / perPart);
      return {
        packets,
        byReason: sortedCounts(byReason),
        byDirection: sortedCounts(byDirection),
        pairs: listed.top.map(show),
        folded: { pairs: listed.rest.rows, packets: listed.rest.count },
        l7Denials: refused.listed,
        foldedL7: refused.folded,
        timeline: lastParts(timeline, finest, buckets),
        timelines: Object.fromEntries(named.map(([name, own]) => [name, lastParts(own, finest, buckets)])),
        ...(late && { late }),
        policyLogs: policyLogs.shown(),
        noise,
      };
    },
  };
}

/** The first five different texts, cut after redaction: a cut token looks like none. */
function createPolicyLogs(redact: (text: string) => string) {
  const seen = new Set<string>();
  const shown = new Set<string>();
  return {
    add(text: string): void {
      // Policies log the same with every packet.
      if (text === "" || shown.size >= 5 || seen.has(text)) return;
      if (seen.size < 100) seen.add(text);
      shown.add(redact(text).slice(0, 300));
    },
    shown: () => [...shown],
  };
}

interface Pair extends Row {
  /** Undefined until the first flow described it. */
  protocol: string | undefined;
  port: number;
  reason: number;
  direction: number;
  noise: number;
  deniedBy: readonly PolicyRef[];
  sourceLabels: readonly string[];
  destinationLabels: readonly string[];
}

function newPair(source: string, destination: string): Pair {
  return {
    source,
    destination,
    ...emptyRow,
    protocol: undefined,
    port: 0,
    reason: 0,
    direction: 0,
    noise: 0,
    deniedBy: [],
    sourceLabels: [],
    destinationLabels: [],
  };
}

function describe(pair: Pair, flow: Flow): void {
  pair.protocol = flow.protocol;
  pair.port = flow.destinationPort;
  pair.reason = flow.dropReason;
  pair.direction = flow.direction;
  pair.sourceLabels = fewLabels(flow.source.labels);
  pair.destinationLabels = fewLabels(flow.destination.labels);
}

const protocols: ReadonlyMap<string, number> = new Map(
  ["", "TCP", "UDP", "SCTP", "ICMPv4", "ICMPv6", "VRRP", "IGMP"].map((name, index) => [name, index]),
);

/** Reason, direction, protocol and port as one small number (29 bits), which maps look up faster than text. */
function kindOf(flow: Flow): number | string {
  const { dropReason, direction, protocol, destinationPort } = flow;
  const isSmall = dropReason <= 255 && direction <= 3 && destinationPort <= 65_535;
  if (!isSmall) return `${dropReason} ${direction} ${protocol} ${destinationPort}`;
  return ((dropReason * 4 + direction) * 8 + (protocols.get(protocol) ?? 0)) * 65_536 + destinationPort;
}

function thirdText(pair: Pair): string {
  return `${pair.port}\n${pair.protocol}\n${pair.reason}\n${pair.direction}`;
}

function absorb(into: Pair, from: Pair): void {
  into.noise += from.noise;
  into.deniedBy = addPolicies(into.deniedBy, from.deniedBy);
  if (into.sourceLabels.length === 0) into.sourceLabels = from.sourceLabels;
  if (into.destinationLabels.length === 0) into.destinationLabels = from.destinationLabels;
}

function show(pair: Pair): DropPair {
  return {
    source: pair.source,
    destination: pair.destination,
    port: pair.port,
    protocol: pair.protocol ?? "",
    reason: reasonName(pair.reason),
    direction: directionName(pair.direction),
    packets: pair.count,
    first: timeText(pair.first),
    last: timeText(pair.last),
    deniedBy: pair.deniedBy,
    noise: pair.noise === pair.count,
    sourceLabels: pair.sourceLabels,
    destinationLabels: pair.destinationLabels,
  };
}
