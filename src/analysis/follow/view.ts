/** How a follow stands at one moment: what its message shows while it goes on, and in the end. JSON, a few kilobytes. */
import type { Conversation } from "../conversations.ts";
import type { Coverage } from "../coverage.ts";

export interface FollowView {
  /** Epoch milliseconds: counted from here, up to here. */
  readonly from: number;
  readonly at: number;
  readonly flows: number;
  /** By Hubble's names, or the number as text. */
  readonly byVerdict: Readonly<Record<string, number>>;
  readonly rate: FollowRate;
  /** Dropped packets and refused requests, each counted once; reasons by Hubble's names (`HTTP`, `DNS`, `KAFKA` for requests), most first. */
  readonly drops: { readonly count: number; readonly byReason: Readonly<Record<string, number>> };
  /** Most flows first; what was dropped is counted once, as in `drops`. */
  readonly pairs: readonly Conversation[];
  /** What stands behind the pairs that are not listed. */
  readonly folded: { readonly pairs: number; readonly flows: number };
  /** The newest, oldest first, as `hubble observe` prints them. Secrets cut. */
  readonly lines: readonly string[];
  /** Nodes that came or went meanwhile, in the order of that, and how many such changes there were before those. */
  readonly nodes: { readonly changes: readonly NodeChange[]; readonly earlier: number };
  readonly coverage: Coverage;
}

/** Flows per second, by the flows' own times. */
export interface FollowRate {
  /** Over the last five seconds of which everything should have come. */
  readonly now: number;
  readonly average: number;
}

/** `lost`: was there and is not. `back`: is there again. `late`: was not there when it began, and is now. */
export interface NodeChange {
  readonly node: string;
  readonly change: "lost" | "back" | "late";
  /** Epoch milliseconds of our clock, when it was noticed. */
  readonly at: number;
}
