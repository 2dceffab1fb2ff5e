/**
 * A flow: the fields of Hubble's record that answers are made of, decoded once. Numbers stay numbers where the wire has enums, so that a value newer than
 * this program is shown as a number and never thrown away. Absent strings are "", absent lists are [].
 * Source of names and numbers: Cilium api/v1/flow/flow.proto (1.19).
 */
export interface Flow {
  /** Epoch milliseconds, with the fraction that a double holds (about 0.2 µs). */
  readonly time: number;
  readonly uuid: string;
  /** `cluster/node` when the cluster's name is not `default`. */
  readonly node: string;
  readonly verdict: number;
  /** DropReason number; 0 on records that are no drops and on L7 denials. */
  readonly dropReason: number;
  readonly direction: number;
  /** FlowType: 1 L3_L4, 2 L7, 3 SOCK. */
  readonly type: number;
  /** Monitor event type: 1 drop, 3 debug capture, 4 trace, 5 policy verdict, 7 socket, 129 L7; 0 when absent. */
  readonly eventType: number;
  readonly eventSubType: number;
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly sourceIp: string;
  readonly destinationIp: string;
  readonly sourceNames: readonly string[];
  readonly destinationNames: readonly string[];
  readonly sourceService: NamespacedName | undefined;
  readonly destinationService: NamespacedName | undefined;
  readonly protocol: Protocol;
  /** 0 where the protocol has no ports. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Undefined: not known (all drops). */
  readonly isReply: boolean | undefined;
  readonly policyMatchType: number;
  readonly summary: string;
  readonly l7: L7 | undefined;
  /** Policies named by policy-verdict events, explicit denies only where denied (`egress_denied_by` and `ingress_denied_by`, since 1.16). */
  readonly deniedBy: readonly PolicyRef[];
  readonly allowedBy: readonly PolicyRef[];
  /** `policy_log` (1.18): text from the policy's `log.value`, written by whoever wrote the policy. */
  readonly policyLog: readonly string[];
  /** What only a listing of single flows shows; undefined where it was not decoded. */
  readonly details?: FlowDetails | undefined;
}

export interface FlowDetails {
  /** The time to the nanosecond; null: the record has none. */
  readonly stamp: Stamp | null;
  /** The record has an `IP` part, be it an empty one. */
  readonly hasIp: boolean;
  /** MAC addresses; undefined when the record has no `ethernet` part. */
  readonly ethernet: { readonly source: string; readonly destination: string } | undefined;
  readonly authType: number;
  /** SocketTranslationPoint and DebugCapturePoint. */
  readonly socketPoint: number;
  readonly capturePoint: number;
  /** The source's address after its translation (SNAT), which the receiving node sees (`IP.source_xlated`, 1.16); absent where there was none. */
  readonly sourceXlated?: string;
  /** Bits of `tcpFlags`; absent where the record has none. */
  readonly tcpFlags?: number;
}

export interface Stamp {
  /** Epoch seconds. */
  readonly seconds: number;
  readonly nanos: number;
}

export type Protocol = "" | "TCP" | "UDP" | "SCTP" | "ICMPv4" | "ICMPv6" | "VRRP" | "IGMP";

export interface Endpoint {
  readonly identity: number;
  readonly namespace: string;
  readonly pod: string;
  /** As on the wire, with source prefix: `k8s:org=empire`, `reserved:world`. */
  readonly labels: readonly string[];
  /** Only the endpoint local to the reporting node carries its workloads. */
  readonly workload: Workload | undefined;
  readonly cluster: string;
}

export interface Workload {
  readonly kind: string;
  readonly name: string;
}

export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

export interface PolicyRef {
  /** CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy, NetworkPolicy; "" before 1.17. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export type L7 = { readonly kind: "request" | "response" | "sample" | "unknown"; readonly latencyNs: number } & (
  | {
      readonly protocol: "http";
      readonly code: number;
      readonly method: string;
      readonly url: string;
      readonly version: string;
      readonly headers: readonly { readonly key: string; readonly value: string }[];
    }
  | {
      readonly protocol: "dns";
      readonly query: string;
      readonly rcode: number;
      readonly ips: readonly string[];
      readonly cnames: readonly string[];
      readonly qtypes: readonly string[];
      readonly ttl: number;
      readonly observationSource: string;
    }
  | { readonly protocol: "kafka"; readonly apiKey: string; readonly topic: string; readonly errorCode: number }
  | { readonly protocol: "" }
);

/** Enum numbers that code compares with. */
export const Verdict = { forwarded: 1, dropped: 2, error: 3, audit: 4, redirected: 5 } as const;
export const EventType = { drop: 1, capture: 3, trace: 4, policyVerdict: 5, socket: 7, l7: 129 } as const;
/** Bit n is field n + 1 of flow.TCPFlags. */
export const tcpFlags = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128, ns: 256 } as const;
export const Direction = { unknown: 0, ingress: 1, egress: 2 } as const;
