/**
 * Shapes of the messages in wire-proto.ts, as `encode` takes them and `decode` gives them: camelCase names, enums as numbers (also numbers newer than this
 * program), 64-bit numbers as doubles. Every field may be absent; a decoded message answers an absent scalar with its default, an absent list with an
 * empty one, an absent message with null.
 */
export interface Timestamp {
  readonly seconds?: number;
  readonly nanos?: number;
}

export interface FieldMask {
  readonly paths?: readonly string[];
}

export interface WireFlow {
  readonly time?: Timestamp | null;
  readonly verdict?: number;
  readonly dropReason?: number;
  readonly ethernet?: { readonly source?: string; readonly destination?: string } | null;
  readonly IP?: WireIp | null;
  readonly l4?: WireLayer4 | null;
  readonly source?: WireEndpoint | null;
  readonly destination?: WireEndpoint | null;
  readonly Type?: number;
  readonly nodeName?: string;
  readonly sourceNames?: readonly string[];
  readonly destinationNames?: readonly string[];
  readonly l7?: WireLayer7 | null;
  readonly reply?: boolean;
  readonly eventType?: { readonly type?: number; readonly subType?: number } | null;
  readonly sourceService?: WireService | null;
  readonly destinationService?: WireService | null;
  readonly trafficDirection?: number;
  readonly policyMatchType?: number;
  readonly traceObservationPoint?: number;
  readonly dropReasonDesc?: number;
  /** Null: not known. `{}` on the wire is false. */
  readonly isReply?: { readonly value?: boolean } | null;
  readonly debugCapturePoint?: number;
  readonly interface?: { readonly index?: number; readonly name?: string } | null;
  readonly proxyPort?: number;
  readonly traceContext?: { readonly parent?: { readonly traceId?: string } | null } | null;
  readonly sockXlatePoint?: number;
  readonly socketCookie?: number;
  readonly cgroupId?: number;
  readonly uuid?: string;
  readonly authType?: number;
  readonly traceReason?: number;
  readonly nodeLabels?: readonly string[];
  readonly file?: { readonly name?: string; readonly line?: number } | null;
  readonly tunnel?: {
    readonly protocol?: number;
    readonly IP?: WireIp | null;
    readonly l4?: WireLayer4 | null;
    readonly vni?: number;
  } | null;
  readonly ipTraceId?: { readonly traceId?: number; readonly ipOptionType?: number } | null;
  readonly emitter?: { readonly name?: string; readonly version?: string } | null;
  readonly egressAllowedBy?: readonly WirePolicy[];
  readonly ingressAllowedBy?: readonly WirePolicy[];
  readonly egressDeniedBy?: readonly WirePolicy[];
  readonly ingressDeniedBy?: readonly WirePolicy[];
  readonly policyLog?: readonly string[];
  readonly Summary?: string;
}

export interface WireIp {
  readonly source?: string;
  readonly destination?: string;
  /** IPVersion: 1 IPv4, 2 IPv6. */
  readonly ipVersion?: number;
  readonly encrypted?: boolean;
  readonly sourceXlated?: string;
}

export interface WirePorts {
  readonly sourcePort?: number;
  readonly destinationPort?: number;
}

export type TcpFlag = "FIN" | "SYN" | "RST" | "PSH" | "ACK" | "URG" | "ECE" | "CWR" | "NS";
export type WireTcpFlags = { readonly [flag in TcpFlag]?: boolean };

/** At most one of these is set. */
export interface WireLayer4 {
  readonly TCP?: (WirePorts & { readonly flags?: WireTcpFlags | null }) | null;
  readonly UDP?: WirePorts | null;
  readonly ICMPv4?: { readonly type?: number; readonly code?: number } | null;
  readonly ICMPv6?: { readonly type?: number; readonly code?: number } | null;
  readonly SCTP?: WirePorts | null;
  readonly VRRP?: { readonly type?: number; readonly vrid?: number; readonly priority?: number } | null;
  readonly IGMP?: { readonly type?: number; readonly groupAddress?: string } | null;
}

export interface WireEndpoint {
  readonly ID?: number;
  readonly identity?: number;
  readonly namespace?: string;
  readonly labels?: readonly string[];
  readonly podName?: string;
  readonly workloads?: readonly WireWorkload[];
  readonly clusterName?: string;
}

export interface WireWorkload {
  readonly name?: string;
  readonly kind?: string;
}

export interface WireService {
  readonly name?: string;
  readonly namespace?: string;
}

export interface WirePolicy {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: readonly string[];
  readonly revision?: number;
  readonly kind?: string;
}

/** At most one of `dns`, `http`, `kafka` is set. */
export interface WireLayer7 {
  /** L7FlowType: 1 request, 2 response, 3 sample. */
  readonly type?: number;
  readonly latencyNs?: number;
  readonly dns?: WireDns | null;
  readonly http?: WireHttp | null;
  readonly kafka?: WireKafka | null;
}

export interface WireDns {
  readonly query?: string;
  readonly ips?: readonly string[];
  readonly ttl?: number;
  readonly cnames?: readonly string[];
  readonly observationSource?: string;
  readonly rcode?: number;
  readonly qtypes?: readonly string[];
  readonly rrtypes?: readonly string[];
}

export interface WireHttp {
  readonly code?: number;
  readonly method?: string;
  readonly url?: string;
  readonly protocol?: string;
  readonly headers?: readonly WireHeader[];
}

