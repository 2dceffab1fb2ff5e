/**
 * Which flows are meant: a target and the flags beside it, as data. Turned into Hubble's filters and applied again on our side
 * by `createSelection` (selection.ts), because an older server ignores filter fields it does not know and because names are prefixes to Hubble.
 */
import type { Target } from "./target.ts";

/** Conditions on one end of a flow. Within one list any value is enough; between lists all must hold. */
export interface EndSelect {
  readonly pod?: readonly string[];
  readonly namespace?: readonly string[];
  readonly label?: readonly string[];
  readonly identity?: readonly number[];
  readonly ip?: readonly string[];
  readonly fqdn?: readonly string[];
  readonly service?: readonly string[];
  readonly workload?: readonly string[];
  readonly port?: readonly number[];
}

export interface FlowSelect {
  readonly target?: Target;
  /** Either end. */
  readonly either: EndSelect;
  readonly from: EndSelect;
  readonly to: EndSelect;
  /** DropReason numbers. */
  readonly reasons: readonly number[];
  /** As Hubble spells them: tcp, udp, sctp, icmp, icmpv4, icmpv6, http, dns, … */
  readonly protocols: readonly string[];
  readonly directions: readonly number[];
  readonly nodes: readonly string[];
}

/** Half-open: `from` ≤ time < `to`, epoch milliseconds. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** flow.FlowFilter in protobuf's camelCase, the fields that commands use. Source: api/v1/flow/flow.proto. */
export interface FlowFilter {
  sourceIp?: string[];
  destinationIp?: string[];
  sourcePod?: string[];
  destinationPod?: string[];
  sourceFqdn?: string[];
  destinationFqdn?: string[];
  sourceLabel?: string[];
  destinationLabel?: string[];
  sourceService?: string[];
  destinationService?: string[];
  sourceWorkload?: { name?: string; kind?: string }[];
  destinationWorkload?: { name?: string; kind?: string }[];
  sourceIdentity?: number[];
  destinationIdentity?: number[];
  sourcePort?: string[];
  destinationPort?: string[];
  verdict?: number[];
  dropReasonDesc?: number[];
  eventType?: { type: number; matchSubType?: boolean; subType?: number }[];
  /** `403`, or `4+` for everything that begins with it. */
  httpStatusCode?: string[];
  protocol?: string[];
  trafficDirection?: number[];
  nodeName?: string[];
}
