/** Questions about policies to the Kubernetes source, and what comes back. The contract's other half is `question.ts`. */
import type { Resolution, Target } from "../analysis/target.ts";
import type { Condition } from "../policy/engine/conditions.ts";
import type { Reason } from "../policy/engine/decision.ts";
import type { RuleName } from "../policy/engine/nearest.ts";
import type { HttpRequest } from "../policy/http-rule.ts";
import type { Direction, PolicyName } from "../policy/policy.ts";
import type { PolicyView } from "../policy/view.ts";
import type { Restricted } from "./question.ts";

/** The policies that select a target, or the endpoint with these identity labels. */
export interface PoliciesQuestion extends Restricted {
  readonly source: "kubernetes";
  readonly ask: "policies";
  readonly cluster: string;
  readonly subject: { readonly target: Target } | { readonly labels: readonly string[] };
}

export interface PoliciesFinding {
  readonly ask: "policies";
  readonly resolution: Resolution | null;
  readonly policies: readonly PolicyView[];
  readonly folded: number;
  /** What could not be read and what that means for the list ("CiliumClusterwideNetworkPolicy: not allowed to list, …"), a sentence each; absent when all was. */
  readonly notes?: readonly string[];
}

/** The same with what each policy says; without a target, all policies. */
export interface PolicyRulesQuestion extends Restricted {
  readonly source: "kubernetes";
  readonly ask: "policyRules";
  readonly cluster: string;
  readonly target: Target | null;
}

export interface PolicyRulesFinding {
  readonly ask: "policyRules";
  readonly resolution: Resolution | null;
  /** Nothing else has the target's name, and these policies have it themselves. */
  readonly named?: true;
  readonly policies: readonly PolicyRules[];
  readonly folded: number;
  readonly notes: readonly string[];
}

export interface ChangedPolicy extends PolicyView {
  /** Who wrote it last, as managedFields name them: `kubectl-client-side-apply`. Null when nobody is named. Written by others. */
  readonly changedBy: string | null;
}

export interface PolicyRules extends ChangedPolicy {
  /** Whom it selects, in words; "" when it could not be read. Without a target only. */
  readonly subject: string;
  /** One line for each entry of the sections that select the target. */
  readonly rules: readonly RuleLine[];
  readonly foldedRules: number;
}

export interface RuleLine {
  readonly direction: Direction;
  readonly verdict: "allow" | "deny";
  /** `spec.ingress[0]`. */
  readonly path: string;
  /** `from org=empire to 80/TCP: POST /v1/request-landing`. Contains text written by others. */
  readonly text: string;
}

/** How every policy is, a few words each: for what is said of all of them. */
export interface PolicyStatesQuestion extends Restricted {
  readonly source: "kubernetes";
  readonly ask: "policyStates";
  readonly cluster: string;
}

export interface PolicyStatesFinding {
  readonly ask: "policyStates";
  /** By kind: of thousands the same words would fill it. At most 2,000 in all; those that are not valid first, then the newest change first. */
  readonly policies: Readonly<Record<string, readonly PolicyState[]>>;
  /** So many more. */
  readonly folded: number;
  /** What could not be read and what that means for the list, a sentence each. */
  readonly notes: readonly string[];
}

/** `namespace` is "" for cluster-wide policies. `changedAt` as in a PolicyView, but epoch seconds. */
export type PolicyState = readonly [
  namespace: string,
  name: string,
  changedAt: number | null,
  /** The validator's message, "" where there is none: it is not valid. Null: it names nobody that could match. Absent: neither. Written by others. */
  lacks?: string | null,
];

/** May the one talk to the other, by the policies as they are now? */
export interface WhyQuestion extends Restricted {
  readonly source: "kubernetes";
  readonly ask: "why";
  readonly cluster: string;
  readonly from: WhySubject;
  readonly to: WhySubject;
  /** Null: each port that rules of the receiver name, and any other. The ICMP type for ICMP. */
  readonly port: number | null;
  /** TCP, UDP, SCTP, ICMPv4, ICMPv6. */
  readonly protocol: string;
  readonly http: Pick<HttpRequest, "method" | "path" | "host"> | null;
}

/** A target, or an end of a flow as Hubble describes it. */
export type WhySubject =
  | { readonly target: Target }
  | { readonly labels: readonly string[]; readonly name: string; readonly ip?: string };

export interface WhyFinding {
  readonly ask: "why";
  readonly from: WhyEnd;
  readonly to: WhyEnd;
  /** One for each different set of labels on both ends and each port. None when an end is not one thing. */
  readonly cases: readonly WhyCase[];
  /** Cases that were not looked at, because there are too many. */
  readonly folded: number;
  /** Every policy that selects one of the ends, and may be seen. */
  readonly policies: readonly ChangedPolicy[];
  /** What could not be read, is not valid, or was taken for granted: a sentence each. */
  readonly notes: readonly string[];
}

export interface WhyEnd {
  /** Null when labels were given. */
  readonly resolution: Resolution | null;
  /** It lives where nothing may be shown of it. */
  readonly hidden: boolean;
}

export interface WhyCase extends Readonly<Record<Direction, WhySide>> {
  /** `default/xwing`. */
  readonly from: string;
  readonly to: string;
  /** Which of them is a pod of the cluster. */
  readonly isPod: Readonly<Record<"from" | "to", boolean>>;
  /** The pod's port, after the Service's translation. Null: a port that no rule names. */
  readonly port: number | null;
  readonly protocol: string;
  readonly verdict: "ALLOWED" | "DENIED" | "ERROR";
  readonly reason: Reason | null;
}

export interface WhySide {
  /** Its policies may not be shown: nothing else in here is known. */
  readonly hidden: boolean;
  /** False where Cilium decides nothing: outside addresses, nodes. */
  readonly applies: boolean;
  readonly enforced: boolean;
  readonly defaultDeny: boolean;
  readonly verdict: "ALLOWED" | "DENIED" | "ERROR";
  readonly reason: Reason | null;
  /** At most five. */
  readonly selecting: readonly PolicyName[];
  /** The entries that allowed or denied; at most five. */
  readonly deciding: readonly RuleName[];
  /** The proxy that looks at it: http, dns, …; null for none. */
  readonly redirect: string | null;
  readonly l7: "allowed" | "denied" | null;
  /** What the deciding entries let the proxy pass: `POST /v1/request-landing`; at most five. */
  readonly requests: readonly string[];
  readonly authentication: string | null;
  readonly nearest: {
    readonly rule: RuleName;
    readonly failed: Condition;
    readonly alsoFailed: Condition | null;
  } | null;
  /** The agent's message when the policy of the endpoint cannot be computed. */
  readonly conflict: string | null;
}