export interface WireHeader {
  readonly key?: string;
  readonly value?: string;
}

export interface WireKafka {
  readonly errorCode?: number;
  readonly apiVersion?: number;
  readonly apiKey?: string;
  readonly correlationId?: number;
  readonly topic?: string;
}

export interface WireFilter {
  readonly sourceIp?: readonly string[];
  readonly sourcePod?: readonly string[];
  readonly destinationIp?: readonly string[];
  readonly destinationPod?: readonly string[];
  readonly verdict?: readonly number[];
  readonly eventType?: readonly WireEventTypeFilter[];
  readonly sourceFqdn?: readonly string[];
  readonly destinationFqdn?: readonly string[];
  readonly httpStatusCode?: readonly string[];
  readonly sourceLabel?: readonly string[];
  readonly destinationLabel?: readonly string[];
  readonly protocol?: readonly string[];
  readonly sourcePort?: readonly string[];
  readonly destinationPort?: readonly string[];
  readonly reply?: readonly boolean[];
  readonly sourceService?: readonly string[];
  readonly destinationService?: readonly string[];
  readonly dnsQuery?: readonly string[];
  readonly sourceIdentity?: readonly number[];
  readonly destinationIdentity?: readonly number[];
  readonly httpMethod?: readonly string[];
  readonly httpPath?: readonly string[];
  readonly tcpFlags?: readonly WireTcpFlags[];
  readonly nodeName?: readonly string[];
  readonly ipVersion?: readonly number[];
  readonly sourceWorkload?: readonly WireWorkload[];
  readonly destinationWorkload?: readonly WireWorkload[];
  readonly traceId?: readonly string[];
  readonly uuid?: readonly string[];
  readonly trafficDirection?: readonly number[];
  readonly httpUrl?: readonly string[];
  readonly httpHeader?: readonly WireHeader[];
  readonly dropReasonDesc?: readonly number[];
  readonly sourceIpXlated?: readonly string[];
  readonly interface?: readonly { readonly index?: number; readonly name?: string }[];
  readonly nodeLabels?: readonly string[];
  readonly sourceClusterName?: readonly string[];
  readonly destinationClusterName?: readonly string[];
  readonly ipTraceId?: readonly number[];
  readonly encrypted?: readonly boolean[];
  readonly experimental?: { readonly celExpression?: readonly string[] } | null;
}

export interface WireEventTypeFilter {
  readonly type?: number;
  readonly matchSubType?: boolean;
  readonly subType?: number;
}

export interface GetFlowsRequest {
  /** 0 with neither `since` nor `follow` is the whole ring. */
  readonly number?: number;
  readonly follow?: boolean;
  readonly blacklist?: readonly WireFilter[];
  readonly whitelist?: readonly WireFilter[];
  readonly since?: Timestamp | null;
  readonly until?: Timestamp | null;
  readonly first?: boolean;
  /** Since 1.16; paths relative to flow.Flow in proto spelling. */
  readonly fieldMask?: FieldMask | null;
  /** The only mask before 1.16, gone in 1.19. */
  readonly experimental?: { readonly fieldMask?: FieldMask | null } | null;
}

/** Exactly one of `flow`, `nodeStatus`, `lostEvents` is set. */
export interface GetFlowsResponse {
  readonly flow?: WireFlow | null;
  readonly nodeStatus?: NodeStatusEvent | null;
  readonly lostEvents?: LostEvent | null;
  readonly nodeName?: string;
  readonly time?: Timestamp | null;
}

export interface NodeStatusEvent {
  /** NodeState: 1 connected, 2 unavailable, 3 gone, 4 error. */
  readonly stateChange?: number;
  readonly nodeNames?: readonly string[];
  readonly message?: string;
}

export interface LostEvent {
  /** LostEventSource: 1 PERF_EVENT_RING_BUFFER, 2 OBSERVER_EVENTS_QUEUE, 3 HUBBLE_RING_BUFFER. */
  readonly source?: number;
  readonly numEventsLost?: number;
  readonly cpu?: { readonly value?: number } | null;
  readonly first?: Timestamp | null;
  readonly last?: Timestamp | null;
}

export interface ServerStatusResponse {
  readonly numFlows?: number;
  readonly maxFlows?: number;
  readonly seenFlows?: number;
  readonly uptimeNs?: number;
  readonly numConnectedNodes?: { readonly value?: number } | null;
  readonly numUnavailableNodes?: { readonly value?: number } | null;
  readonly unavailableNodes?: readonly string[];
  readonly version?: string;
  readonly flowsRate?: number;
}

export interface GetNodesResponse {
  readonly nodes?: readonly WireNode[];
}

export interface WireNode {
  readonly name?: string;
  readonly version?: string;
  readonly address?: string;
  readonly state?: number;
  readonly tls?: { readonly enabled?: boolean; readonly serverName?: string } | null;
  readonly uptimeNs?: number;
  readonly numFlows?: number;
  readonly maxFlows?: number;
  readonly seenFlows?: number;
}

export interface GetNamespacesResponse {
  readonly namespaces?: readonly { readonly cluster?: string; readonly namespace?: string }[];
}

export interface HealthCheckRequest {
  readonly service?: string;
}

export interface HealthCheckResponse {
  /** 1 SERVING, 2 NOT_SERVING, 3 SERVICE_UNKNOWN (Watch only). */
  readonly status?: number;
}

/** ServerStatus, GetNodes and GetNamespaces ask with nothing. */
export type EmptyRequest = Record<never, never>;
