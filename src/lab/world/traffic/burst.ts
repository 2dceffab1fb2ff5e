/**
 * A burst: SYNs from many addresses outside to deathstar's port 80, evenly in time. rule1 denies them; without it they fill the table of connections, and
 * what no longer fits is dropped too: as many packets a second are lost in every step.
 */
import { burstTick } from "../bursts.ts";
import { type Connection, drop, ingress, policyVerdict, tcp } from "../packet.ts";
import { judge } from "../policy.ts";
import type { Run, Traffic } from "../run.ts";
import { type NodeName, pods } from "../topology.ts";
import type { Burst } from "../world.ts";

/** One run in each tick. */
export function burstTraffic(burst: Burst): Traffic {
  return { name: "burst", every: burstTick, spread: 1, span: burstTick + 1, run: (run) => tick(run, burst) };
}

function tick(run: Run, { at, perSecond, sources }: Burst): void {
  const index = Math.round((run.timeAt(0) - at) / burstTick);
  const sentBefore = (ticks: number) => Math.floor((ticks * perSecond * burstTick) / 1000);
  const packets = sentBefore(index + 1) - sentBefore(index);
  for (let sent = 0; sent < packets; sent++) {
    knock(run, run.random.int(0, sources - 1), (sent * burstTick) / packets);
  }
}

/** One SYN that goes nowhere. */
function knock(run: Run, source: number, offset: number): void {
  const pod = run.random.pick([pods.deathstarOne, pods.deathstarTwo]);
  const clientPort = run.random.int(32768, 60999);
  const node = pod.node as NodeName;
  const server = run.ends.pod(pod);
  const client = run.ends.world(`198.18.${source >> 8}.${source & 255}`);
  const connection: Connection = { client, server, clientPort, serverPort: 80 };
  const packet = tcp(connection, "client", "syn");
  const denied = judge(run.stepAt(offset), client, server, 80) === "denied";
  if (denied) {
    run.flow(node, offset, () => policyVerdict(node, packet, { verdict: "denied" }));
  }
  const what = denied ? { reason: 133, line: 2076 } : { reason: 155, line: 1885 };
  run.flow(node, offset + 0.1, () => drop(node, packet, { ...what, direction: ingress }));
  run.ledger(offset + 0.1, {
    node,
    kind: "packet",
    reason: denied ? "POLICY_DENIED" : "CT_MAP_INSERTION_FAILED",
    direction: "INGRESS",
    source: client.shownAs,
    destination: server.shownAs,
    port: 80,
    protocol: "TCP",
  });
}
