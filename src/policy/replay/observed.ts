/** What was seen on the network, as the engine takes it: each different thing once, with how often it was seen. */
import type { Reason } from "../engine/decision.ts";
import type { End, FlowTuple } from "../engine/flow.ts";
import type { Direction } from "../policy.ts";

export interface NamedEnd extends End {
  /** What answers call it: `default/xwing`, `world`, `api.example.com`. Secrets are cut. Contains text written by others. */
  readonly name: string;
  /** It is what was asked about. */
  readonly target: boolean;
}

export interface Observed extends FlowTuple {
  readonly from: NamedEnd;
  readonly to: NamedEnd;
  /** Records of it that Hubble gave, at least one. */
  readonly count: number;
  /**
   * `audited`: it passed although policies say no, because they are audited (`policy-audit-mode`) or were others then. `dropped`: by a policy, or by a proxy that
   * a policy made.
   */
  readonly seen: "passed" | "audited" | "dropped";
  /** The request's path or the name asked for looks like a secret: it may be evaluated and not shown. */
  readonly secret: boolean;
  /** Of what was dropped, where the record says so. */
  readonly denial?: Denial;
}

/** Which end refused, and how. */
export interface Denial {
  /** Null: the record does not say. What is refused on ingress has passed its sender's egress. */
  readonly side: Direction | null;
  readonly reason: Exclude<Reason, "policy-error">;
}

/** The sender's policies let it leave, and the receiver's refused it: for the sender it passed. */
export function isHalf({ seen, denial }: Pick<Observed, "seen" | "denial">): boolean {
  return seen === "dropped" && denial?.side === "ingress";
}

/** `POST /v1/request-landing`; "" where there is no request, or it may not be shown. */
export function requestText({ http, dns, secret }: Pick<Observed, "http" | "dns" | "secret">): string {
  if (secret) return "";
  if (http !== undefined) return `${http.method} ${http.path}`;
  return dns === undefined ? "" : `DNS ${dns}`;
}
