/**
 * How far each node is recorded. Nodes that are followed share one moment, up to which everything they sent is written; one that is away keeps the moment at
 * which it went. From these follow where the next stream begins, which of its flows are old, and what nobody saw. Times are epoch milliseconds of our clock.
 */
import type { Flow } from "../analysis/flow.ts";
import type { Gap, NodeReach, Reach } from "./note.ts";

export interface NodesOptions {
  readonly reach: Reach;
  readonly keepMs: number;
  readonly clock: () => number;
  /** Since when flows wait to be written; undefined: none do. */
  readonly pendingSince: () => number | undefined;
}

export interface Nodes {
  /** A stream is about to be opened: from when on it has to read. */
  opening(): number;
  /** Anything came over the connection. */
  heard(): void;
  /** NodeState of Relay's: 1 connected, 2 unavailable, 3 gone, 4 error. */
  status(state: number, names: readonly string[]): void;
  /** False: recorded before. */
  accept(flow: Flow): boolean;
  /** The stream has told what it had to tell of the past; `oldest` is how far back each ring reached when it began. What is missing between is the result. */
  settle(oldest: ReadonlyMap<string, number> | undefined): Gap[];
  /** Where the oldest unfinished reading began: what was recorded after it may come again. */
  resumeFrom(): number;
  /** A node that sent flows, sends none while others do, and was not suspected before. */
  silent(silenceMs: number): string | undefined;
  reach(): Reach;
  connected(): number;
  away(): readonly string[];
}

/** Clocks of nodes and ours differ, and Relay sorts within a second or so: this much is read again. */
export const overlapMs = 10_000;
const maxNodes = 20_000;
const othersMs = 5_000;

interface Node {
  /** Recorded since; Infinity: never yet. */
  from: number;
  /** Up to here, while it is not followed (or not settled). Null: as far as all. */
  through: number | null;
  connected: boolean;
  /** Older flows are recorded already. */
  resume: number;
  lastFlowAt: number;
  suspected: boolean;
}

export function createNodes({ reach, keepMs, clock, pendingSince }: NodesOptions): Nodes {
  const nodes = new Map<string, Node>();
  for (const [name, { from, through }] of reach.nodes) nodes.set(name, newNode(from, through ?? reach.through));
  let common = reach.through;
  let heardAt = 0;
  let openedAt = clock();
  let settled = false;

  function newNode(from: number, through: number | null): Node {
    return { from, through, connected: false, resume: 0, lastFlowAt: 0, suspected: false };
  }

  function known(name: string): Node | undefined {
    const node = nodes.get(name);
    if (node !== undefined || nodes.size >= maxNodes) return node;
    const made = newNode(Number.POSITIVE_INFINITY, null);
    nodes.set(name, made);
    return made;
  }

  function advance(): number | null {
    if (settled) common = Math.max(common ?? 0, Math.min(heardAt, pendingSince() ?? heardAt));
    return common;
  }

  function resumeFrom(): number {
    const earliest = clock() - keepMs;
    const moments = [...nodes.values()].map(({ through }) => through ?? common ?? earliest);
    return Math.max(earliest, Math.min(...moments, clock()) - overlapMs);
  }

  /** What it will say about itself is not known yet. */
  function leave(node: Node): void {
    if (node.connected && settled) node.through = advance();
    node.connected = false;
  }

  return {
    opening() {
      for (const node of nodes.values()) leave(node);
      settled = false;
      openedAt = clock();
      for (const [name, { through }] of nodes) if (through !== null && through < openedAt - keepMs) nodes.delete(name);
      return nodes.size === 0 ? openedAt - keepMs : resumeFrom();
    },
    heard() {
      heardAt = clock();
    },
    status(state, names) {
      for (const name of names) {
        if (state === gone) nodes.delete(name);
        const node = state === gone ? undefined : known(name);
        if (node === undefined) continue;
        if (state !== connectedState) leave(node);
        else {
          node.connected = true;
          node.resume = node.through === null ? 0 : node.through - overlapMs;
        }
      }
    },
    accept({ node: name, time }) {
      const node = known(name);
      if (node === undefined) return true;
      node.lastFlowAt = clock();
      node.suspected = false;
      // An agent asked without a Relay before it says nothing of nodes.
      if (!node.connected && nodes.size === 1) node.connected = true;
      return time === 0 || time >= node.resume;
    },
    settle(oldest) {
      const gaps: Gap[] = [];
      for (const [name, node] of nodes) {
        if (!node.connected) continue;
        const begins = Math.ceil(oldest?.get(name) ?? openedAt);
        if (node.from === Number.POSITIVE_INFINITY) node.from = Math.max(begins, openedAt - keepMs);
        else if (node.through !== null && begins > node.through)
          gaps.push({ from: node.through, to: begins, reason: "unseen", node: name });
        node.through = null;
      }
      settled = true;
      advance();
      return gaps;
    },
    resumeFrom,
    silent(silenceMs) {
      const now = clock();
      const heardLately = [...nodes.values()].some(({ lastFlowAt }) => now - lastFlowAt < othersMs);
      if (!heardLately) return undefined;
      for (const [name, node] of nodes) {
        const isSilent = node.lastFlowAt > openedAt && now - node.lastFlowAt > silenceMs;
        if (!node.connected || node.suspected || !isSilent) continue;
        node.suspected = true;
        return name;
      }
      return undefined;
    },
    reach() {
      const through = advance();
      const rows = [...nodes].filter(([, { from }]) => from !== Number.POSITIVE_INFINITY);
      return { through, nodes: new Map(rows.map(([name, node]): [string, NodeReach] => [name, shown(node)])) };
    },
    connected: () => [...nodes.values()].filter(({ connected }) => connected).length,
    away: () => [...nodes].flatMap(([name, { connected }]) => (connected ? [] : [name])),
  };
}

const connectedState = 1;
const gone = 3;

function shown({ from, through }: Node): NodeReach {
  return { from, through };
}
