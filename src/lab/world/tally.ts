/** Counts flows the way that the agent's datapath metrics and Hubble's flow metrics count them. */
import { enumText, type WireFlow } from "../../sources/hubble/wire.ts";
import type { NodeCounters } from "./world.ts";

export type Tally = { readonly [name in keyof NodeCounters]: Map<string, number> };

export function createTally(from?: Tally): Tally {
  return {
    drops: new Map(from?.drops),
    dropBytes: new Map(from?.dropBytes),
    forwards: new Map(from?.forwards),
    forwardBytes: new Map(from?.forwardBytes),
    hubbleDrops: new Map(from?.hubbleDrops),
    flows: new Map(from?.flows),
    policyVerdicts: new Map(from?.policyVerdicts),
    policyL7: new Map(from?.policyL7),
    mapOps: new Map(from?.mapOps),
  };
}

/** As monitor's text for the reason goes into cilium_drop_count_total. The world knows no other drops. */
const reasonTexts: Readonly<Record<number, string>> = {
  133: "Policy denied",
  139: "Unsupported L3 protocol",
  155: "CT: Map insertion failed",
};
const tracePoints: Readonly<Record<number, string>> = {
  0: "to-endpoint",
  1: "to-proxy",
  2: "to-host",
  3: "to-stack",
  11: "to-network",
};
const matches = ["none", "l3-only", "l3-l4", "l4-only", "all", "l3-proto", "proto-only"];

export function count(tally: Tally, flow: WireFlow): void {
  const { type = 0, subType = 0 } = flow.eventType ?? {};
  const verdict = enumText("Verdict", flow.verdict ?? 0);
  const direction = enumText("TrafficDirection", flow.trafficDirection ?? 0);
  const protocol = protocolOf(flow);
  add(tally.flows, `${protocol}|${typeName(type)}|${subTypeName(flow, type, subType)}|${verdict}`);
  if (flow.verdict === 2) {
    add(tally.hubbleDrops, `${enumText("DropReason", flow.dropReasonDesc ?? 0)}|${protocol}`);
  }
  if (type === 1) {
    const key = `${reasonTexts[subType] ?? subType}|${direction}`;
    add(tally.drops, key);
    add(tally.dropBytes, key, packetBytes(flow));
  } else if (type === 4) {
    const moving = flow.traceObservationPoint === 11 || flow.traceObservationPoint === 3 ? "EGRESS" : "INGRESS";
    add(tally.forwards, moving);
    add(tally.forwardBytes, moving, packetBytes(flow));
    countMapOps(tally.mapOps, flow);
  } else if (type === 5) {
    const match = matches[flow.policyMatchType ?? 0] ?? "none";
    add(tally.policyVerdicts, `${direction.toLowerCase()}|${match}|${verdict.toLowerCase()}`);
  } else if (type === 129 && flow.l7?.type === 1) {
    const proxy = flow.l7.http ? "envoy" : "fqdn";
    add(tally.policyL7, `received|${proxy}`);
    add(tally.policyL7, `${flow.verdict === 2 ? "denied" : "forwarded"}|${proxy}`);
    const match = flow.l7.http ? "l7/http" : "l7/dns";
    add(tally.policyVerdicts, `${direction.toLowerCase()}|${match}|${verdict.toLowerCase()}`);
  }
}

export function add(counts: Map<string, number>, key: string, amount = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + amount);
}

/** Each connection costs the agent a conntrack entry to collect, and the NAT entry of one that left the cluster. */
function countMapOps(mapOps: Map<string, number>, flow: WireFlow): void {
  const isNew = flow.traceReason === 1;
  if (isNew && flow.l4?.TCP) {
    add(mapOps, "ct4_global|lookup|success", 2);
    add(mapOps, "ct4_global|delete|success");
  } else if (isNew && flow.l4?.UDP) {
    add(mapOps, "ct_any4_global|lookup|success", 2);
    add(mapOps, "ct_any4_global|delete|success");
  }
  if (isNew && flow.interface?.name === "eth0") {
    add(mapOps, "snat_v4_external|delete|success");
  }
}

function protocolOf(flow: WireFlow): string {
  if (flow.l7) {
    return flow.l7.http ? "HTTP" : "DNS";
  }
  return Object.keys(flow.l4 ?? {})[0] ?? "Unknown flow";
}

function typeName(type: number): string {
  return { 1: "Drop", 4: "Trace", 5: "PolicyVerdict", 129: "L7" }[type] ?? "Unknown";
}

function subTypeName(flow: WireFlow, type: number, subType: number): string {
  if (type === 4) {
    return tracePoints[subType] ?? String(subType);
  }
  if (type === 129) {
    return protocolOf(flow);
  }
  return type === 7 ? "7" : "";
}

/** Bytes on the wire for what the packet carries: the world's requests and answers are all of the same few sizes. */
function packetBytes(flow: WireFlow): number {
  const flags = flow.l4?.TCP?.flags;
  if (flags) {
    return flags.SYN ? 74 : flags.PSH ? (flow.isReply?.value ? 245 : 212) : 66;
  }
  return flow.l4?.UDP ? (flow.isReply?.value ? 142 : 95) : 70;
}
