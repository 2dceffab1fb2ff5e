/** What an endpoint's policy says about one peer, protocol and port, before any request is looked at. */
import type { DnsPattern } from "../dns-pattern.ts";
import type { HttpRule } from "../http-rule.ts";
import type { Authentication } from "../policy.ts";
import type { Sourced } from "./filters.ts";
import type { Implicit, Source } from "./source.ts";

export interface Decision {
  readonly verdict: "ALLOWED" | "DENIED" | "ERROR";
  readonly reason: Reason | null;
  /** The entries that decided. None for a default deny. */
  readonly sources: readonly Source[];
  readonly implicit: readonly Implicit[];
  /** The proxy that the traffic is sent to. */
  readonly redirect: string | null;
  /** What the proxy lets pass; null without a redirect. */
  readonly requests: Requests | null;
  readonly authentication: Authentication | null;
  /** The agent's message when the policy of the endpoint cannot be computed. */
  readonly conflict: string | null;
}

export type Reason = "default-deny" | "explicit-deny" | "l7" | "authentication" | "policy-error";

export interface Requests {
  /** Some allow without L7 rules covers the traffic too. */
  readonly open: boolean;
  readonly http: readonly Sourced<HttpRule>[];
  readonly dns: readonly Sourced<DnsPattern>[];
}
