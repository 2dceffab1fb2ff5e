/**
 * One connection is one connection: its sender's node and its receiver's node both tell of it, and where both do, what the receiver's node saw counts. Holds so many
 * connections at once; the two halves come milliseconds apart, so the oldest makes room.
 */
import { Direction, EventType, type Flow } from "../../analysis/flow.ts";
import type { Observed } from "../../policy/replay/observed.ts";

/** What the records of one kind are counted in. */
export interface Tally {
  count: number;
  /** Those of them that only say that it left. */
  left: number;
}

export interface Halves {
  /** Every record that counts, with where it was counted. */
  saw(flow: Flow, seen: Observed["seen"], tally: Tally): void;
  /** Takes out what was counted twice. The number of records that left and were refused where they arrived. */
  settle(): number;
}

const usual = 50_000;

interface Connection {
  arrived: "" | Observed["seen"];
  readonly left: Map<Tally, number>;
}

export function createHalves(most: number = usual): Halves {
  const open = new Map<string, Connection>();
  let refused = 0;

  function end({ arrived, left }: Connection): void {
    if (arrived === "") return;
    for (const [tally, count] of left) {
      tally.count -= count;
      tally.left -= count;
      if (arrived === "dropped") refused += count;
    }
    left.clear();
  }

  function connectionOf(flow: Flow): Connection {
    const { sourceIp, sourcePort, destinationIp, destinationPort, protocol } = flow;
    const key = `${protocol} ${sourceIp} ${sourcePort} ${destinationIp} ${destinationPort}`;
    const known = open.get(key);
    if (known !== undefined) return known;
    if (open.size >= most)
      for (const [oldest, connection] of open) {
        end(connection);
        open.delete(oldest);
        break;
      }
    const connection: Connection = { arrived: "", left: new Map() };
    open.set(key, connection);
    return connection;
  }

  return {
    saw(flow, seen, tally) {
      // A request is an event of its own, however many come over one connection.
      if (flow.eventType === EventType.l7 || flow.sourceIp === "" || flow.destinationIp === "") return;
      if (flow.direction === Direction.egress) {
        if (seen !== "passed") return;
        const { left } = connectionOf(flow);
        left.set(tally, (left.get(tally) ?? 0) + 1);
        tally.left += 1;
      } else if (flow.direction === Direction.ingress) {
        const connection = connectionOf(flow);
        // One that passed once is not refused altogether.
        if (connection.arrived !== "passed") connection.arrived = seen;
      }
    },
    settle() {
      for (const connection of open.values()) end(connection);
      open.clear();
      return refused;
    },
  };
}
