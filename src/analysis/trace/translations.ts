/**
 * SNAT between nodes: the client's node says which address a packet left with (`source_xlated`), the server's node sees that address and no pod. A record of the
 * server's node is given back as the client's own. The port stays the same as a rule, and the record has no other; where Cilium had to change it, it is not joined.
 */
import type { Flow } from "../flow.ts";
import { isAnswer, keyOf, tupleOf } from "./packet.ts";

export interface Translations {
  /** Reads a record of the client's node; gives back what came before it and belongs to the same connection. */
  learn(flow: Flow): readonly Flow[];
  /** A record between a node and the server as the pod's own, as soon as it is known to be one; undefined as long as it is not. */
  original(flow: Flow): Flow | undefined;
}

interface Client extends Pick<Flow, "source" | "sourceIp"> {
  /** Of its newest record. */
  readonly time: number;
}

const mostKnown = 4_000;
/** Records of the server's node that came first: clocks of nodes differ, and so do their rings. */
const mostWaiting = 1_000;
const mostOfOne = 8;
/** Another pod may be given the same port later: both nodes see one packet nearly at once, in milliseconds. */
const nearMs = 60_000;

export function createTranslations(): Translations {
  const clients = new Map<string, Client>();
  const waiting = new Map<string, Flow[]>();

  function wait(key: string, flow: Flow): void {
    const known = waiting.get(key);
    // What waits since long before is another connection from that port.
    if (known?.some(({ time }) => Math.abs(flow.time - time) < nearMs)) {
      if (known.length < mostOfOne) known.push(flow);
      return;
    }
    makeRoom(waiting, mostWaiting);
    waiting.set(key, [flow]);
  }

  return {
    learn(flow) {
      const { details, source, sourceIp, protocol, time } = flow;
      const address = details?.sourceXlated ?? "";
      if (address === "" || address === sourceIp || isAnswer(flow)) return [];
      const key = keyOf(protocol, { ...tupleOf(flow, false), clientIp: address });
      makeRoom(clients, mostKnown);
      const client = { source, sourceIp, time };
      clients.set(key, client);
      const before = waiting.get(key) ?? [];
      waiting.delete(key);
      return before.filter((one) => isNear(one, client)).map((one) => ofClient(one, client));
    },
    original(flow) {
      const key = keyOf(flow.protocol, tupleOf(flow, isAnswer(flow)));
      const client = clients.get(key);
      if (client !== undefined && isNear(flow, client)) return ofClient(flow, client);
      wait(key, flow);
      return undefined;
    },
  };
}

function isNear({ time }: Flow, client: Client): boolean {
  return Math.abs(time - client.time) < nearMs;
}

function ofClient(flow: Flow, { source, sourceIp }: Client): Flow {
  return isAnswer(flow) ? { ...flow, destination: source, destinationIp: sourceIp } : { ...flow, source, sourceIp };
}

/** For one more: the oldest goes. */
function makeRoom(map: Map<string, unknown>, most: number): void {
  if (map.size < most) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
