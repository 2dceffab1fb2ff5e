/** Since when every change of a resource was heard of as it happened. */
import type { Reflector } from "../reflector.ts";

export interface WatchedSince {
  /** Epoch milliseconds; null: changes are missed. */
  readonly since: number | null;
  /** Why it is null, in a few words; "" otherwise. */
  readonly because: string;
}

export function watchedSince(reflector: Reflector | undefined): WatchedSince {
  const { phase, since, problem } = reflector?.state() ?? { phase: "absent", since: 0, problem: null };
  if (phase === "synced" && problem === null) return { since, because: "" };
  const name = reflector?.resource.name ?? "";
  if (phase === "absent") return { since: null, because: `the cluster has no ${name}` };
  return { since: null, because: `changes of ${name} are not watched` };
}
