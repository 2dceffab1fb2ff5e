/** Which drops are normally nobody's problem, so that answers can put them last. Defaults for clusters without IPv6 and multicast. */
import type { Flow } from "./flow.ts";

export type NoiseSubject = Pick<Flow, "dropReason" | "protocol" | "sourceIp" | "destinationIp">;

/** Judges dropped packets only: a policy's verdict is never noise. */
export function isNoise(flow: NoiseSubject): boolean {
  switch (flow.dropReason) {
    case 132: // INVALID_SOURCE_IP: neighbour discovery and address detection of pods with IPv6 switched on inside.
      return linkLocal(flow.sourceIp) || multicast6(flow.destinationIp);
    case 139: // UNSUPPORTED_L3_PROTOCOL: IPv6 where the cluster is IPv4 only.
      return flow.protocol === "ICMPv6" || flow.sourceIp.includes(":");
    case 156: // INVALID_IPV6_EXTENSION_HEADER: multicast listener reports.
      return flow.protocol === "ICMPv6" || multicast6(flow.destinationIp);
    case 137: // CT_UNKNOWN_L4_PROTOCOL
    case 142: // UNKNOWN_L4_PROTOCOL
      return flow.protocol === "IGMP" || flow.protocol === "VRRP";
    default:
      return always.has(flow.dropReason);
  }
}

/** UNKNOWN_L3_TARGET_ADDRESS, UNSUPPORTED_L2_PROTOCOL, NAT_NOT_NEEDED, FORBIDDEN_ICMPV6_MESSAGE, VLAN_FILTERED, IGMP and multicast, DROP_PUNT_PROXY. */
const always: ReadonlySet<number> = new Set([150, 166, 173, 176, 182, 199, 200, 201, 205]);

function linkLocal(ip: string): boolean {
  return ip.startsWith("fe80:");
}

function multicast6(ip: string): boolean {
  return ip.startsWith("ff") && ip.includes(":");
}
