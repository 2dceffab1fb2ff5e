/** Which flows came lately: a stream that is opened again repeats some of what came before. */
import type { Flow } from "../flow.ts";

export interface Recent {
  /** False when it was added before, as far as that is remembered. */
  add(flow: Flow): boolean;
}

/** Remembers at least the last `least` flows, and at most twice as many. */
export function createRecent(least: number): Recent {
  let young = new Set<string>();
  let old = new Set<string>();
  return {
    add(flow) {
      const key = keyOf(flow);
      if (old.has(key) || young.has(key)) return false;
      young.add(key);
      if (young.size >= least) {
        old = young;
        young = new Set();
      }
      return true;
    },
  };
}

/** Older agents give no id; then a flow is known by what it says, to the nanosecond where the record is that exact. */
function keyOf(flow: Flow): string {
  if (flow.uuid !== "") return flow.uuid;
  const { time, node, eventType, eventSubType, sourceIp, destinationIp, sourcePort, destinationPort, details } = flow;
  const nanos = details?.stamp?.nanos ?? 0;
  return `${time} ${nanos} ${node} ${eventType}:${eventSubType} ${sourceIp} ${sourcePort} ${destinationIp} ${destinationPort}`;
}
