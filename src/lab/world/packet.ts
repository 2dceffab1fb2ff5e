/** Packets, and the flows that an agent makes of them: traces, policy verdicts, drops, socket translations. Numbers as in flow.proto. */
import type { TcpFlag, WireFlow, WireLayer4, WireLayer7, WirePolicy, WireTcpFlags } from "../../sources/hubble/wire.ts";
import type { End } from "./ends.ts";
import { createRandom, keyOf, mix } from "./random.ts";
import type { NodeName, Service } from "./topology.ts";

export interface Packet {
  readonly source: End;
  readonly destination: End;
  readonly l4: WireLayer4;
  /** Part of an answer: travels from the server to the client. */
  readonly reply: boolean;
  /** Hubble's text for the packet. */
  readonly summary: string;
}

/** One conversation between a client and a server port; gives packets in both directions. */
export interface Connection {
  readonly client: End;
  readonly server: End;
  readonly clientPort: number;
  readonly serverPort: number;
}

const tracePoints = {
  "to-endpoint": { subType: 0, point: 101 },
  "to-proxy": { subType: 1, point: 1 },
  "to-host": { subType: 2, point: 2 },
  "to-stack": { subType: 3, point: 3 },
  "to-network": { subType: 11, point: 11 },
} as const;
export type TracePoint = keyof typeof tracePoints;

export const ingress = 1;
export const egress = 2;
const matchL3L4 = 2;
const reasons = { new: 1, established: 2, reply: 3 } as const;
/** Port of the HTTP listener that redirected connections are handed to. */
const proxyPort = 13407;

/** The segments that the world's connections are made of. `data` without flags is what a proxy reports. */
const segments = {
  syn: segment("SYN"),
  synAck: segment("SYN", "ACK"),
  push: segment("ACK", "PSH"),
  finish: segment("ACK", "FIN"),
  reset: segment("RST", "ACK"),
  data: segment(),
} as const;

export function tcp(connection: Connection, from: "client" | "server", kind: keyof typeof segments): Packet {
  const { flags, summary } = segments[kind];
  const { client, server, clientPort, serverPort } = connection;
  return from === "client"
    ? {
        source: client,
        destination: server,
        l4: { TCP: { sourcePort: clientPort, destinationPort: serverPort, flags } },
        reply: false,
        summary,
      }
    : {
        source: server,
        destination: client,
        l4: { TCP: { sourcePort: serverPort, destinationPort: clientPort, flags } },
        reply: true,
        summary,
      };
}

export function udp(connection: Connection, from: "client" | "server"): Packet {
  const { client, server, clientPort, serverPort } = connection;
  const summary = "UDP";
  return from === "client"
    ? {
        source: client,
        destination: server,
        l4: { UDP: { sourcePort: clientPort, destinationPort: serverPort } },
        reply: false,
        summary,
      }
    : {
        source: server,
        destination: client,
        l4: { UDP: { sourcePort: serverPort, destinationPort: clientPort } },
        reply: true,
        summary,
      };
}

/** A packet that passed a point. `direction` 0: the agent could not tell, and then does not know whether it is a reply either. */
export function trace(node: NodeName, packet: Packet, point: TracePoint, direction: number): WireFlow {
  const { subType, point: observationPoint } = tracePoints[point];
  const isNew = packet.summary === "TCP Flags: SYN" || packet.l4.UDP !== undefined;
  const reason = packet.reply ? reasons.reply : isNew ? reasons.new : reasons.established;
  return {
    verdict: 1,
    ...addresses(node, packet),
    ethernet: ethernet(packet),
    Type: 1,
    eventType: { type: 4, subType },
    trafficDirection: direction,
    traceObservationPoint: observationPoint,
    ...(direction !== 0 && { traceReason: reason, isReply: { value: packet.reply } }),
    ...(direction !== 0 && packet.reply && { reply: true }),
    ...(point === "to-proxy" && { proxyPort }),
    ...(point === "to-network" && { interface: device(packet.destination) }),
    Summary: packet.summary,
  };
}

/** What policy said to a first packet; on a denial the drop event follows as a flow of its own. */
export function policyVerdict(
  node: NodeName,
  packet: Packet,
  said: (
    | { readonly verdict: "forwarded" | "redirected"; readonly by: WirePolicy; readonly match?: number }
    | { readonly verdict: "denied" }
  ) & { readonly direction?: number },
): WireFlow {
  const { direction = ingress } = said;
  const common: WireFlow = {
    ...addresses(node, packet),
    ethernet: ethernet(packet),
    Type: 1,
    eventType: { type: 5 },
    trafficDirection: direction,
    Summary: packet.summary,
  };
  if (said.verdict === "denied") {
    return { verdict: 2, dropReason: 133, dropReasonDesc: 133, ...common };
  }
  const verdict = said.verdict === "redirected" ? 5 : 1;
  const allowedBy = direction === ingress ? { ingressAllowedBy: [said.by] } : { egressAllowedBy: [said.by] };
  return { verdict, ...common, policyMatchType: said.match ?? matchL3L4, isReply: { value: false }, ...allowedBy };
}

