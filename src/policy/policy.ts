/**
 * A policy after reading: whom it selects, whom it allows and denies. The same three shapes for CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy and
 * Kubernetes' NetworkPolicy.
 */
import type { Prefix } from "./cidr.ts";
import type { DnsPattern } from "./dns-pattern.ts";
import type { HttpRule } from "./http-rule.ts";
import type { Requirement, Selector } from "./selector.ts";

export type Direction = "ingress" | "egress";

export const directions: readonly Direction[] = ["ingress", "egress"];

/** What names a policy. */
export interface PolicyName {
  /** CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy, NetworkPolicy. */
  readonly kind: string;
  /** "" for cluster-wide policies. */
  readonly namespace: string;
  readonly name: string;
}

export interface Policy extends PolicyName {
  /** None when the policy is refused: Cilium takes all of an object or nothing. */
  readonly rules: readonly Rule[];
  readonly refused: Refusal | null;
  /** Paths of fields that no version knows: the API server drops them. At most 20. */
  readonly unknown: readonly string[];
}

export interface Refusal {
  /** `schema`: the API server would not store it. `validation`: stored, and no agent loads it. `size`: we do not read that much. */
  readonly by: "schema" | "validation" | "size";
  /** In the words of the API server or Cilium. Contains text written by others. */
  readonly message: string;
}

export interface Rule {
  /** `spec`, `specs[1]`. */
  readonly path: string;
  /** `nodes`: the rule has a nodeSelector and speaks of hosts, never of pods. */
  readonly over: "endpoints" | "nodes";
  /** On the identity labels of the subject; the policy's own namespace is part of it. */
  readonly subject: Selector;
  /** Undefined: the rule says nothing about this direction. */
  readonly ingress: Section | undefined;
  readonly egress: Section | undefined;
}

/** What a rule does in one direction. */
export interface Section {
  /** What no rule allows is denied. False with `enableDefaultDeny: false`. */
  readonly defaultDeny: boolean;
  /** It has a deny section. */
  readonly denies: boolean;
  readonly items: readonly Item[];
}

/** One entry of ingress, ingressDeny, egress or egressDeny. */
export interface Item {
  /** `spec.ingress[0]`. */
  readonly path: string;
  readonly verdict: "allow" | "deny";
  readonly peers: Peers;
  /** Null: every port and protocol, ICMP too. */
  readonly ports: readonly PortRule[] | null;
  readonly authentication: Authentication | null;
  /** fromRequires and toRequires (until 1.18): demanded of the peers of every rule that selects the same subject. */
  readonly requires: readonly Requirement[];
}

export type Authentication = "disabled" | "required" | "test-always-fail";

export type Peers =
  | { readonly kind: "anyone" }
  /** Matches nobody: an entry without any member (`{}`), a list that is present and empty, or groups that the operator resolves into another policy. */
  | {
      readonly kind: "nobody";
      readonly because: "empty-item" | "empty-list" | "groups" | "no-service";
      readonly member: string;
    }
  | { readonly kind: "listed"; readonly peers: readonly Peer[] };

export type Peer = LabelPeer | CidrPeer | NamePeer;

export interface LabelPeer {
  readonly kind: "labels";
  readonly selector: Selector;
  /** Where it was written: `fromEndpoints`, `toEntities`, … */
  readonly member: string;
  /** The entity or the service's name; "" for a selector. */
  readonly name: string;
  /** Equal for selectors that Cilium takes for the same one. */
  readonly key: string;
}

/** Outside addresses only: never pods, and nodes only with `policy-cidr-match-mode: nodes`. */
export interface CidrPeer {
  readonly kind: "cidr";
  readonly cidr: Prefix;
  readonly except: readonly Prefix[];
  readonly member: string;
  /** The CiliumCIDRGroup or service that it came from; "" otherwise. */
  readonly name: string;
  readonly key: string;
}

/** Outside addresses that agents have learnt for a name from DNS answers. */
export interface NamePeer {
  readonly kind: "fqdn";
  readonly pattern: DnsPattern;
  readonly member: string;
  readonly key: string;
}

export interface PortRule {
  /** Empty: matches no port at all. */
  readonly ports: readonly Port[];
  readonly l7: L7Rules | null;
  /** A proxy without rules of its own: TLS interception, server names, a listener of CiliumEnvoyConfig. */
  readonly proxy: "tls" | "crd" | null;
  /** TLS server names that may pass; empty: any. */
  readonly serverNames: readonly string[];
}

export interface Port {
  /** ICMPv4 and ICMPv6 carry the type as port. */
  readonly protocol: string;
  /** 0 together with endPort 0 and no name: all ports of the protocol. */
  readonly port: number;
  readonly endPort: number;
  /** A container port's name, in lower case; "" for a number. */
  readonly name: string;
}

export type L7Rules =
  | { readonly kind: "http"; readonly rules: readonly HttpRule[] }
  | { readonly kind: "dns"; readonly rules: readonly DnsPattern[] }
  /** Kafka and proxylib parsers, which we cannot evaluate. */
  | { readonly kind: "other"; readonly parser: string };

/** The Kubernetes object as far as a reader looks at it. */
export interface PolicyObject extends PolicyName {
  readonly spec: unknown;
  /** Cilium only: several rules in one object, beside or instead of `spec`. */
  readonly specs: unknown;
}
