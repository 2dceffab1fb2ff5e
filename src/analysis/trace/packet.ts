/** What one record says about one packet of a connection: whose packet, on which side, how far. */
import { Direction, EventType, type Flow, tcpFlags, Verdict } from "../flow.ts";
import type { Side, TraceEvent } from "./trace.ts";

export interface Sighting extends Pick<TraceEvent, "side" | "what" | "how"> {
  readonly isAnswer: boolean;
  /** A record of what policy said, the twin of a drop or a trace. */
  readonly isTwin: boolean;
}

/** Linux gives clients ports from here on; NodePorts end below. */
const clientPorts = 32_768;

/** From the server. Where the agent does not know (all drops) the flags tell, else the ports. */
export function isAnswer(flow: Flow): boolean {
  const { isReply, sourcePort, destinationPort } = flow;
  if (isReply !== undefined) return isReply;
  const flags = flagsOf(flow) & (tcpFlags.syn | tcpFlags.ack);
  if (flags === tcpFlags.syn) return false;
  if (flags === (tcpFlags.syn | tcpFlags.ack)) return true;
  return destinationPort >= clientPorts && sourcePort > 0 && sourcePort < clientPorts;
}

/** Only its ports tell which way it goes. */
export function isGuessed(flow: Flow): boolean {
  return flow.isReply === undefined && (flagsOf(flow) & tcpFlags.syn) === 0;
}

/** Of the record itself; by its text where a file has nothing else. */
function flagsOf({ protocol, details, summary }: Flow): number {
  if (protocol !== "TCP") return 0;
  if (details?.tcpFlags !== undefined) return details.tcpFlags;
  if (!summary.startsWith(flagsText)) return 0;
  const names = new Set(summary.slice(flagsText.length).split(", "));
  return Object.entries(tcpFlags).reduce((sum, [name, bit]) => sum | (names.has(name.toUpperCase()) ? bit : 0), 0);
}

const flagsText = "TCP Flags: ";

/** The connection that a packet belongs to, whichever way it travels. */
export interface Tuple {
  readonly clientIp: string;
  readonly clientPort: number;
  readonly serverIp: string;
  readonly serverPort: number;
}

export function tupleOf({ sourceIp, destinationIp, sourcePort, destinationPort }: Flow, answer: boolean): Tuple {
  return answer
    ? { clientIp: destinationIp, clientPort: destinationPort, serverIp: sourceIp, serverPort: sourcePort }
    : { clientIp: sourceIp, clientPort: sourcePort, serverIp: destinationIp, serverPort: destinationPort };
}

export function keyOf(protocol: string, { clientIp, clientPort, serverIp, serverPort }: Tuple): string {
  return `${protocol} ${clientIp} ${clientPort} ${serverIp} ${serverPort}`;
}

/** Undefined: it says nothing about a packet's way (sockets, captures, what a proxy let pass). */
export function sightingOf(flow: Flow): Sighting | undefined {
  const { eventType, verdict } = flow;
  const answer = isAnswer(flow);
  const what = whatIs(flow, answer);
  const side = sideOf(flow, answer);
  const common = { side, what, isAnswer: answer, isTwin: eventType === EventType.policyVerdict };
  if (eventType === EventType.l7) {
    if (verdict !== Verdict.dropped || flow.l7?.protocol === "dns") return undefined;
    return { ...common, what: "request", how: "refused" };
  }
  if (eventType === EventType.drop) return { ...common, how: "dropped" };
  if (eventType === EventType.policyVerdict)
    return { ...common, how: verdict === Verdict.dropped ? "dropped" : arrivesAt(side, answer) ? "arrived" : "sent" };
  if (eventType !== EventType.trace || verdict === Verdict.dropped) return undefined;
  return {
    ...common,
    how: arrivesAt(side, answer) ? "arrived" : leavingPoints.has(flow.eventSubType) ? "left" : "sent",
  };
}

/** The receiver's side of the packet. */
function arrivesAt(side: Side, answer: boolean): boolean {
  return side === (answer ? "source" : "destination");
}

/** TraceObservationPoint as the datapath numbers it: to host, stack, overlay, network and crypto. */
export const leavingPoints: ReadonlySet<number> = new Set([2, 3, 4, 11, 13]);
/** To an endpoint (0 in the datapath), host; from overlay, network and crypto. */
export const arrivingPoints: ReadonlySet<number> = new Set([0, 2, 9, 10, 12]);

/** Hubble's direction is the connection's, also for what travels back: egress is the client's node. */
function sideOf({ direction, eventType, eventSubType }: Flow, answer: boolean): Side {
  if (direction === Direction.egress) return "source";
  if (direction === Direction.ingress) return "destination";
  const isArrival = eventType === EventType.trace && arrivingPoints.has(eventSubType);
  return isArrival === answer ? "source" : "destination";
}

function whatIs(flow: Flow, answer: boolean): TraceEvent["what"] {
  if (flow.protocol !== "TCP") return answer ? "answer" : "data";
  const flags = flagsOf(flow);
  if ((flags & tcpFlags.rst) !== 0) return "RST";
  if ((flags & tcpFlags.syn) !== 0) return (flags & tcpFlags.ack) === 0 ? "SYN" : "SYN-ACK";
  return (flags & tcpFlags.fin) === 0 ? "data" : "FIN";
}
