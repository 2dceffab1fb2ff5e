/** Questions that hold what was seen against policies, and what comes back. Asked of Hubble, because that is where the flows are. */
import type { Coverage } from "../analysis/coverage.ts";
import type { FlowSelect, Window } from "../analysis/select.ts";
import type { Resolution } from "../analysis/target.ts";
import type { Direction, PolicyName, PolicyObject, Refusal } from "../policy/policy.ts";
import type { Changes, Comparison } from "../policy/replay/compare.ts";
import type { KeptBecause } from "../policy/suggest/admission.ts";
import type { SuggestNote } from "../policy/suggest/note.ts";
import type { FileRef, Restricted } from "./question.ts";

/** A policy for what was seen at a target. */
export interface SuggestQuestion extends Restricted {
  readonly source: "hubble";
  readonly ask: "suggest";
  readonly cluster: string;
  /** With a target and nothing else. */
  readonly select: FlowSelect;
  readonly window: Window;
  /** Take what passed only because policies are audited. */
  readonly audit: boolean;
  /** Name the HTTP requests too. */
  readonly l7: boolean;
  /** Admit what was denied instead: with these other ends, as answers name them, or with all. Absent: what was denied stays so. */
  readonly admit?: readonly string[] | "all";
}

/** What these policies would change of what was seen. */
export interface WhatifQuestion extends Restricted {
  readonly source: "hubble";
  readonly ask: "whatif";
  readonly cluster: string;
  readonly select: FlowSelect;
  readonly window: Window;
  readonly policies: readonly PolicyObject[];
}

/** What both are told about the flows that were held against policies. */
export interface ReplayFacts {
  /** Records of Hubble's by what became of them. */
  readonly seen: { readonly passed: number; readonly audited: number; readonly dropped: number };
  /** Different ones: ends, port and request. */
  readonly tuples: number;
  /** Records beyond the bounds, that nothing is known about. */
  readonly shed: number;
  /** Records of what left its node and was refused where it arrived: counted as refused, once. */
  readonly halves?: number;
  /** Packets dropped for reasons that no policy has to do with. */
  readonly otherDrops?: number;
  /** What the cluster's own policies are; null when they could not be read, with the reason among the notes. */
  readonly present: number | null;
  /** What could not be read or is not sure, a sentence each. */
  readonly notes: readonly string[];
}

export interface SuggestFinding {
  readonly ask: "suggest";
  readonly resolution: Resolution | null;
  /** Null when the target is ambiguous or unknown. */
  readonly suggestion: SuggestionFound | null;
  readonly facts: ReplayFacts | null;
  readonly coverage: Coverage | null;
  /** The policy as a file. */
  readonly file: FileRef | null;
}

export type SuggestionFound =
  | { readonly status: "nothing" | "no-pods" | "namespaces" }
  /** What was denied was asked for, and the cluster's policies could not be read. */
  | { readonly status: "no-policies" }
  | ({ readonly status: "not-admitted" } & KeptDenied)
  | ({
      readonly status: "admitted";
      readonly policy: PolicyName;
      readonly yaml: string;
      readonly rules: readonly SuggestedRule[];
      readonly foldedRules: number;
      readonly notes: readonly SuggestNote[];
      readonly admitted: Listed<AdmittedPair>;
      readonly proof: AdmitProof;
    } & KeptDenied)
  | {
      readonly status: "suggested";
      readonly policy: PolicyName;
      readonly yaml: string;
      readonly rules: readonly SuggestedRule[];
      /** Rules that are in the file and not listed here. */
      readonly foldedRules: number;
      readonly notes: readonly SuggestNote[];
      /** Records that the policy was made from, and what it alone lets through of them. */
      readonly proof: { readonly flows: number; readonly allowed: number; readonly not: Changes };
      /** Beside the cluster's own policies, over everything that was seen; null when these could not be read. */
      readonly change: Comparison | null;
    };

/** Names are written by others. */
export interface DeniedPair {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: string;
  /** `PUT /v1/exhaust-port`; "" for none. */
  readonly request: string;
  readonly packets: number;
}

export interface AdmittedPair extends DeniedPair {
  /** The other end's side, where that refuses it too. */
  readonly stillDenied: Direction | null;
}

export interface KeptPair extends DeniedPair {
  readonly because: KeptBecause;
  readonly side: Direction | null;
  readonly policies: readonly PolicyName[];
  /** Workloads that a rule would let in as well. */
  readonly others: readonly string[];
}

export interface Listed<Pair> {
  /** Most packets first. */
  readonly pairs: readonly Pair[];
  /** Different ones that are not listed. */
  readonly folded: number;
  /** Of all of them. */
  readonly packets: number;
}

/** Denied, and no rule is written for it. */
export interface KeptDenied {
  readonly kept: Listed<KeptPair>;
  /** With peers that nobody asked for. */
  readonly unasked: { readonly packets: number; readonly peers: readonly string[] };
}

export interface AdmitProof {
  /** Of the admitted ones, how many pass beside the cluster's policies: the other end may refuse them. */
  readonly admitted: { readonly packets: number; readonly passing: number };
  readonly passed: { readonly flows: number; readonly newlyDenied: number };
  /** What was denied besides. */
  readonly others: { readonly packets: number; readonly newlyAllowed: number };
}

export interface SuggestedRule {
  readonly direction: Direction;
  readonly peers: readonly string[];
  readonly ports: readonly string[];
  /** 0: taken for granted. */
  readonly flows: number;
}

export interface WhatifFinding {
  readonly ask: "whatif";
  readonly resolution: Resolution | null;
  readonly change: Comparison | null;
  /** Those that are new and those that take the place of one that there is. */
  readonly policies: readonly (PolicyName & {
    readonly replaces: boolean;
    readonly refusal: Refusal | null;
    /** Fields that no version knows. */
    readonly unknown: readonly string[];
  })[];
  readonly facts: ReplayFacts | null;
  readonly coverage: Coverage | null;
}
