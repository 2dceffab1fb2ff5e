/** Flows → ServiceMap, while they stream, in bounded memory. The order of the flows does not matter while there are fewer different edges than the table holds. */
import { createEndpointNames, type WorkloadOf } from "../endpoint-name.ts";
import { Direction, type Endpoint, EventType, type Flow, type Protocol, Verdict } from "../flow.ts";
import { isAddress } from "../redact/host.ts";
import type { Redaction } from "../redact.ts";
import type { Reducer } from "../reduce.ts";
import type { Window } from "../select.ts";
import { countAt, createTally } from "../tally.ts";
import { createEdgeKinds } from "./edge-kind.ts";
import { type EdgeRow, finishMap, newEdgeRow } from "./edge-rows.ts";
import type { EdgeKind, ServiceMap } from "./service-map.ts";
import { createWays } from "./ways.ts";

export interface ServiceMapOptions {
  readonly window: Window;
  /** Edges to list, at most 200. */
  readonly top: number;
  /** Nothing is hidden. */
  readonly all: boolean;
  /** Outside addresses are told apart: one of them was asked about. */
  readonly addresses?: boolean;
  /** Answers and arrivals are among the flows too, as far as there are any: what has none can be told. */
  readonly answers?: boolean;
  readonly workloadOf?: WorkloadOf | undefined;
  readonly redaction?: Redaction | undefined;
}

export function createServiceMapReducer(options: ServiceMapOptions): Reducer<ServiceMap> {
  const { window, addresses = false, answers = true } = options;
  const names = createEndpointNames(options.workloadOf, options.redaction);
  const rows = createTally<EdgeRow>(newEdgeRow);
  const kindOf = createEdgeKinds();
  const ways = answers ? createWays() : undefined;

  function nodeName(name: string, { identity }: Endpoint): string {
    return !addresses && isOutside(identity) && isAddress(name) ? "world" : name;
  }

  return {
    add(flow) {
      if (!(flow.time >= window.from && flow.time < window.to)) return;
      const seen = seenAs(flow);
      const answer = isAnswer(flow);
      if (answer && heard.has(flow.eventType)) ways?.add(flow, answer, undefined);
      if (seen === undefined) return;
      // An answer that passed says nothing that the request has not said.
      if (answer && seen !== "dropped") return;
      const source = nodeName(names.source(flow), flow.source);
      const destination = nodeName(names.destination(flow), flow.destination);
      const [client, server] = answer ? [flow.destination, flow.source] : [flow.source, flow.destination];
      const port = answer ? flow.sourcePort : flow.destinationPort;
      const kind = kindOf(flow, { client, server, port }, seen === "dropped" || seen === "refused");
      const third = thirdOf(kind, flow.protocol, port);
      const row = answer ? rows.row(destination, source, third) : rows.row(source, destination, third);
      if (!answer && heard.has(flow.eventType)) ways?.add(flow, answer, seen === "passed" ? row : undefined);
      if (row === undefined) return rows.fold();
      row.kind = kind;
      row.protocol = flow.protocol;
      row.port = port;
      countAt(row, flow.time);
      if (seen === "passed" || seen === "request") row[counterOf(seen, flow.direction)] += 1;
      else row[seen] += 1;
      if (seen === "dropped" && !answer && flow.direction === Direction.ingress) row.droppedIn += 1;
    },
    finish() {
      ways?.settle();
      return finishMap(rows.rows(), rows.folded(), names, options);
    },
  };
}

/** What says that packets travelled; a policy's verdict does not. */
const heard: ReadonlySet<number> = new Set([EventType.trace, EventType.drop, EventType.l7]);

const kinds: readonly EdgeKind[] = ["service", "dns", "probe", "scrape", "noise"];
const protocols: readonly Protocol[] = ["", "TCP", "UDP", "SCTP", "ICMPv4", "ICMPv6", "VRRP", "IGMP"];

/** A small number, which maps look up faster than text. */
function thirdOf(kind: EdgeKind, protocol: Protocol, port: number): number | string {
  if (!(port <= 65_535)) return `${kind} ${protocol} ${port}`;
  return (kinds.indexOf(kind) * protocols.length + protocols.indexOf(protocol)) * 65_536 + port;
}

type Seen = "passed" | "request" | "dropped" | "refused" | "audited";

/** Undefined: the twin of another record, or the inside of a socket. */
function seenAs({ verdict, eventType, l7 }: Flow): Seen | undefined {
  if (eventType === EventType.l7) {
    if (l7?.kind === "response") return undefined;
    return verdict === Verdict.dropped ? "refused" : "request";
  }
  if (eventType === EventType.drop) return verdict === Verdict.dropped ? "dropped" : undefined;
  if (eventType === EventType.policyVerdict) return verdict === Verdict.audit ? "audited" : undefined;
  return eventType === EventType.trace && passes.has(verdict) ? "passed" : undefined;
}

const passes: ReadonlySet<number> = new Set([Verdict.forwarded, Verdict.redirected]);

/** Linux gives clients ports from here on; NodePorts end below. */
const clientPorts = 32_768;

/** From the server. Where the agent does not know (all drops, traffic it does not track) the ports tell. */
function isAnswer({ isReply, sourcePort, destinationPort }: Flow): boolean {
  return isReply ?? (destinationPort >= clientPorts && sourcePort > 0 && sourcePort < clientPorts);
}

function counterOf(seen: "passed" | "request", direction: number) {
  if (seen === "passed") {
    if (direction === Direction.egress) return "passedOut";
    return direction === Direction.ingress ? "passedIn" : "passedElsewhere";
  }
  return direction === Direction.egress ? "requestsOut" : "requestsIn";
}

/** World, and the identities that a node gives to CIDRs and DNS names. */
function isOutside(identity: number): boolean {
  return identity === 2 || identity === 9 || identity === 10 || identity >>> 24 === 1;
}
