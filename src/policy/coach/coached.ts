/** What a namespace on its way to default-deny still lacks. Plain JSON: it is handed over between threads, and stored. */
import type { Reason } from "../engine/decision.ts";
import type { Direction, PolicyName } from "../policy.ts";
import type { Observed } from "../replay/observed.ts";

/** With when and where it was seen. */
export interface DatedObserved extends Observed {
  /** Epoch milliseconds. */
  readonly first: number;
  readonly last: number;
  /** Equal for records that differ only in when, where and how they ended. */
  readonly tuple: string;
  /** The side that made the record. What passed on egress may still be refused on ingress. */
  readonly recorded: Direction | null;
}

export interface Coached {
  /** Those that enforce nothing in some direction first, then by edges without a rule. At most 60. */
  readonly workloads: readonly CoachWorkload[];
  readonly foldedWorkloads: number;
  /** Of all workloads, listed or not. */
  readonly counts: {
    readonly workloads: number;
    /** In default deny, every pod of them; null when the policies could not be read. */
    readonly enforced: Readonly<Record<Direction, number>> | null;
    /** Never seen talking. */
    readonly untested: number;
  };
  /** Their names, at most 20. */
  readonly untested: readonly string[];
  /** Edges by what would become of them under default-deny, most flows first, at most 60 of each. */
  readonly edges: Readonly<Record<EdgeRule, CoachEdges>>;
  /** Records that pass now and would be denied, each once, be it on one side or on both. */
  readonly breaking: number;
  /** Edges that Cilium always lets pass: a node to its own pods. Not among the others. */
  readonly always: number;
  readonly audit: {
    /**
     * `arrives`: AUDIT verdicts were seen. `enforced`: none was, and policies dropped traffic, so they are not under audit. `cannot-tell`: neither, so audit mode
     * may be off, or its events do not arrive.
     */
    readonly status: "arrives" | "enforced" | "cannot-tell";
    /** Records with verdict AUDIT. */
    readonly flows: number;
    /** Records that passed without an AUDIT verdict, although the policies deny them now: these changed since, or AUDIT does not arrive. */
    readonly unexplained: number;
  };
}

/**
 * `ruled`: some rule allows all of it. `missing`: passes, and would be denied. `refused`: policies drop it already; of the same edge other pods or requests may
 * pass. `unknown`: the policies could not be read, or contradict each other.
 */
export type EdgeRule = "ruled" | "missing" | "refused" | "unknown";

export interface CoachEdges {
  readonly total: number;
  readonly listed: readonly CoachEdge[];
}

/** One arrow in one direction: egress is the sender's, ingress the receiver's. Names are written by others. */
export interface CoachEdge {
  readonly direction: Direction;
  /** Addresses without a name are `world` together. */
  readonly from: string;
  readonly to: string;
  /** The type for ICMP, 0 where it is not known. */
  readonly port: number;
  readonly protocol: string;
  /** Records, those that passed as audited on this side among them; for `refused` those that were dropped. */
  readonly flows: number;
  readonly audited: number;
  /** RFC 3339. */
  readonly first: string;
  readonly last: string;
  /** Some rule allows a part of it: other labels, other requests. */
  readonly partly: boolean;
  /** Why the part that is denied is; null for `ruled`. */
  readonly reason: Reason | null;
  /** For `ruled` the policies that allow it, for `refused` those that deny it, at most five. */
  readonly policies: readonly PolicyName[];
}

export interface CoachWorkload extends Readonly<Record<Direction, CoachSide>> {
  readonly name: string;
  /** Edges without a rule. */
  readonly missing: number;
  /** Records of all its edges. */
  readonly flows: number;
}

export interface CoachSide {
  /** `partly`: some of its pods, which have other labels. `unknown`: the policies could not be read. */
  readonly state: "enforced" | "partly" | "open" | "unknown";
  /** Those that select it and speak of this direction, at most five. */
  readonly policies: readonly PolicyName[];
}
