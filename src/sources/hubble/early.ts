/** The first flows of each ring: what was recorded of the same moments is not counted again. */
import type { Flow } from "../../analysis/flow.ts";

export interface Early {
  /** A flow that a ring gave, in about the order of time. */
  saw(flow: Flow): void;
  has(flow: Flow): boolean;
}

/** More than a ring turns while it is read. */
const headMs = 10_000;
/** Keys, of all nodes. */
const most = 50_000;

/** `keyOf`: by what a flow is known; its id is not always read. */
export function createEarly(keyOf: (flow: Flow) => string = contentOf): Early {
  const until = new Map<string, number>();
  const keys = new Set<string>();
  return {
    saw(flow) {
      if (keys.size >= most) return;
      let end = until.get(flow.node);
      if (end === undefined) {
        end = flow.time + headMs;
        until.set(flow.node, end);
      }
      if (flow.time < end) keys.add(keyOf(flow));
    },
    has: (flow) => keys.has(keyOf(flow)),
  };
}

export function contentOf({ time, node, eventType, sourceIp, sourcePort, destinationPort }: Flow): string {
  return `${time} ${node} ${eventType} ${sourceIp} ${sourcePort} ${destinationPort}`;
}
