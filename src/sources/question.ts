/**
 * Source queries and findings: one question to one source of one cluster, and what came back. This is the contract between `commands` (which ask),
 * `queue` (which carries) and `sources` (which answer). Everything here is JSON and small (a finding is at most 256 KB).
 */
import { z } from "zod";
import type { FlowRecord } from "../analysis/compact/record.ts";
import type { Coverage } from "../analysis/coverage.ts";
import type { DropSummary, ForwardedSummary } from "../analysis/drops.ts";
import type { ListSelect } from "../analysis/flow-list-select.ts";
import type { FlowSelect, Window } from "../analysis/select.ts";
import type { Resolution } from "../analysis/target.ts";
import type { Failure } from "../errors.ts";
import type { DnsFinding, HttpFinding, L7Question } from "./question-l7.ts";
import type { MapFinding, MapQuestion } from "./question-map.ts";
import type {
  DropTotalsFinding,
  DropTotalsQuestion,
  PanelFinding,
  PanelQuestion,
  PromqlFinding,
  PromqlQuestion,
  RankingFinding,
  RankingQuestion,
} from "./question-metrics.ts";
import type {
  PoliciesFinding,
  PoliciesQuestion,
  PolicyRulesFinding,
  PolicyRulesQuestion,
  WhyFinding,
  WhyQuestion,
} from "./question-policy.ts";
import type { SuggestFinding, SuggestQuestion, WhatifFinding, WhatifQuestion } from "./question-replay.ts";

export type * from "./question-l7.ts";
export type * from "./question-map.ts";
export type * from "./question-metrics.ts";
export type * from "./question-policy.ts";
export type * from "./question-replay.ts";

export const sourceNames = ["hubble", "prometheus", "kubernetes"] as const;
export type SourceName = (typeof sourceNames)[number];

/** A question from a place where not everything may be seen: its answer shows these namespaces and nothing that only others have. */
export interface Restricted {
  /** Absent: everything may be seen. Empty: nothing. */
  readonly visible?: readonly string[];
}

/** Flows of a window, reduced while they stream. `last`: only the newest N that match (Hubble's `--last`, counted over all nodes). */
export interface FlowsQuestion extends Restricted {
  readonly source: "hubble";
  readonly ask: "drops" | "forwarded";
  readonly cluster: string;
  readonly select: FlowSelect;
  readonly window: Window;
  readonly last?: number;
  /** Rows to keep in rankings. */
  readonly top: number;
}

/** Single flows, as lines or records. */
export interface FlowListQuestion extends Restricted, ListSelect {
  readonly source: "hubble";
  readonly ask: "flows";
  readonly cluster: string;
  /** `--not`: what holds here is left out. */
  readonly not?: ListSelect;
  /** Epoch milliseconds, `since` ≤ time < `until`. Null: as far as there is anything. */
  readonly since: number | null;
  readonly until: number | null;
  /** Counted over all nodes; null is all that fit into a finding, the newest first. */
  readonly limit: { readonly keep: "newest" | "oldest"; readonly count: number } | null;
  readonly print: {
    /** Whole records (`-o json`) in place of lines. */
    readonly json: boolean;
    /** Lines name the node. */
    readonly node: boolean;
    /** Lines have addresses only. */
    readonly numeric: boolean;
  };
}

/** Flows of a stretch of time that may lie ahead, as a file. */
export interface CaptureQuestion extends Restricted, ListSelect {
  readonly source: "hubble";
  readonly ask: "capture";
  readonly cluster: string;
  readonly not?: ListSelect;
  /** Epoch milliseconds, `since` ≤ time < `until`. Absolute, so that a worker that takes over goes on with the same capture. */
  readonly since: number;
  readonly until: number;
  /** Flows, and bytes of the gzipped file: it ends when it has so many. */
  readonly most: { readonly flows: number; readonly bytes: number };
  /** What to call the file. */
  readonly name: string;
}

export type Question =
  | RankingQuestion
  | PanelQuestion
  | PromqlQuestion
  | FlowsQuestion
  | FlowListQuestion
  | MapQuestion
  | L7Question
  | CaptureQuestion
  | DropTotalsQuestion
  | PoliciesQuestion
  | PolicyRulesQuestion
  | WhyQuestion
  | SuggestQuestion
  | WhatifQuestion;

export type HubbleQuestion = Extract<Question, { source: "hubble" }>;

export interface DropsFinding {
  readonly ask: "drops";
  /** Null when no target was asked for. */
  readonly resolution: Resolution | null;
  /** Null when the target is ambiguous or unknown. */
  readonly drops: DropSummary | null;
  readonly coverage: Coverage | null;
}

export interface ForwardedFinding {
  readonly ask: "forwarded";
  readonly resolution: Resolution | null;
  readonly forwarded: ForwardedSummary | null;
  readonly coverage: Coverage | null;
}