export function drop(
  node: NodeName,
  packet: Packet,
  what: { readonly reason: number; readonly direction: number; readonly line: number },
): WireFlow {
  return {
    verdict: 2,
    dropReason: what.reason,
    ...addresses(node, packet),
    ethernet: ethernet(packet),
    Type: 1,
    eventType: { type: 1, subType: what.reason },
    trafficDirection: what.direction,
    file: { name: "bpf_lxc.c", line: what.line },
    dropReasonDesc: what.reason,
    Summary: packet.summary,
  };
}

/** What a proxy saw: a request or an answer, with its record. No link layer and no TCP flags. */
export function l7(
  node: NodeName,
  packet: Packet,
  said: { readonly verdict: number; readonly direction: number; readonly record: WireLayer7; readonly summary: string },
): WireFlow {
  return {
    verdict: said.verdict,
    ...addresses(node, packet),
    Type: 2,
    l7: said.record,
    ...(packet.reply && { reply: true }),
    eventType: { type: 129 },
    trafficDirection: said.direction,
    isReply: { value: packet.reply },
    Summary: said.summary,
  };
}

/** connect() or sendmsg() of a pod's socket to a service address: before the translation (1) and after it (2). */
export function socketTranslation(
  node: NodeName,
  connection: Connection,
  service: Service,
  stage: "before" | "after",
  protocol: "TCP" | "UDP",
): WireFlow {
  const { client, server, serverPort } = connection;
  const numbers = createRandom(mix(keyOf(client.ip), connection.clientPort));
  const common: WireFlow = {
    l4: { [protocol]: { destinationPort: serverPort } },
    source: client.seenFrom(node),
    Type: 3,
    socketCookie: numbers.int(1000, 99_999),
    cgroupId: 5000 + numbers.int(0, 10_000),
    Summary: protocol,
  };
  return stage === "before"
    ? {
        verdict: 6,
        ...common,
        IP: { source: client.ip, destination: service.ip, ipVersion: 1 },
        destination: { identity: 2, labels: ["reserved:world"] },
        eventType: { type: 7, subType: 1 },
        destinationService: { name: service.name, namespace: service.namespace },
        sockXlatePoint: 1,
      }
    : {
        verdict: 7,
        ...common,
        IP: { source: client.ip, destination: server.ip, ipVersion: 1 },
        destination: server.seenFrom(node),
        eventType: { type: 7, subType: 2 },
        sockXlatePoint: 2,
      };
}

/** Addresses, names and endpoints of a packet as `node` reports them. */
function addresses(node: NodeName, packet: Packet): WireFlow {
  const { source, destination } = packet;
  return {
    IP: { source: source.ip, destination: destination.ip, ipVersion: source.ip.includes(":") ? 2 : 1 },
    l4: packet.l4,
    source: source.seenFrom(node),
    destination: destination.seenFrom(node),
    ...(source.names.length > 0 && { sourceNames: source.names }),
    ...(destination.names.length > 0 && { destinationNames: destination.names }),
  };
}

/** Flags in the order in which Hubble's summary lists them. */
function segment(...flags: TcpFlag[]): { readonly flags: WireTcpFlags | null; readonly summary: string } {
  const set = Object.fromEntries(flags.map((flag) => [flag, true]));
  return { flags: flags.length === 0 ? null : set, summary: `TCP Flags: ${flags.join(", ")}` };
}

function ethernet(packet: Packet): { source: string; destination: string } {
  return { source: mac(packet.source.ip), destination: mac(packet.destination.ip) };
}

/** eth0 leads outside, eth1 to the other nodes. */
function device(destination: End): { index: number; name: string } {
  return destination.node === undefined ? { index: 2, name: "eth0" } : { index: 3, name: "eth1" };
}

const macs = new Map<string, string>();

/** The router, for all that is outside in a burst: 198.18.0.0/15. */
const router = "10.0.2.2";

/** An address keeps its MAC address. Bounded: the world has some twenty addresses. */
function mac(address: string): string {
  const ip = address.startsWith("198.18.") ? router : address;
  const known = macs.get(ip);
  if (known !== undefined) {
    return known;
  }
  const random = createRandom(keyOf(ip));
  const bytes = [(random.int(0, 255) & 0xfc) | 2, ...Array.from({ length: 5 }, () => random.int(0, 255))];
  const text = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(":");
  macs.set(ip, text);
  return text;
}
