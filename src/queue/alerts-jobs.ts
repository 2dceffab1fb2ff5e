/** The jobs of alerts, all on one queue. */
import type { Incident } from "../alerts/incident.ts";
import type { Notification } from "../alerts/notification.ts";
import type { VerdictFacts } from "../alerts/verdict.ts";

export const alertQueue = "alerts";

export type AlertJob =
  /** `at`: epoch milliseconds of its receipt. */
  | { readonly kind: "notification"; readonly notification: Notification; readonly at: number }
  /** Shows what changed since the root was edited last. */
  | { readonly kind: "refresh"; readonly key: string }
  /** Ends what has ended by itself: a mute, a silence. */
  | { readonly kind: "settle"; readonly key: string }
  /** What one answer says of it. */
  | {
      readonly kind: "verdict";
      readonly key: string;
      readonly episode: Incident["episode"];
      readonly facts: Partial<VerdictFacts>;
    }
  | { readonly kind: "storm"; readonly conversation: string; readonly storm: string }
  /** Tells whoever runs the bot of alerts that no route takes. */
  | { readonly kind: "unrouted"; readonly report: string };
