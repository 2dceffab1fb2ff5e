/** Questions about flows, as summaries, lines or a file, and what came back. Part of the contract in question.ts. */

import type { FlowRecord } from "../analysis/compact/record.ts";
import type { Conversation } from "../analysis/conversations.ts";
import type { Coverage } from "../analysis/coverage.ts";
import type { DropSummary, ForwardedSummary } from "../analysis/drops.ts";
import type { ListSelect } from "../analysis/flow-list-select.ts";
import type { FlowSelect, Window } from "../analysis/select.ts";
import type { Resolution } from "../analysis/target.ts";
import type { Restricted } from "./question.ts";

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
  /** Outside addresses are held against the answers for this DNS name, and for no other. Lower case. */
  readonly named?: string;
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
  readonly pairs: readonly Conversation[];
  /** What stands behind the pairs that are not listed. */
  readonly folded: { readonly pairs: number; readonly flows: number };
  readonly drops: DropSummary;
}
