/**
 * TCP that leaves its node and of which no record shows that it arrived, nor that anything came back: for each way from one address to another's port. A way on
 * which anything was ever seen to arrive or to answer counts as passing; how far single connections come is what `trace` tells.
 */
import { Direction, EventType, type Flow } from "../flow.ts";
import { arrivingPoints, leavingPoints } from "../trace/packet.ts";
import type { EdgeRow } from "./edge-rows.ts";

export interface Ways {
  /** Reads what passed, was dropped or answered, once each; `row`: the edge that counted it as passing. */
  add(flow: Flow, isAnswer: boolean, row: EdgeRow | undefined): void;
  /** Adds to each edge what left without an answer. Once, before rows are joined. */
  settle(): void;
}

interface Way {
  row: EdgeRow | undefined;
  /** Something arrived, or came back. */
  isHeard: boolean;
  out: number;
  /** Of them, of no direction that the agent knew. */
  elsewhere: number;
  first: number;
  last: number;
}

/** Later ones count as passing. */
const mostWays = 20_000;
/** The first repetition of a SYN comes after a second; a connection's last packet alone has no answer, in milliseconds. */
const leastSpan = 900;

export function createWays(): Ways {
  /** Port, server, client: maps in maps are cheaper than joining addresses to one key for each flow. */
  const ways = new Map<number, Map<string, Map<string, Way>>>();
  let held = 0;

  function wayOf(client: string, server: string, port: number): Way | undefined {
    const byServer = ways.get(port);
    const byClient = byServer?.get(server);
    const known = byClient?.get(client);
    if (known !== undefined || held >= mostWays) return known;
    held += 1;
    const [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const way: Way = { row: undefined, isHeard: false, out: 0, elsewhere: 0, first, last };
    const clients = (byClient ?? new Map<string, Way>()).set(client, way);
    ways.set(port, (byServer ?? new Map<string, Map<string, Way>>()).set(server, clients));
    return way;
  }

  return {
    add(flow, isAnswer, row) {
      if (flow.protocol !== "TCP") return;
      if (isAnswer) {
        const way = wayOf(flow.destinationIp, flow.sourceIp, flow.sourcePort);
        if (way !== undefined) way.isHeard = true;
        return;
      }
      const { direction, time } = flow;
      // What a node itself sends is answered to the node, and not every agent records that.
      const isOut = row !== undefined && flow.source.pod !== "" && isLeaving(flow);
      if (!isOut && !isArrival(flow)) return;
      const way = wayOf(flow.sourceIp, flow.destinationIp, flow.destinationPort);
      if (way === undefined) return;
      if (!isOut) {
        way.isHeard = true;
        return;
      }
      way.row = row;
      if (direction === Direction.egress) way.out += 1;
      else way.elsewhere += 1;
      if (time < way.first) way.first = time;
      if (time > way.last) way.last = time;
    },
    settle() {
      for (const byServer of ways.values())
        for (const byClient of byServer.values()) for (const way of byClient.values()) settleWay(way);
    },
  };
}

function settleWay({ row, isHeard, out, elsewhere, first, last }: Way): void {
  if (row === undefined || isHeard || last - first < leastSpan) return;
  row.unheardOut += out;
  row.unheardElsewhere += elsewhere;
}

/** From the client: towards the network, or on its node's way there. */
function isLeaving({ eventType, eventSubType, direction }: Flow): boolean {
  if (eventType !== EventType.trace || direction === Direction.ingress || !leavingPoints.has(eventSubType))
    return false;
  return direction === Direction.egress || !arrivingPoints.has(eventSubType);
}

/** At the server's node: what passed there, what a proxy there read, and what was dropped there. */
function isArrival({ eventType, eventSubType, direction }: Flow): boolean {
  if (direction !== Direction.unknown) return direction === Direction.ingress;
  return eventType === EventType.trace && arrivingPoints.has(eventSubType);
}
