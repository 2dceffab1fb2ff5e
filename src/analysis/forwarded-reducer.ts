/** What got through: flows of the request direction, as the agents' trace points reported them. Not packets: traces are aggregated, and one packet passes several points. */
import type { ForwardedSummary } from "./drops.ts";
import { createEndpointNames, type WorkloadOf } from "./endpoint-name.ts";
import { EventType, type Flow, Verdict } from "./flow.ts";
import type { Redaction } from "./redact.ts";
import type { Reducer } from "./reduce.ts";
import type { Window } from "./select.ts";
import { settleRows } from "./settle.ts";
import { maxListed } from "./summary-names.ts";
import { countAt, createTally, emptyRow, type Row, timeText } from "./tally.ts";

export interface ForwardedOptions {
  readonly window: Window;
  readonly top: number;
  readonly workloadOf?: WorkloadOf | undefined;
  readonly redaction?: Redaction | undefined;
}

export function countsAsForwarded(flow: Flow): boolean {
  return (
    (flow.verdict === Verdict.forwarded || flow.verdict === Verdict.redirected) &&
    flow.eventType === EventType.trace &&
    flow.isReply !== true
  );
}

export function createForwardedReducer(options: ForwardedOptions): Reducer<ForwardedSummary> {
  const { window, top, workloadOf, redaction } = options;
  const names = createEndpointNames(workloadOf, redaction);
  const pairs = createTally<Pair>(newPair);
  let flows = 0;
  return {
    add(flow) {
      if (!(flow.time >= window.from && flow.time < window.to) || !countsAsForwarded(flow)) return;
      flows += 1;
      const third = `${flow.protocol} ${flow.destinationPort}`;
      const pair = pairs.row(names.source(flow), names.destination(flow), third);
      if (pair === undefined) return pairs.fold();
      pair.protocol = flow.protocol;
      pair.port = flow.destinationPort;
      countAt(pair, flow.time);
    },
    finish() {
      const settled = settleRows(
        pairs.rows(),
        names,
        (pair) => `${pair.port}\n${pair.protocol}`,
        () => undefined,
      );
      return { flows, pairs: settled.slice(0, Math.min(top, maxListed)).map(show) };
    },
  };
}

interface Pair extends Row {
  port: number;
  protocol: string;
}

function newPair(source: string, destination: string): Pair {
  return { source, destination, ...emptyRow, port: 0, protocol: "" };
}

function show({ source, destination, port, protocol, count, last }: Pair): ForwardedSummary["pairs"][number] {
  return { source, destination, port, protocol, flows: count, last: timeText(last) };
}
