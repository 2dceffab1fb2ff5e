/** What a follow has seen so far: counted as flows come, read as often as one likes, in bounded memory. */
import { verdictNames } from "../compact/words.ts";
import { countsAsDrop } from "../drops-reducer.ts";
import { createEndpointNames, type WorkloadOf } from "../endpoint-name.ts";
import { type Flow, Verdict } from "../flow.ts";
import { createFlowList } from "../flow-list.ts";
import { reasonName } from "../reasons.ts";
import type { Redaction } from "../redact.ts";
import { settleRows } from "../settle.ts";
import { addTo, sortedCounts } from "../summary-names.ts";
import { countAt, createTally, emptyRow, type Row, topRows } from "../tally.ts";
import { createRates } from "./rates.ts";
import type { FollowView } from "./view.ts";

export interface FollowSummaryOptions {
  /** Epoch milliseconds: where it begins. */
  readonly from: number;
  /** Newest flows to hold, at least 1. */
  readonly lines: number;
  readonly workloadOf?: WorkloadOf | undefined;
  readonly redaction?: Redaction | undefined;
}

export interface FollowSummary {
  add(flow: Flow): void;
  read(at: number): Pick<FollowView, "flows" | "byVerdict" | "rate" | "drops" | "pairs" | "folded">;
  /** The newest, oldest first, as they came. */
  newest(): readonly Flow[];
}

const heldPairs = 1_000;
const listedPairs = 5;
/** Reasons and verdicts are few; numbers that a corrupt record makes up are many. */
const mostKinds = 100;

export function createFollowSummary({ from, lines, workloadOf, redaction }: FollowSummaryOptions): FollowSummary {
  const names = createEndpointNames(workloadOf, redaction);
  const pairs = createTally<Pair>(newPair, heldPairs);
  const newest = createFlowList({ keep: "newest", limit: lines });
  const rates = createRates(from);
  const byVerdict = new Map<string, number>();
  const byReason = new Map<string, number>();
  let flows = 0;
  let dropped = 0;

  function addPair(flow: Flow): void {
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
    if (flow.verdict === Verdict.dropped) pair.dropped += 1;
    countAt(pair, flow.time);
  }

  function topPairs(): Pick<FollowView, "pairs" | "folded"> {
    // Copies: names that settle later join rows, and what is read now is read again.
    const copies = pairs.rows().map((pair) => ({ ...pair }));
    const third = (pair: Pair) => `${pair.port}\n${pair.protocol}`;
    const settled = settleRows(copies, names, third, (into, one) => {
      into.dropped += one.dropped;
    });
    const { top, rest } = topRows(settled, pairs.folded(), listedPairs);
    return {
      pairs: top.map(({ source, destination, port, protocol, count, dropped: lost }) => ({
        ...{ source, destination, port, protocol, flows: count, dropped: lost },
      })),
      folded: { pairs: rest.rows, flows: rest.count },
    };
  }

  return {
    add(flow) {
      flows += 1;
      rates.add(flow.time);
      addTo(byVerdict, verdictNames[flow.verdict] ?? String(flow.verdict), mostKinds);
      if (countsAsDrop(flow)) {
        dropped += 1;
        addTo(byReason, reasonOf(flow), mostKinds);
      }
      addPair(flow);
      newest.add(flow);
    },
    read: (at) => ({
      flows,
      byVerdict: sortedCounts(byVerdict),
      rate: rates.read(at),
      drops: { count: dropped, byReason: sortedCounts(byReason) },
      ...topPairs(),
    }),
    newest: () => newest.finish().flows,
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

/** A refused request has no reason; its protocol stands for it. */
function reasonOf({ l7, dropReason }: Flow): string {
  return l7 === undefined ? reasonName(dropReason) : l7.protocol.toUpperCase() || "L7";
}
