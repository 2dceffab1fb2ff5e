/** What is asked: may these two talk? */
import type { HttpRequest } from "../http-rule.ts";
import type { NamedPort } from "../settings.ts";

export interface FlowTuple {
  readonly from: End;
  readonly to: End;
  /** TCP, UDP, SCTP, ICMPv4, ICMPv6. */
  readonly protocol: string;
  /** Destination port after service translation (the pod's); the type for ICMP. */
  readonly port: number;
  readonly http?: HttpRequest;
  /** The name that a DNS request asks for. */
  readonly dns?: string;
}

export interface End {
  /** Identity labels with source, as Hubble gives them. */
  readonly labels: readonly string[];
  /** Of use for outside addresses only. */
  readonly ip?: string;
  /** Names that agents have learnt for the address from DNS. */
  readonly names?: readonly string[];
  /** Of a pod's containers. */
  readonly namedPorts?: readonly NamedPort[];
}
