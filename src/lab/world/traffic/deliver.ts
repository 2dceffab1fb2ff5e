/** How packets travel: which nodes see one, at which points, and what policy does to the first of a connection. */
import {
  type Connection,
  drop,
  egress,
  ingress,
  type Packet,
  policyVerdict,
  type TracePoint,
  tcp,
  trace,
} from "../packet.ts";
import { judge, ruleInFlows } from "../policy.ts";
import type { Run } from "../run.ts";

/** Milliseconds from one node to another. */
const hop = 0.31;
/** Offsets at which a client sends its SYN again within curl's timeout of two seconds. */
const attempts = [0, 1024.7] as const;

export interface Established {
  /** Offset of the SYN that got through. */
  readonly offset: number;
  readonly proxied: boolean;
}

/** Traces one packet from end to end; the packet of one node to another is seen on both. Gives the offset of its arrival. */
export function deliver(
  run: Run,
  packet: Packet,
  offset: number,
  point: "to-endpoint" | "to-proxy" = "to-endpoint",
): number {
  const arrival = leave(run, packet, offset);
  arrive(run, packet, arrival, point);
  return arrival;
}

/** A TCP connection with curl's patience: undefined when policy drops every SYN. Policy is asked at the time of each SYN. */
export function connect(run: Run, connection: Connection, offset: number): Established | undefined {
  for (const wait of attempts) {
    const at = offset + wait;
    const proxied = synchronize(run, connection, at);
    if (proxied !== undefined) {
      deliver(run, tcp(connection, "server", "synAck"), at + 0.9);
      return { offset: at, proxied };
    }
  }
  return undefined;
}

/** One SYN. Undefined: denied; else whether the connection goes through the proxy. */
function synchronize(run: Run, connection: Connection, offset: number): boolean | undefined {
  const packet = tcp(connection, "client", "syn");
  const { client, server, serverPort } = connection;
  const node = server.node;
  const arrival = leave(run, packet, offset);
  // The policy of the moment of the first event that depends on it: what was seen before a change of step stays as it was.
  const step = run.stepAt(arrival + 0.05);
  const judgement = judge(step, client, server, serverPort);
  if (node !== undefined && judgement === "denied") {
    run.flow(node, arrival + 0.05, () => policyVerdict(node, packet, { verdict: "denied" }));
    run.flow(node, arrival + 0.15, () => drop(node, packet, { reason: 133, direction: ingress, line: 2076 }));
    run.ledger(arrival + 0.15, {
      node,
      kind: "packet",
      reason: "POLICY_DENIED",
      direction: "INGRESS",
      source: client.shownAs,
      destination: server.shownAs,
      port: serverPort,
      protocol: "TCP",
    });
    return undefined;
  }
  if (node !== undefined && judgement !== "not-enforced") {
    const verdict = judgement === "redirected" ? "redirected" : "forwarded";
    run.flow(node, arrival + 0.05, () => policyVerdict(node, packet, { verdict, by: ruleInFlows(step) }));
  }
  const proxied = judgement === "redirected";
  arrive(run, packet, arrival + 0.1, proxied ? "to-proxy" : "to-endpoint");
  return proxied;
}

/** Only the source node's view; gives the offset at which the destination's node has the packet. */
export function leave(run: Run, packet: Packet, offset: number): number {
  const { source, destination } = packet;
  const from = source.node;
  const staysOnNode = source.node === destination.node;
  if (from === undefined || source.pod === undefined || (staysOnNode && destination.pod !== undefined)) {
    return offset;
  }
  const direction = packet.reply ? ingress : egress;
  const point: TracePoint = staysOnNode ? "to-stack" : "to-network";
  run.flow(from, offset, () => trace(from, packet, point, direction));
  return staysOnNode ? offset : offset + hop;
}

function arrive(run: Run, packet: Packet, offset: number, point: "to-endpoint" | "to-proxy"): void {
  const { source, destination } = packet;
  const node = destination.node;
  if (node === undefined) {
    return;
  }
  if (destination.pod !== undefined) {
    run.flow(node, offset, () => trace(node, packet, point, packet.reply ? egress : ingress));
  } else if (source.node !== node) {
    run.flow(node, offset, () => trace(node, packet, "to-host", 0));
  }
}
