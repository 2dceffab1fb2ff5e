/** What is in a capture, counted while it is written: flows by verdict, between whom, and what was dropped. */
import { verdictNames } from "../../analysis/compact/words.ts";
import { createDropsReducer } from "../../analysis/drops-reducer.ts";
import { createEndpointNames, type WorkloadOf } from "../../analysis/endpoint-name.ts";
import { type Flow, Verdict } from "../../analysis/flow.ts";
import type { Redaction } from "../../analysis/redact.ts";
import type { Reducer } from "../../analysis/reduce.ts";
import type { Window } from "../../analysis/select.ts";
import { settleRows } from "../../analysis/settle.ts";
import { addTo, sortedCounts } from "../../analysis/summary-names.ts";
import { countAt, createTally, emptyRow, type Row, topRows } from "../../analysis/tally.ts";
import type { CaptureSummary } from "../question.ts";

export interface CaptureSummaryOptions {
  readonly window: Window;
  readonly workloadOf?: WorkloadOf | undefined;
  readonly redaction?: Redaction | undefined;
}

const listedPairs = 20;
const buckets = 30;

export function createCaptureSummary(options: CaptureSummaryOptions): Reducer<CaptureSummary> {
  const names = createEndpointNames(options.workloadOf, options.redaction);
  const drops = createDropsReducer({ ...options, top: listedPairs, buckets });
  const pairs = createTally<Pair>(newPair);
  const byVerdict = new Map<string, number>();
  let flows = 0;

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
    Object.assign(pair, { protocol, port });
    if (flow.verdict === Verdict.dropped) pair.dropped += 1;
    countAt(pair, flow.time);
  }

  return {
    add(flow) {
      flows += 1;
      addTo(byVerdict, verdictNames[flow.verdict] ?? String(flow.verdict));
      addPair(flow);
      drops.add(flow);
    },
    finish() {
      const third = (pair: Pair) => `${pair.port}\n${pair.protocol}`;
      const settled = settleRows(pairs.rows(), names, third, (into, from) => {
        into.dropped += from.dropped;
      });
      const { top, rest } = topRows(settled, pairs.folded(), listedPairs);
      return {
        flows,
        byVerdict: sortedCounts(byVerdict),
        pairs: top.map(({ source, destination, port, protocol, count, dropped }) => ({
          ...{ source, destination, port, protocol },
          flows: count,
          dropped,
        })),
        folded: { pairs: rest.rows, flows: rest.count },
        drops: drops.finish(),
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
