/**
 * Source queries and findings: one question to one source of one cluster, and what came back. This is the contract between `commands` (which ask),
 * `queue` (which carries) and `sources` (which answer). Everything here is JSON and small (a finding is at most 256 KB).
 */
import { z } from "zod";
import type { Coverage } from "../analysis/coverage.ts";
import type { DropSummary, ForwardedSummary } from "../analysis/drops.ts";
import type { FlowSelect, Window } from "../analysis/select.ts";
import type { Resolution, Target } from "../analysis/target.ts";
import type { Failure } from "../errors.ts";
import type { PolicyView } from "../policy/view.ts";

export const sourceNames = ["hubble", "prometheus", "kubernetes"] as const;
export type SourceName = (typeof sourceNames)[number];

/** Flows of a window, reduced while they stream. `last`: only the newest N that match (Hubble's `--last`, counted over all nodes). */
export interface FlowsQuestion {
  readonly source: "hubble";
  readonly ask: "drops" | "forwarded";
  readonly cluster: string;
  readonly select: FlowSelect;
  readonly window: Window;
  readonly last?: number;
  /** Rows to keep in rankings. */
  readonly top: number;
}

/** Increase of the agents' drop counters over a window. */
export interface DropTotalsQuestion {
  readonly source: "prometheus";
  readonly ask: "dropTotals";
  readonly cluster: string;
  readonly window: Window;
}

/** The policies that select a target, or the endpoint with these identity labels. */
export interface PoliciesQuestion {
  readonly source: "kubernetes";
  readonly ask: "policies";
  readonly cluster: string;
  readonly subject: { readonly target: Target } | { readonly labels: readonly string[] };
}

export type Question = FlowsQuestion | DropTotalsQuestion | PoliciesQuestion;

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

export interface DropTotalsFinding {
  readonly ask: "dropTotals";
  readonly totals: readonly DropTotal[];
  /** Packets forwarded in the window, for the share; null when the metric is missing. */
  readonly forwarded: number | null;
  /** Agents that had samples in the window. */
  readonly agents: number;
  /** What Prometheus said beside the data, verbatim, and what is missing ("no cilium_drop_count_total: …"). */
  readonly warnings: readonly string[];
  /** Expressions that reproduce the numbers. */
  readonly queries: readonly string[];
}

export interface DropTotal {
  /** DropReason enum name where the agent's text is known, else the text as it is. */
  readonly reason: string;
  /** The agent's own label: "Policy denied". */
  readonly text: string;
  readonly direction: string;
  /** Increase over the window, rounded to a whole packet. */
  readonly packets: number;
}

export interface PoliciesFinding {
  readonly ask: "policies";
  readonly resolution: Resolution | null;
  readonly policies: readonly PolicyView[];
  readonly folded: number;
  /** What could not be read and what that means for the list ("CiliumClusterwideNetworkPolicy: not allowed to list, …"), a sentence each; absent when all was. */
  readonly notes?: readonly string[];
}

export type Finding = DropsFinding | ForwardedFinding | DropTotalsFinding | PoliciesFinding;

/** How one question ended. `skipped`: the cluster has no such source configured. */
export type Outcome = {
  readonly question: Question;
  /** Milliseconds from the first attempt's start to the end. */
  readonly ms: number;
} & (
  | { readonly status: "ok"; readonly finding: Finding }
  | { readonly status: "failed" | "late" | "skipped"; readonly error: Failure }
);

/**
 * Answers one question. Rejects with a BotError. `signal` aborts at the question's deadline; an implementation that can give a part of the answer at
 * that moment does so (`coverage.truncated`) instead of rejecting.
 */
export type Source<Q extends Question = Question> = (
  question: Q,
  signal: AbortSignal,
) => Promise<Extract<Finding, { ask: Q["ask"] }>>;

/** What a worker checks of a question from Redis before it trusts its shape: the address. The rest was parsed by the command that asked. */
export const QuestionAddress = z.looseObject({
  source: z.enum(sourceNames),
  ask: z.enum(["drops", "forwarded", "dropTotals", "policies"]),
  cluster: z.string().min(1).max(253),
});