export interface FlowListFinding {
  readonly ask: "flows";
  readonly resolution: Resolution | null;
  /** Oldest first, secrets cut. Null when the target is ambiguous or unknown. */
  readonly flows: readonly ListedFlow[] | null;
  /** Flows that matched, listed or not; null when not all were looked at, because the nodes gave only the newest (or oldest) so many each. */
  readonly matched: number | null;
  readonly coverage: Coverage | null;
}

export interface ListedFlow {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly verdict: number;
  /** As `hubble observe` prints it; absent with `-o json`. */
  readonly line?: string;
  /** With labels for `-o json`, else without and only as far as there is room in a finding. */
  readonly record?: FlowRecord;
}

export interface CaptureFinding {
  readonly ask: "capture";
  readonly resolution: Resolution | null;
  /** Gzipped lines of Hubble's JSON, secrets cut; null when no flow fits, or the target is ambiguous or unknown. */
  readonly file: FileRef | null;
  /** Null when the target is ambiguous or unknown. */
  readonly summary: CaptureSummary | null;
  readonly coverage: Coverage | null;
  readonly endedBy: CaptureEnd;
  /** Epoch milliseconds: flows from here on are not in the file. */
  readonly to: number;
}

/** `time`: as asked. `flows`, `bytes`: as much as is allowed. `cancelled`: somebody stopped it. `lost`: Relay went away and did not come back. */
export type CaptureEnd = "time" | "flows" | "bytes" | "cancelled" | "lost";

/** Bytes behind an id, until they expire. */
export interface FileRef {
  readonly id: string;
  readonly name: string;
  readonly type: "application/gzip" | "text/plain; charset=utf-8";
  readonly bytes: number;
}

/** What is in a file of flows. */
export interface CaptureSummary {
  readonly flows: number;
  /** By Hubble's names, or the number as text. */
  readonly byVerdict: Readonly<Record<string, number>>;
  /** Most flows first. */
  readonly pairs: readonly {
    readonly source: string;
    readonly destination: string;
    readonly port: number;
    readonly protocol: string;
    readonly flows: number;
    /** Of these, with verdict DROPPED. */
    readonly dropped: number;
  }[];
  /** What stands behind the pairs that are not listed. */
  readonly folded: { readonly pairs: number; readonly flows: number };
  readonly drops: DropSummary;
}

export type Finding =
  | RankingFinding
  | PanelFinding
  | PromqlFinding
  | DropsFinding
  | ForwardedFinding
  | FlowListFinding
  | MapFinding
  | HttpFinding
  | DnsFinding
  | CaptureFinding
  | DropTotalsFinding
  | PoliciesFinding
  | PolicyRulesFinding
  | WhyFinding
  | SuggestFinding
  | WhatifFinding;

/** How one question ended. `skipped`: the cluster has no such source configured. */
export type Outcome = {
  readonly question: Question;
  /** Milliseconds from the first attempt's start to the end. */
  readonly ms: number;
} & (
  | { readonly status: "ok"; readonly finding: Finding }
  | { readonly status: "failed" | "late" | "skipped"; readonly error: Failure }
);

/** What a question that takes a while may use of whoever carries it. */
export interface Running {
  /** Aborts when somebody stops it: what there is until then is the answer. */
  readonly stop: AbortSignal;
  /** Says how far it is, as often as one likes; never waits. */
  progress(so: { readonly flows: number; readonly bytes: number }): void;
  /** Keeps bytes until they expire and returns their id. */
  keep(file: { readonly name: string; readonly type: FileRef["type"]; readonly body: Buffer }): Promise<string>;
}

/**
 * Answers one question. Rejects with a BotError. `signal` aborts at the question's deadline; an implementation that can give a part of the answer at
 * that moment does so (`coverage.truncated`) instead of rejecting.
 */
export type Source<Q extends Question = Question> = (
  question: Q,
  signal: AbortSignal,
  running?: Running,
) => Promise<Extract<Finding, { ask: Q["ask"] }>>;

/** What a worker checks of a question from Redis before it trusts its shape: the address. The rest was parsed by the command that asked. */
export const QuestionAddress = z.looseObject({
  source: z.enum(sourceNames),
  ask: z.enum([
    "drops",
    "forwarded",
    "flows",
    "capture",
    "map",
    "http",
    "dns",
    "dropTotals",
    "policies",
    "policyRules",
    "why",
    "suggest",
    "whatif",
    "ranking",
    "panel",
    "promql",
  ]),
  cluster: z.string().min(1).max(253),
  // What may be seen is not taken on trust: without a list that can be read there is no answer.
  visible: z.array(z.string().min(1)).optional(),
});
