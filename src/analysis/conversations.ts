/** Who talked to whom: flows by pair and server's port, the most first, in bounded memory. */
import type { EndpointNames } from "./endpoint-name.ts";
import { type Flow, Verdict } from "./flow.ts";
import { settleRows } from "./settle.ts";
import { countAt, createTally, emptyRow, type Row, topRows } from "./tally.ts";

export interface Conversation {
  readonly source: string;
  readonly destination: string;
  readonly port: number;
  readonly protocol: string;
  readonly flows: number;
  /** Of these, with verdict DROPPED, or as `createConversations` was told. */
  readonly dropped: number;
}

export interface Conversations {
  add(flow: Flow): void;
  /** As often as one likes, while more are added. */
  top(listed: number): {
    readonly pairs: readonly Conversation[];
    readonly folded: { readonly pairs: number; readonly flows: number };
  };
}

/** `most`: pairs that are held. `isDropped`: which flows count as dropped; one denied packet is two flows with that verdict. */
export function createConversations(
  names: EndpointNames,
  most?: number,
  isDropped: (flow: Flow) => boolean = ({ verdict }) => verdict === Verdict.dropped,
): Conversations {
  const pairs = createTally<Pair>(newPair, most);
  return {
    add(flow) {
      const { protocol } = flow;
      // Requests and replies are one conversation: its server's port names it.
      const [source, destination, port] = flow.isReply
        ? [names.destination(flow), names.source(flow), flow.sourcePort]
        : [names.source(flow), names.destination(flow), flow.destinationPort];
      const pair = pairs.row(source, destination, `${protocol} ${port}`);
      if (pair === undefined) {
        pairs.fold();
        return;
      }
      pair.protocol = protocol;
      pair.port = port;
      if (isDropped(flow)) pair.dropped += 1;
      countAt(pair, flow.time);
    },
    top(listed) {
      // Copies: names that settle later join rows.
      const copies = pairs.rows().map((pair) => ({ ...pair }));
      const third = (pair: Pair) => `${pair.port}\n${pair.protocol}`;
      const settled = settleRows(copies, names, third, (into, one) => {
        into.dropped += one.dropped;
      });
      const { top, rest } = topRows(settled, pairs.folded(), listed);
      return {
        pairs: top.map(({ source, destination, port, protocol, count, dropped }) => ({
          ...{ source, destination, port, protocol, flows: count, dropped },
        })),
        folded: { pairs: rest.rows, flows: rest.count },
      };
    },
  };
}

interface Pair extends Row {
  port: number;
  protocol: string;
  dropped: number;
}

function newPair(source: string, destination: string): Pair {
  return { source, destination, ...emptyRow, port: 0, protocol: "", dropped: 0 };
}
