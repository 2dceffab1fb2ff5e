/** What a digest has to tell, as data: one thing that is different. JSON, and part of the command's result. */

import type { DroppedPair, NewEdge, VanishedEdge } from "../sketch/changes.ts";
import type { Difference } from "./significant.ts";

interface Common {
  readonly cluster: string;
  readonly tone: "bad" | "warn" | "info";
  /** False: it may be so because not all was observed. */
  readonly sure: boolean;
  /** It was so before as well: worth a reminder, but no difference. */
  readonly standing: boolean;
}

/** Drops of one reason, or of one namespace. */
export interface DropsItem extends Common {
  readonly kind: "drops";
  readonly by: "reason" | "namespace";
  /** A drop reason's name or number, or a namespace. */
  readonly key: string;
  readonly change: Exclude<Difference, "same" | "unknown">;
  readonly now: number;
  /** By flows both are brought, hour by hour, to what was observed now; null: not known. */
  readonly before: number | null;
  readonly median: number | null;
  /** Epoch milliseconds of the first drop of the pairs that are new in it; null: not known, or it began before. */
  readonly since: number | null;
  /** `counters`: the agents' metrics, complete. `flows`: what the recorder saw. */
  readonly from: "counters" | "flows";
}

type Ends = Pick<DroppedPair, "source" | "destination" | "port" | "protocol">;

export interface FirstDropItem extends Common, Ends {
  readonly kind: "firstDrop";
  readonly reason: string;
  readonly count: number;
  /** Epoch milliseconds. */
  readonly first: number;
  /** Whole days before the window in which it was not dropped. */
  readonly days: number;
}

export interface NewEdgeItem extends Common, Ends, Pick<NewEdge, "count" | "first"> {
  readonly kind: "newEdge";
}

export interface VanishedEdgeItem extends Common, Ends, Pick<VanishedEdge, "before" | "last"> {
  readonly kind: "vanishedEdge";
}

interface Named {
  /** Kubernetes' kind. */
  readonly object: string;
  /** "" for what is not in a namespace. */
  readonly namespace: string;
  readonly name: string;
}

export interface ChangedItem extends Common, Named {
  readonly kind: "changed";
  readonly action: "created" | "changed" | "deleted";
  /** Epoch milliseconds. */
  readonly at: number;
  /** As managedFields name it. Written by others. */
  readonly by: string | null;
  /** A few words each. Written by others in part. */
  readonly what: readonly string[];
}

export interface InvalidPolicyItem extends Common, Named {
  readonly kind: "invalidPolicy";
  /** The validator's. Written by others. */
  readonly message: string;
}

export interface UnmatchedPolicyItem extends Common, Named {
  readonly kind: "unmatchedPolicy";
  /** Epoch milliseconds of the last match; null: none is known. */
  readonly last: number | null;
}

export interface MapItem extends Common {
  readonly kind: "map";
  readonly map: string;
  readonly node: string;
  /** Share of the whole. */
  readonly fill: number;
  /** Epoch milliseconds; null: it does not grow so that one could tell. */
  readonly fullAt: number | null;
}

/** `agents`: that counted something. `nodes`: that Hubble could be followed on, at the worst moment. */
export interface MissingItem extends Common {
  readonly kind: "agents" | "nodes";
  readonly now: number;
  readonly of: number;
}

export interface LostItem extends Common {
  readonly kind: "lost";
  /** Events that Hubble lost; null before: not known. */
  readonly events: number;
  readonly before: number | null;
}

/** At the end of the window. */
export interface EndpointsItem extends Common {
  readonly kind: "endpoints";
  readonly states: readonly { readonly state: string; readonly count: number }[];
  /** At its beginning. */
  readonly before: number;
}

export interface UnreachableItem extends Common {
  readonly kind: "unreachable";
  /** Whose agents cannot reach others, and how many nodes and health endpoints; the worst first, at most twenty. */
  readonly nodes: readonly { readonly node: string; readonly nodes: number; readonly endpoints: number }[];
  /** So many agents, of all that there are; `more`: and perhaps others, which were not told. */
  readonly count: number;
  readonly of: number;
  readonly more: boolean;
  /** The node that they most likely mean; null: metrics do not tell. */
  readonly suspect: string | null;
}

/** HTTP requests that a workload answered with 5xx. */
export interface HttpErrorsItem extends Common {
  readonly kind: "httpErrors";
  readonly change: "first" | "more";
  /** `namespace/workload`; "" where Hubble knew neither. */
  readonly destination: string;
  readonly now: number;
  readonly before: number | null;
  /** All requests that it answered now. */
  readonly requests: number;
}

export type DigestItem =
  | DropsItem
  | FirstDropItem
  | NewEdgeItem
  | VanishedEdgeItem
  | ChangedItem
  | InvalidPolicyItem
  | UnmatchedPolicyItem
  | MapItem
  | MissingItem
  | LostItem
  | EndpointsItem
  | UnreachableItem
  | HttpErrorsItem;

export type ItemOf<Kind extends DigestItem["kind"]> = Extract<DigestItem, { kind: Kind }>;
