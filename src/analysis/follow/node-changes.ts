/** Nodes that come and go while flows are followed. What Relay says at first is where it begins, and no change. */
import type { FollowView, NodeChange } from "./view.ts";

export interface NodeChanges {
  /** NodeState: 1 connected, 2 unavailable, 3 gone, 4 error. `at` by our clock. */
  note(state: number, names: readonly string[], at: number): void;
  /** From here on a node that was not known came late. */
  begun(): void;
  read(): FollowView["nodes"];
}

const maxNodes = 20_000;
const listed = 10;

export function createNodeChanges(): NodeChanges {
  const isThere = new Map<string, boolean>();
  const wasThere = new Set<string>();
  const changes: NodeChange[] = [];
  let earlier = 0;
  let hasBegun = false;

  function changeOf(node: string, connected: boolean): NodeChange["change"] | undefined {
    const before = isThere.get(node);
    if (before === connected) return undefined;
    if (!connected) return before === true ? "lost" : undefined;
    if (before === undefined) return hasBegun ? "late" : undefined;
    return wasThere.has(node) ? "back" : "late";
  }

  return {
    note(state, names, at) {
      const connected = state === connectedState;
      for (const node of names) {
        if (!isThere.has(node) && isThere.size >= maxNodes) continue;
        const change = changeOf(node, connected);
        isThere.set(node, connected);
        if (connected) wasThere.add(node);
        if (change === undefined) continue;
        changes.push({ node, change, at });
        if (changes.length <= listed) continue;
        changes.shift();
        earlier += 1;
      }
    },
    begun() {
      hasBegun = true;
    },
    read: () => ({ changes: [...changes], earlier }),
  };
}

const connectedState = 1;
