import { limits } from "../limits.ts";
import { SlackRefusal } from "../refusal.ts";
import type { Stamps } from "./stamp.ts";

/** trigger_ids: each opens one view, within three seconds (method views.open). */
export interface Triggers {
  issue(): string;
  /** Throws SlackRefusal. */
  exchange(trigger: string): void;
}

export function createTriggers(stamps: Stamps): Triggers {
  const known = new Map<string, { readonly issued: number; exchanged: boolean }>();
  return {
    issue() {
      const trigger = `${Date.now()}.${stamps.id("").slice(-6)}.${stamps.secret()}`;
      known.set(trigger, { issued: stamps.now(), exchanged: false });
      return trigger;
    },
    exchange(trigger) {
      const entry = known.get(trigger);
      if (!entry) throw new SlackRefusal("invalid_trigger_id");
      if (entry.exchanged) throw new SlackRefusal("exchanged_trigger_id");
      if (stamps.now() - entry.issued > limits.triggerMs) throw new SlackRefusal("expired_trigger_id");
      entry.exchanged = true;
    },
  };
}
