/** What posting to Teams needs, and what all its parts share. */
import type { ChartSpec } from "../../../message/chart.ts";
import type { Delivery } from "../../../message/delivery.ts";
import type { Artifact } from "../../../store/artifacts.ts";
import type { Buckets } from "../../../store/bucket.ts";
import type { Buttons } from "../../../store/buttons.ts";
import type { Conversations, Reference } from "../../../store/conversations.ts";
import type { Shown } from "../../../store/shown.ts";

export interface Identity {
  /** Empty: no token is sent, and messages go to this machine alone. */
  readonly appId: string;
  readonly appType: "SingleTenant" | "UserAssignedMSI" | "MultiTenant";
  readonly tenantId: string;
  readonly appPassword: string;
  readonly authority: string;
  readonly scope: string;
  readonly serviceHosts: readonly string[];
}

export interface ServiceOptions extends Identity {
  readonly metrics: Pick<TeamsOutMetrics, "teamsCalls">;
  /** Longest wait for one reply of Teams, in milliseconds; 5,000 unless told. */
  readonly timeoutMs?: number;
  /** Where requests have to go through a proxy. */
  readonly fetch?: typeof fetch;
}

export interface TeamsOutOptions extends ServiceOptions {
  readonly conversations: Pick<Conversations, "find" | "findNear">;
  readonly shown: Shown;
  readonly buckets: Buckets;
  readonly buttons: Buttons;
  /** Absent where people could not fetch anything from us. */
  readonly artifacts?: Artifacts;
  /** How charts look; `native` unless told. */
  readonly charts?: ChartMode;
  /** Without it charts are their numbers, and Teams' own charts where these are wanted. */
  readonly paint?: Paint;
  readonly metrics: TeamsOutMetrics;
  readonly log: TeamsOutLog;
}

/** Teams' own charts where they can show the data, with our picture for clients that cannot; pictures; numbers alone. */
export type ChartMode = "native" | "pictures" | "none";

/** A PNG. Rejects where it cannot be drawn. */
export type Paint = (chart: ChartSpec) => Promise<Buffer>;

export interface Artifacts {
  /** Stores a file and returns the URL under which a person can fetch it. */
  keep(file: Artifact): Promise<string>;
  /** The URL of what is kept already. */
  link(id: string): string;
}

export interface TeamsOutMetrics {
  /** Requests by method (post, update, typing, token) and result: ok, rate_limited, unknown, refused. */
  readonly teamsCalls: { inc(labels: { method: string; result: string }): void };
  /** Posts that were repeated although an earlier attempt may have been shown. */
  readonly teamsStrays: { inc(): void };
  /** Cards that Teams did not take, and that were shown as their text instead. */
  readonly teamsMinimal: { inc(): void };
  readonly teamsPictures: { inc(labels: { result: "link" | "inline" | "failed" }): void };
}

export interface TeamsOutLog {
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** Where messages go. */
export interface Target {
  /** `teams:<tenant>/<id>` */
  readonly conversation: string;
  readonly reference: Reference;
  /** Of a channel: the id of its first message. */
  readonly thread?: string | undefined;
  readonly signal: AbortSignal;
}

/** One attempt to show one delivery. */
export interface Job extends Target {
  readonly delivery: Delivery;
}
