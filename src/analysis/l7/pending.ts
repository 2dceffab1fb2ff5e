/** How long answers take that do not say it themselves: each is put to its question by address, port, name and type. */
import type { Flow, L7 } from "../flow.ts";

export interface Pending {
  ask(flow: Flow, l7: Dns): void;
  /** Nanoseconds since the question; 0 when it was not seen. */
  answer(flow: Flow, l7: Dns): number;
}

type Dns = Extract<L7, { protocol: "dns" }>;

/** Questions that wait at once; the oldest of more are forgotten. */
const most = 4_000;

export function createPending(): Pending {
  const asked = new Map<string, number>();
  return {
    ask({ sourceIp, sourcePort, time }, l7) {
      const key = keyOf(sourceIp, sourcePort, l7);
      // Asked again before there was an answer: the wait began with the first.
      if (asked.has(key)) return;
      const [oldest] = asked.size >= most ? asked.keys() : [];
      if (oldest !== undefined) asked.delete(oldest);
      asked.set(key, time);
    },
    answer({ destinationIp, destinationPort, time }, l7) {
      const key = keyOf(destinationIp, destinationPort, l7);
      const since = asked.get(key);
      if (since === undefined) return 0;
      asked.delete(key);
      return Math.max(0, time - since) * 1e6;
    },
  };
}

function keyOf(ip: string, port: number, { query, qtypes }: Dns): string {
  return `${ip} ${port} ${query.slice(0, 256)} ${qtypes.slice(0, 4).join(",").slice(0, 64)}`;
}
