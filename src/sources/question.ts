/**
 * Source queries and findings: one question to one source of one cluster, and what came back. This is the contract between `commands` (which ask),
 * `queue` (which carries) and `sources` (which answer). Everything here is JSON and small (a finding is at most 256 KB).
 */
import { z } from "zod";
import type { FollowView } from "../analysis/follow/view.ts";
import type { Failure } from "../errors.ts";
import type { ChangesFinding, ChangesQuestion } from "./question-changes.ts";
import type { CoachFinding, CoachQuestion } from "./question-coach.ts";
import type { EdgesFinding, EdgesQuestion } from "./question-edges.ts";
import type { EndsFinding, EndsQuestion, LaterFinding, LaterQuestion } from "./question-ends.ts";
import type {
  CaptureFinding,
  CaptureQuestion,
  DropsFinding,
  FileRef,
  FlowListFinding,
  FlowListQuestion,
  FlowsQuestion,
  ForwardedFinding,
} from "./question-flows.ts";
import type { FollowFinding, FollowQuestion } from "./question-follow.ts";
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
  PolicyStatesFinding,
  PolicyStatesQuestion,
  WhyFinding,
  WhyQuestion,
} from "./question-policy.ts";
import type { SuggestFinding, SuggestQuestion, WhatifFinding, WhatifQuestion } from "./question-replay.ts";
import type { AgentsFinding, AgentsQuestion, NodesFinding, NodesQuestion } from "./question-status.ts";
import type { TopFinding, TopQuestion } from "./question-top.ts";
import type { TraceFinding, TraceQuestion } from "./question-trace.ts";

export type * from "./question-changes.ts";
export type * from "./question-coach.ts";
export type * from "./question-edges.ts";
export type * from "./question-ends.ts";
export type * from "./question-flows.ts";
export type * from "./question-follow.ts";
export type * from "./question-l7.ts";
export type * from "./question-map.ts";
export type * from "./question-metrics.ts";
export type * from "./question-policy.ts";
export type * from "./question-replay.ts";
export type * from "./question-status.ts";
export type * from "./question-top.ts";
export type * from "./question-trace.ts";

export const sourceNames = ["hubble", "prometheus", "kubernetes"] as const;
export type SourceName = (typeof sourceNames)[number];

/** A question from a place where not everything may be seen: its answer shows these namespaces and nothing that only others have. */
export interface Restricted {
  /** Absent: everything may be seen. Empty: nothing. */
  readonly visible?: readonly string[];
}

export type Question =
  | RankingQuestion
  | PanelQuestion
  | PromqlQuestion
  | FlowsQuestion
  | FlowListQuestion
  | MapQuestion
  | L7Question
  | TraceQuestion
  | TopQuestion
  | EdgesQuestion
  | CaptureQuestion
  | FollowQuestion
  | DropTotalsQuestion
  | PoliciesQuestion
  | PolicyRulesQuestion
  | PolicyStatesQuestion
  | WhyQuestion
  | LaterQuestion
  | EndsQuestion
  | ChangesQuestion
  | SuggestQuestion
  | WhatifQuestion
  | CoachQuestion
  | NodesQuestion
  | AgentsQuestion;

/** Those that flows answer; what changed over days is answered from sketches, and how nodes are by Relay itself. */
export type HubbleQuestion = Exclude<Extract<Question, { source: "hubble" }>, EdgesQuestion | NodesQuestion>;

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
  | TraceFinding
  | TopFinding
  | EdgesFinding
  | CaptureFinding
  | FollowFinding
  | DropTotalsFinding
  | PoliciesFinding
  | PolicyRulesFinding
  | PolicyStatesFinding
  | WhyFinding
  | LaterFinding
  | EndsFinding
  | ChangesFinding
  | SuggestFinding
  | WhatifFinding
  | CoachFinding
  | NodesFinding
  | AgentsFinding;

/** How one question ended. `skipped`: what it asks for is not configured for the cluster. */
export type Outcome = {
  readonly question: Question;
  /** Milliseconds from the first attempt's start to the end. */
  readonly ms: number;
} & (
  | { readonly status: "ok"; readonly finding: Finding }
  | { readonly status: "failed" | "late" | "skipped"; readonly error: Failure }
);

/** How far long work is. `view`: a few kilobytes from which its command makes the message that is shown meanwhile. */
export interface Progress {
  readonly flows: number;
  readonly bytes: number;
  readonly view?: FollowView;
}

/** What a question that takes a while may use of whoever carries it. */
export interface Running {
  /** Aborts when somebody stops it: what there is until then is the answer. */
  readonly stop: AbortSignal;
  /** Says how far it is, as often as one likes; never waits. */
  progress(so: Progress): void;
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
    "follow",
    "map",
    "http",
    "dns",
    "trace",
    "top",
    "edges",
    "dropTotals",
    "policies",
    "policyRules",
    "policyStates",
    "why",
    "suggest",
    "whatif",
    "later",
    "ends",
    "changes",
    "coach",
    "nodes",
    "agents",
    "ranking",
    "panel",
    "promql",
  ]),
  cluster: z.string().min(1).max(253),
  // What may be seen is not taken on trust: without a list that can be read there is no answer.
  visible: z.array(z.string().min(1)).optional(),
});
