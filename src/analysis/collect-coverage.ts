/** Node states, lost events and the times of flows → Coverage, while a stream is read. */
import type { Coverage, RecordedPart } from "./coverage.ts";
import { defaultRedaction, type Redaction } from "./redact.ts";

export interface CoverageCollector {
  /** NodeState: 1 connected, 2 unavailable, 3 gone, 4 error. */
  nodes(state: number, names: readonly string[], message: string): void;
  lost(source: string, count: number): void;
  /** Each flow that was read, wanted or not: it shows how far back its node reaches at least. */
  flow(node: string, time: number): void;
  readonly heard: boolean;
  /** Of any kind. */
  readonly hasFlows: boolean;
  /** Nodes that will deliver, as far as known; without any node status (an agent asked directly) those that flows came from. */
  answered(): number;
  total(): number;
  /** What nodes said instead of delivering, redacted, each text once, at most five. */
  readonly errors: readonly string[];
  finish(more: CoverageEnd): Coverage;
}

export interface CoverageEnd {
  /** Oldest flow of each node that said so; undefined: nobody could be asked, then the flows read so far must do. */
  readonly oldest: ReadonlyMap<string, number> | undefined;
  readonly shed: number;
  readonly truncated: boolean;
  readonly recorded?: RecordedPart | undefined;
}

type State = "connected" | "unavailable" | "error";

export function createCoverage({ text: redact }: Pick<Redaction, "text"> = defaultRedaction): CoverageCollector {
  const states = new Map<string, State>();
  const reach = new Map<string, number>();
  const lost = new Map<string, number>();
  const errors: string[] = [];
  let heard = false;

  function connected(): number {
    return [...states.values()].filter((state) => state === "connected").length;
  }

  return {
    nodes(state, names, message) {
      heard = true;
      const meaning = meanings[state];
      for (const name of names) {
        if (state === gone) states.delete(name);
        else if (meaning !== undefined && (states.has(name) || states.size < maxNodes)) states.set(name, meaning);
      }
      if (meaning !== "error" || message === "" || errors.length >= 5) return;
      const said = redact(message);
      if (!errors.includes(said)) errors.push(said);
    },
    lost(source, count) {
      heard = true;
      if (lost.has(source) || lost.size < 20) lost.set(source, (lost.get(source) ?? 0) + count);
    },
    flow(node, time) {
      heard = true;
      const known = reach.get(node);
      if (known === undefined ? reach.size < maxNodes : time < known) reach.set(node, time);
    },
    get heard() {
      return heard;
    },
    get hasFlows() {
      return reach.size > 0;
    },
    answered: () => (states.size === 0 ? reach.size : connected()),
    total: () => (states.size === 0 ? reach.size : states.size),
    errors,
    finish({ oldest, shed, truncated, recorded }) {
      const missing = [...states].filter(([, state]) => state !== "connected").map(([name]) => name);
      const times = oldest === undefined || oldest.size === 0 ? reach : oldest;
      const youngest = Math.max(...times.values());
      return {
        nodes: {
          answered: this.answered(),
          total: this.total(),
          missing: missing.sort((a, b) => (a < b ? -1 : 1)).slice(0, maxMissing),
        },
        oldest: times.size > 0 && Math.abs(youngest) <= 8.64e15 ? new Date(youngest).toISOString() : null,
        lost: Object.fromEntries([...lost].sort(([a], [b]) => (a < b ? -1 : 1))),
        shed,
        truncated,
        ...(recorded && { recorded }),
      };
    },
  };
}

const meanings: Readonly<Record<number, State>> = { 1: "connected", 2: "unavailable", 4: "error" };
const gone = 3;
const maxNodes = 20_000;
/** Names in an answer; the counts are exact. */
const maxMissing = 100;
