/** Posting to Slack, with what it needs from the store. */
import type { Config } from "../config.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Platform } from "../platforms/platform.ts";
import type { Paint } from "../platforms/slack/out/options.ts";
import { createSlackOut } from "../platforms/slack/out/slack-out.ts";
import { type Artifact, type Artifacts, createFiles } from "../store/artifacts.ts";
import { createBuckets } from "../store/bucket.ts";
import { createButtons } from "../store/buttons.ts";
import type { Redis } from "../store/redis.ts";
import { createShown } from "../store/shown.ts";

export interface SlackOutParts {
  readonly config: Config;
  readonly slack: NonNullable<Config["slack"]>;
  readonly producer: Redis;
  readonly artifacts: Artifacts | undefined;
  readonly paint: Paint;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export function openSlackOut({ config, slack, producer, artifacts, paint, metrics, log }: SlackOutParts): Platform {
  const { prefix } = config.redis;
  const { fileTtl, pictureTtl } = config.artifacts;
  const ttlMs = ({ type }: Artifact) => (type === "image/png" ? pictureTtl : fileTtl);
  return createSlackOut({
    botToken: slack.botToken,
    apiUrl: slack.apiUrl,
    shown: createShown(producer, prefix),
    buckets: createBuckets(producer, prefix),
    buttons: createButtons(producer, prefix),
    files: createFiles({ redis: producer, prefix }),
    charts: slack.charts,
    paint: (chart) => paint(chart),
    ...(artifacts && {
      artifacts: { keep: (file) => artifacts.keep({ ...file, ttlMs: ttlMs(file) }), link: artifacts.link },
    }),
    metrics,
    log,
  });
}
