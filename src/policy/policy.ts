/**
 * A policy after reading: what it selects and what it does to what it selects. This is the part that answers "which policies are in force here"; peers and
 * ports are not read yet.
 */
import type { Selector } from "./selector.ts";

export type Direction = "ingress" | "egress";

export const directions: readonly Direction[] = ["ingress", "egress"];

export interface Policy {
  /** CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy, NetworkPolicy. */
  readonly kind: string;
  /** "" for cluster-wide policies. */
  readonly namespace: string;
  readonly name: string;
  /** Rules that Cilium would refuse are left out: a policy may end up with none. */
  readonly rules: readonly Rule[];
}

export interface Rule {
  /** `nodes`: the rule has a nodeSelector and speaks of hosts, never of pods. */
  readonly over: "endpoints" | "nodes";
  /** On the identity labels of the subject; the policy's own namespace is part of it. */
  readonly subject: Selector;
  /** Undefined: the rule says nothing about this direction. */
  readonly ingress: Stance | undefined;
  readonly egress: Stance | undefined;
}

/** What a rule does in one direction besides allowing. */
export interface Stance {
  /** What no rule allows is denied. False with `enableDefaultDeny: false`. */
  readonly defaultDeny: boolean;
  /** It has a deny section. */
  readonly denies: boolean;
}

/** The Kubernetes object as far as a reader looks at it. */
export interface PolicyObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly spec: unknown;
  /** Cilium only: several rules in one object, beside or instead of `spec`. */
  readonly specs: unknown;
}
