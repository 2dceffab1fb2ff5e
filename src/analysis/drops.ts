/**
 * What was dropped, as data: the finding of the `drops` reducer. One denied packet is two Hubble records (drop event and policy verdict): only drop events
 * (event type 1) are counted. L7 denials (type 129, verdict DROPPED) carry no drop reason and stand apart. Policy verdicts only lend the policy's name.
 */
import type { PolicyRef } from "./flow.ts";
import type { LateTimeline } from "./late-timeline.ts";

export interface DropSummary {
  /** Drop events in the window. */
  readonly packets: number;
  /** Key: DropReason enum name, or the number as text when this program does not know it. */
  readonly byReason: Readonly<Record<string, number>>;
  /** Keys INGRESS, EGRESS, TRAFFIC_DIRECTION_UNKNOWN. */
  readonly byDirection: Readonly<Record<string, number>>;
  /** Most packets first, then by key, so that equal input gives equal output. */
  readonly pairs: readonly DropPair[];
  /** What stands behind the pairs that were not listed. Packets are exact; beyond 5,000 different pairs their number is about right. */
  readonly folded: { readonly pairs: number; readonly packets: number };
  readonly l7Denials: readonly L7Denial[];
  readonly foldedL7: { readonly denials: number; readonly count: number };
  /** Equal buckets over the window. */
  readonly timeline: readonly number[];
  /** The same by reason, for the first eight reasons that were seen; what is missing from the sums above had another. */
  readonly timelines: Readonly<Record<string, readonly number[]>>;
  /** Both again in finer parts, where all drops lie at the window's end. */
  readonly late?: LateTimeline;
  /** Texts of policy logs on denied verdicts, distinct, at most 5. */
  readonly policyLogs: readonly string[];
  /** Events of kinds that are normally noise (`noise.ts`), already part of `packets`. */
  readonly noise: number;
}

export interface DropPair {
  /** `namespace/workload`, else `namespace/pod` as it is, else reserved name, `svc/namespace/name`, FQDN or IP. */
  readonly source: string;
  readonly destination: string;
  /** 0 where the protocol has no ports. */
  readonly port: number;
  readonly protocol: string;
  readonly reason: string;
  readonly direction: string;
  readonly packets: number;
  /** RFC 3339, milliseconds. */
  readonly first: string;
  readonly last: string;
  /** Explicit deny only (POLICY_DENY); a default deny names no policy. */
  readonly deniedBy: readonly PolicyRef[];
  readonly noise: boolean;
  /** The identity labels of both ends, at most 20 and 1,400 characters each, for finding the policy behind it. */
  readonly sourceLabels: readonly string[];
  readonly destinationLabels: readonly string[];
  /** Of an outside destination, where DNS answers in the flows tell it. */
  readonly outside?: OutsideName;
}

export interface OutsideName {
  /** DNS name, without a dot at its end, secrets cut. */
  readonly name: string;
  /** The last answer to the pair's source before its last drop: RFC 3339, seconds, and how long before that drop it had run out (0: it had not). Null: not known. */
  readonly answer: { readonly at: string; readonly ttl: number; readonly lateMs: number } | null;
}

export interface L7Denial {
  readonly source: string;
  readonly destination: string;
  /** `http`, `dns`, `kafka`. */
  readonly protocol: string;
  readonly method: string;
  /** HTTP path with its query redacted, or DNS name, or Kafka topic. */
  readonly path: string;
  /** HTTP status of the refusal where it was seen, 0 otherwise. */
  readonly code: number;
  readonly count: number;
  readonly first: string;
  readonly last: string;
}

/** What got through, for the answer "nothing dropped". */
export interface ForwardedSummary {
  readonly flows: number;
  readonly pairs: readonly {
    readonly source: string;
    readonly destination: string;
    readonly port: number;
    readonly protocol: string;
    readonly flows: number;
    readonly last: string;
  }[];
}
