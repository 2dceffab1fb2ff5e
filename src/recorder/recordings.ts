/** Reading what was recorded of a cluster: the flows, oldest first as far as Relay sorted them (a second or so), and how much of the truth they are. */
import type { Flow } from "../analysis/flow.ts";
import { createRecordingStore, type StoredEntry } from "../store/recording.ts";
import type { Redis } from "../store/redis.ts";
import { readBatch } from "./batch.ts";
import { type Gap, readGaps, readReach } from "./note.ts";
import { createSeen } from "./seen.ts";

export interface RecordingQuestion {
  readonly cluster: string;
  /** Epoch milliseconds, from ≤ time < to. */
  readonly from: number;
  readonly to: number;
  readonly onFlow: (flow: Flow) => void;
  readonly signal: AbortSignal;
}

/** One node's part, both in epoch milliseconds; what lies between is complete but for the gaps. */
export interface RecordedNode {
  readonly from: number;
  readonly through: number;
}

export interface RecordingCoverage {
  readonly nodes: ReadonlyMap<string, RecordedNode>;
  /** From here on every recorded node is; null: nothing is recorded. */
  readonly oldest: number | null;
  /** Up to here everything is written; null: nothing is recorded. */
  readonly through: number | null;
  /** Those that touch the range asked for, oldest first. */
  readonly gaps: readonly Gap[];
  /** Flows thrown away in the range asked for. */
  readonly shed: number;
  /** Who records now; null: nobody. */
  readonly leader: string | null;
}

export interface RecordingFinding extends RecordingCoverage {
  readonly flows: number;
  /** `signal` ended it. */
  readonly truncated: boolean;
}

export interface Recordings {
  /** Rejects only when Redis does, or with what `onFlow` threw. */
  read(question: RecordingQuestion): Promise<RecordingFinding>;
  /** How far the recording reaches, without reading it. Gaps are not known then. */
  reach(cluster: string): Promise<RecordingCoverage>;
}

/** Entries are found by when they were written. Clocks of nodes may be ahead of Redis' by this much. */
const skewMs = 120_000;
/** A batch is deflated to some tens of kilobytes. */
const pageEntries = 16;
const remembered = 50_000;
const mostGaps = 1_000;
/** A leader says every second how far it is. */
const quietMs = 10_000;

export function createRecordings(redis: Redis, prefix: string, clock: () => number = Date.now): Recordings {
  const store = createRecordingStore(redis, prefix);

  async function coverage(cluster: string): Promise<RecordingCoverage> {
    const state = await store.state(cluster);
    const { through, nodes } = readReach(state.reach);
    const rows = [...nodes].flatMap(([name, node]): [string, RecordedNode][] => {
      const last = node.through ?? through;
      return last === null ? [] : [[name, { from: Math.max(node.from, state.trimmed), through: last }]];
    });
    const now = clock();
    const away = [...nodes].flatMap(([node, { through: last }]): Gap[] =>
      last === null || now - last < quietMs ? [] : [{ from: last, to: now, reason: "away", node }],
    );
    const isStopped = through !== null && now - through > quietMs;
    return {
      nodes: new Map(rows),
      oldest: rows.length === 0 ? null : Math.max(...rows.map(([, { from }]) => from)),
      through: rows.length === 0 ? null : through,
      gaps: isStopped ? [{ from: through, to: now, reason: "stopped" }] : away,
      shed: 0,
      leader: state.leader ?? null,
    };
  }

  return {
    reach: coverage,
    async read({ cluster, from, to, onFlow, signal }) {
      const seen = createSeen(remembered);
      const gaps: Gap[] = [];
      let flows = 0;
      const add = (gap: Gap) => {
        if (gap.from < to && gap.to >= from && gaps.length < mostGaps) gaps.push(gap);
      };

      async function readEntry(entry: StoredEntry): Promise<void> {
        if (entry.from >= to || entry.to < from) return;
        if (entry.kind === "notes") return readGaps(entry.payload.toString("utf8")).forEach(add);
        const batch = await readBatch(entry.payload).catch(() => undefined);
        if (batch === undefined) add({ from: entry.from, to: entry.to, reason: "unreadable", count: entry.count });
        for (const flow of batch ?? []) {
          if (!(flow.time >= from && flow.time < to) || !seen.add(flow)) continue;
          flows += 1;
          onFlow(flow);
        }
      }

      let after: string | number = from - skewMs;
      while (!signal.aborted) {
        const page = await store.page(cluster, after, pageEntries);
        for (const entry of page) if (!signal.aborted) await readEntry(entry);
        const last = page.at(-1);
        if (last === undefined || page.length < pageEntries) break;
        after = last.id;
      }
      // At the end: what was trimmed meanwhile does not count as there.
      const covered = await coverage(cluster);
      covered.gaps.forEach(add);
      return {
        ...covered,
        gaps: gaps.sort((left, right) => left.from - right.from),
        shed: gaps.reduce((sum, { reason, count }) => sum + (reason === "shed" ? (count ?? 0) : 0), 0),
        flows,
        truncated: signal.aborted,
      };
    },
  };
}
