/** Answers that are kept, so that people can ask for them again by their ids. */
import type { Config } from "../config.ts";
import type { Perform } from "../queue/effects.ts";
import { createKeep, createShowEffect, type Keep, type KeptAnswer } from "../queue/effects-show.ts";
import { createAnswers } from "../store/answers.ts";
import type { Files } from "../store/artifacts.ts";
import { createConversations } from "../store/conversations.ts";
import type { Redis } from "../store/redis.ts";
import { createIsDirect } from "./is-direct.ts";

export interface KeptAnswersOptions {
  readonly config: Pick<Config, "redis" | "artifacts" | "channels" | "contact">;
  readonly producer: Redis;
  readonly files: Pick<Files, "keep">;
}

export function openAnswers({ config, producer: redis, files }: KeptAnswersOptions): {
  readonly keep: Keep;
  readonly show: Perform<"show">;
} {
  const { prefix } = config.redis;
  const ttlMs = config.artifacts.fileTtl;
  const answers = createAnswers<KeptAnswer>({ redis, prefix, ttlMs });
  const isDirect = createIsDirect(createConversations(redis, prefix));
  return {
    keep: createKeep({ answers, isDirect }),
    show: createShowEffect({
      ...{ answers, files, fileTtlMs: ttlMs, isDirect, now: Date.now },
      ...{ bindings: config.channels, contact: config.contact },
    }),
  };
}
