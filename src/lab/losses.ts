/** Events that agents lost since the lab began: what their counters show. Faults say what is lost now, and may be taken back; a counter never goes back. */
import { type Faults, lostEventSources } from "./relay/faults.ts";

type LostEvents = Pick<Faults, "lostEvents" | "losses">;

export interface Losses {
  /** What is lost changes; only what it grows by is lost anew. */
  change(before: LostEvents, after: LostEvents): void;
  /** By source, as the agents' metrics spell it. */
  of(node: string): ReadonlyMap<string, number>;
}

export function createLosses(nodes: readonly string[]): Losses {
  const counts = new Map(nodes.map((node) => [node, new Map<string, number>()]));
  return {
    change(before, after) {
      for (const [node, counters] of counts) {
        for (const source of lostEventSources) {
          const more = lostOf(after, node, source) - lostOf(before, node, source);
          const label = source.toLowerCase();
          if (more > 0) counters.set(label, (counters.get(label) ?? 0) + more);
        }
      }
    },
    of: (node) => counts.get(node) ?? new Map(),
  };
}

/** What is lost on every node is lost by the kernel's ring, the first of the sources. */
function lostOf({ lostEvents, losses }: LostEvents, node: string, source: string): number {
  const own = losses.filter((loss) => loss.node === node && loss.source === source);
  return own.reduce((sum, { count }) => sum + count, source === lostEventSources[0] ? lostEvents : 0);
}
