/** What goes on in any cluster beside the workloads: probes, Hubble's own connections, calls to the outside, and IPv6 noise. */
import { type Connection, drop, egress, type Packet, tcp } from "../packet.ts";
import type { Run, Traffic } from "../run.ts";
import { type NodeName, nodes, pods } from "../topology.ts";
import type { LabPod } from "../world.ts";
import { connect, deliver } from "./deliver.ts";
import { lookUp } from "./dns.ts";

export const backgroundTraffic: readonly Traffic[] = [
  probes("probe-dns-one-live", pods.dnsOne, 8080),
  probes("probe-dns-one-ready", pods.dnsOne, 8181),
  probes("probe-dns-two-live", pods.dnsTwo, 8080),
  probes("probe-dns-two-ready", pods.dnsTwo, 8181),
  probes("probe-relay", pods.relay, 4222),
  probes("probe-ui", pods.ui, 8081),
  ...nodes.map((node) => relayToAgent(node.name)),
  uiToRelay(),
  toWorld("tiefighter-world", pods.tiefighter, "example.com", "93.184.215.14"),
  toWorld("xwing-world", pods.xwing, "swapi.example.net", "203.0.113.77"),
  routerSolicitations(),
];

/** The kubelet of the pod's node asks every ten seconds. */
function probes(name: string, pod: LabPod, port: number): Traffic {
  return {
    name,
    every: 10_000,
    spread: 4000,
    span: 100,
    run(run) {
      const server = run.ends.pod(pod);
      const client = run.ends.host(pod.node as NodeName);
      const connection: Connection = { client, server, clientPort: clientPort(run), serverPort: port };
      deliver(run, tcp(connection, "client", "syn"), 0);
      deliver(run, tcp(connection, "server", "synAck"), 0.2);
      deliver(run, tcp(connection, "client", "finish"), 1.1);
      deliver(run, tcp(connection, "server", "finish"), 1.3);
    },
  };
}

/** Relay's long connection to an agent's Hubble server: what it asks and what it is told. */
function relayToAgent(node: NodeName): Traffic {
  return {
    name: `relay-to-${node}`,
    every: 12_000,
    spread: 5000,
    span: 100,
    run: (run) =>
      chat(run, { client: run.ends.pod(pods.relay), server: run.ends.host(node), clientPort: 43772, serverPort: 4244 }),
  };
}

function uiToRelay(): Traffic {
  return {
    name: "ui-to-relay",
    every: 15_000,
    spread: 6000,
    span: 100,
    run: (run) =>
      chat(run, {
        client: run.ends.pod(pods.ui),
        server: run.ends.pod(pods.relay),
        clientPort: 40956,
        serverPort: 4245,
      }),
  };
}

function chat(run: Run, connection: Connection): void {
  deliver(run, tcp(connection, "client", "push"), 0);
  deliver(run, tcp(connection, "server", "push"), 1.2);
}

function toWorld(name: string, pod: LabPod, host: string, ip: string): Traffic {
  return {
    name,
    every: 25_000,
    spread: 10_000,
    span: 400,
    run(run) {
      const client = run.ends.pod(pod);
      const resolved = lookUp(run, { client, name: host, ips: [ip], ttl: 60, withSocket: false }, 0);
      const connection: Connection = {
        client,
        server: run.ends.world(ip, host),
        clientPort: clientPort(run),
        serverPort: 443,
      };
      const distance = 20 + run.random.next() * 30;
      connect(run, connection, resolved + 0.5);
      deliver(run, tcp(connection, "client", "push"), resolved + distance);
      deliver(run, tcp(connection, "server", "push"), resolved + 2 * distance);
      deliver(run, tcp(connection, "client", "finish"), resolved + 2 * distance + 1);
      deliver(run, tcp(connection, "server", "finish"), resolved + 3 * distance);
    },
  };
}

/** A pod's kernel looks for IPv6 routers on a cluster without IPv6: one drop event, no policy behind it, nobody at the other end. */
function routerSolicitations(): Traffic {
  const everybody = Object.values(pods) as [LabPod, ...LabPod[]];
  return {
    name: "router-solicitation",
    every: 9000,
    spread: 6000,
    span: 10,
    run(run) {
      const pod = run.random.pick(everybody);
      const node = pod.node as NodeName;
      const source = { ...run.ends.pod(pod), ip: linkLocal(pod) };
      const destination = { ...run.ends.world("ff02::2"), seenFrom: () => ({}) };
      const packet: Packet = {
        source,
        destination,
        l4: { ICMPv6: { type: 133 } },
        reply: false,
        summary: "ICMPv6 RouterSolicitation",
      };
      run.flow(node, 0, () => drop(node, packet, { reason: 139, direction: egress, line: 1642 }));
      run.ledger(0, {
        node,
        kind: "packet",
        reason: "UNSUPPORTED_L3_PROTOCOL",
        direction: "EGRESS",
        source: source.shownAs,
        destination: destination.shownAs,
        port: 0,
        protocol: "ICMPv6",
      });
    },
  };
}

/** A stable link-local address out of the pod's IPv4 address and endpoint number. */
function linkLocal(pod: LabPod): string {
  const [, , third = "0", fourth = "0"] = pod.ip.split(".");
  const tail = (Number(third) * 256 + Number(fourth)).toString(16);
  return `fe80::${(0x1000 + pod.endpointId).toString(16)}:72ff:fe74:${tail}`;
}

function clientPort(run: Run): number {
  return run.random.int(32768, 60999);
}
