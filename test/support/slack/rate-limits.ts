/** The documented rate limits (page "Rate limits"): by method and workspace, and for posts by conversation. */
import { limits } from "./limits.ts";

export interface RateLimits {
  /** Takes one call; the seconds to wait when there is none left. */
  take(method: string, channel: string | null, tier: Tier): number | null;
}

export type Tier = keyof typeof limits.tiers | "posts" | "none";

export function createRateLimits(now: () => number): RateLimits {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    take(method, channel, tier) {
      if (tier === "none") return null;
      const posts = tier === "posts";
      const capacity = posts ? limits.postBurst : limits.tiers[tier];
      const perSecond = posts ? limits.postsPerSecond : limits.tiers[tier] / 60;
      const key = posts ? `posts ${channel}` : method;
      const bucket = buckets.get(key) ?? { left: capacity, at: now() };
      const left = Math.min(capacity, bucket.left + ((now() - bucket.at) / 1_000) * perSecond);
      const allowed = left >= 1;
      buckets.set(key, { left: allowed ? left - 1 : left, at: now() });
      return allowed ? null : Math.max(1, Math.ceil((1 - left) / perSecond));
    },
  };
}
