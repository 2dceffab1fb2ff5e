/** What posting to Slack needs, and what all its parts share. */
import type { ChartSpec } from "../../../message/chart.ts";
import type { Delivery } from "../../../message/delivery.ts";
import type { Artifact } from "../../../store/artifacts.ts";
import type { Buckets } from "../../../store/bucket.ts";
import type { Buttons } from "../../../store/buttons.ts";
import type { Shown } from "../../../store/shown.ts";

export interface SlackOutOptions {
  readonly botToken: string;
  /** `https://slack.com/api/`. Slack's other addresses (uploads, response_urls) have to be https, or of this origin. */
  readonly apiUrl: string;
  readonly shown: Shown;
  readonly buckets: Buckets;
  readonly buttons: Buttons;
  /** Absent where people could not fetch anything from us. */
  readonly artifacts?: Artifacts;
  readonly files?: StoredFiles;
  /** How charts look; `pictures` unless told. */
  readonly charts?: ChartMode;
  /** Without it charts are their numbers, and Slack's own charts where these are wanted. */
  readonly paint?: Paint;
  readonly metrics: SlackOutMetrics;
  readonly log: SlackOutLog;
  /** How people call the bot in `/invite @…`; `cilium` unless told. */
  readonly botName?: string;
  /** Longest wait for one reply of Slack, in milliseconds; 5,000 unless told. */
  readonly timeoutMs?: number;
  /** Where requests have to go through a proxy. */
  readonly fetch?: typeof fetch;
}

/** Pictures that we draw; Slack's own charts where they can show the data, else pictures; numbers alone. */
export type ChartMode = "pictures" | "native" | "none";

/** A PNG. Rejects where it cannot be drawn. */
export type Paint = (chart: ChartSpec) => Promise<Buffer>;

export interface Artifacts {
  /** Stores a file and returns the URL under which a person can fetch it. */
  keep(file: Artifact): Promise<string>;
  /** The URL of what is kept already. */
  link(id: string): string;
}

/** Bytes of files that go along with answers. */
export interface StoredFiles {
  find(id: string): Promise<Artifact | undefined>;
}

export interface SlackOutMetrics {
  /** Requests by method (a Web API method, `response_url` or `upload`) and result: ok, rate_limited, unknown, refused. */
  readonly slackCalls: { inc(labels: { method: string; result: string }): void };
  /** Posts that were repeated although an earlier attempt may have been shown. */
  readonly slackStrays: { inc(): void };
  readonly slackPictures: { inc(labels: { result: PictureEnd }): void };
}

/** In the answer; as a file in its thread; behind a link; not at all. */
export type PictureEnd = "shown" | "thread" | "link" | "failed";

export interface SlackOutLog {
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** One attempt to show one delivery. */
export interface Job {
  readonly delivery: Delivery;
  readonly team: string;
  readonly channel: string;
  readonly signal: AbortSignal;
}
