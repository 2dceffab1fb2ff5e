/** Connections that break, each in a way of its own, and one that stands beside them. */
import { type Connection, drop, egress, policyVerdict, socketTranslation, tcp } from "../packet.ts";
import { droidEgress, nobody, outside, pathPods, shield } from "../paths.ts";
import { policyInFlows } from "../policy.ts";
import type { Run, Traffic } from "../run.ts";
import type { NodeName } from "../topology.ts";
import type { LabPod } from "../world.ts";
import { connect, deliver, leave } from "./deliver.ts";
import { askDns, lookUp, toDns } from "./dns.ts";

export const pathTraffic: readonly Traffic[] = [
  { name: "paths-broken", every: 8000, spread: 2000, span: 1300, run: neverArrives },
  { name: "paths-no-backend", every: 9000, spread: 2000, span: 1300, run: noBackend },
  { name: "paths-egress", every: 7000, spread: 2000, span: 1300, run: deniedHere },
  { name: "paths-closed", every: 6000, spread: 2000, span: 100, run: closedPort },
  { name: "paths-fine", every: 6000, spread: 2000, span: 1300, run: fine },
  { name: "paths-expired", every: 40_000, spread: 2000, span: 25_000, run: expired },
  { name: "paths-nobody", every: 10_000, spread: 2000, span: 100, run: noSuchName },
];

const { scout, droid, outpost, generator } = pathPods;
const node = scout.node as NodeName;
/** Offsets of curl's two SYNs. */
const attempts = [0, 1024.7] as const;

function connection(run: Run, from: LabPod, to: LabPod, serverPort: number): Connection {
  return {
    client: run.ends.pod(from),
    server: run.ends.pod(to),
    clientPort: run.random.int(32768, 60999),
    serverPort,
  };
}

/** The network between the nodes loses it. */
function neverArrives(run: Run): void {
  const syn = tcp(connection(run, scout, outpost, 80), "client", "syn");
  for (const at of attempts) leave(run, syn, at);
}

function noBackend(run: Run): void {
  const client = run.ends.pod(scout);
  const server = { ...run.ends.world(shield.ip), shownAs: `svc/${shield.namespace}/${shield.name}` };
  const asked: Connection = { client, server, clientPort: run.random.int(32768, 60999), serverPort: 80 };
  const destinationService = { namespace: shield.namespace, name: shield.name };
  run.flow(node, 0, () => socketTranslation(node, asked, shield, "before", "TCP"));
  const syn = tcp(asked, "client", "syn");
  for (const at of attempts) {
    run.flow(node, at + 0.1, () => ({
      ...drop(node, syn, { reason: 158, direction: egress, line: 1013 }),
      destinationService,
    }));
    dropped(run, at + 0.1, asked, "SERVICE_BACKEND_NOT_FOUND");
  }
}

function deniedHere(run: Run): void {
  deny(run, connection(run, droid, generator, 80), 0);
}

function deny(run: Run, denied: Connection, offset: number): void {
  const syn = tcp(denied, "client", "syn");
  for (const wait of attempts) {
    const at = offset + wait;
    run.flow(node, at, () => policyVerdict(node, syn, { verdict: "denied", direction: egress }));
    run.flow(node, at + 0.1, () => drop(node, syn, { reason: 133, direction: egress, line: 1391 }));
    dropped(run, at + 0.1, denied, "POLICY_DENIED");
  }
}

function dropped(run: Run, offset: number, { client, server, serverPort }: Connection, reason: string): void {
  const ends = { source: client.shownAs, destination: server.shownAs, port: serverPort, protocol: "TCP" };
  run.ledger(offset, { node, kind: "packet", reason, direction: "EGRESS", ...ends });
}

function closedPort(run: Run): void {
  const closed = connection(run, scout, generator, 8080);
  const arrived = deliver(run, tcp(closed, "client", "syn"), 0);
  deliver(run, tcp(closed, "server", "reset"), arrived + 0.1);
}

function fine(run: Run): void {
  exchange(run, connection(run, scout, generator, 80), 0);
}

function exchange(run: Run, open: Connection, offset: number): void {
  const established = connect(run, open, offset);
  if (established === undefined) return;
  deliver(run, tcp(open, "client", "push"), established.offset + 1.8);
  deliver(run, tcp(open, "server", "push"), established.offset + 3);
  deliver(run, tcp(open, "client", "finish"), established.offset + 4);
  deliver(run, tcp(open, "server", "finish"), established.offset + 5);
}

/** The program keeps the address longer than the answer allows: what the agent has forgotten is the world, which no rule names. */
function expired(run: Run): void {
  const client = run.ends.pod(droid);
  const { name, ip, ttl } = outside;
  const resolved = lookUp(run, { client, name, ips: [ip], ttl, withSocket: false }, 0);
  const known: Connection = {
    ...{ client, server: run.ends.world(ip, name) },
    ...{ clientPort: run.random.int(32768, 60999), serverPort: 443 },
  };
  const by = policyInFlows(droidEgress, 1);
  const syn = tcp(known, "client", "syn");
  run.flow(node, resolved + 0.2, () => policyVerdict(node, syn, { verdict: "forwarded", by, direction: egress }));
  exchange(run, known, resolved + 0.4);
  deny(run, { ...known, server: run.ends.world(ip), clientPort: run.random.int(32768, 60999) }, resolved + 20_000);
}

/** A resolver's whole search path, and the name itself: nobody has it. */
function noSuchName(run: Run): void {
  const client = run.ends.pod(scout);
  const domains = ["hoth.svc.cluster.local.", "svc.cluster.local.", "cluster.local.", ""];
  domains.reduce((at, domain) => {
    const answer = {
      ...{ query: `${nobody}.${domain}`, observationSource: "proxy", qtypes: ["A"], rcode: 3, ttl: 4_294_967_295 },
    };
    return askDns(run, { node, connection: toDns(run, client), answer }, at);
  }, 0);
}
