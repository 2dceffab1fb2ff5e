/** Posting to Teams, with what it needs from the store. */
import type { Config } from "../config.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Platform } from "../platforms/platform.ts";
import type { Paint } from "../platforms/teams/out/options.ts";
import { createTeamsOut } from "../platforms/teams/out/teams-out.ts";
import type { Artifact, Artifacts } from "../store/artifacts.ts";
import { createBuckets } from "../store/bucket.ts";
import { createButtons } from "../store/buttons.ts";
import { createConversations } from "../store/conversations.ts";
import type { Redis } from "../store/redis.ts";
import { createShown } from "../store/shown.ts";

export interface TeamsOutParts {
  readonly config: Config;
  readonly teams: NonNullable<Config["teams"]>;
  readonly producer: Redis;
  readonly artifacts: Artifacts | undefined;
  readonly paint: Paint;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export function openTeamsOut({ config, teams, producer, artifacts, paint, metrics, log }: TeamsOutParts): Platform {
  const { prefix } = config.redis;
  const { fileTtl, pictureTtl } = config.artifacts;
  const ttlMs = ({ type }: Artifact) => (type === "image/png" ? pictureTtl : fileTtl);
  return createTeamsOut({
    ...teams,
    conversations: createConversations(producer, prefix),
    shown: createShown(producer, prefix),
    buckets: createBuckets(producer, prefix),
    buttons: createButtons(producer, prefix),
    paint: (chart) => paint(chart),
    ...(artifacts && {
      artifacts: { keep: (file) => artifacts.keep({ ...file, ttlMs: ttlMs(file) }), link: artifacts.link },
    }),
    metrics,
    log,
  });
}
