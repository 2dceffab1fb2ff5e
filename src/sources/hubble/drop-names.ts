/** A second, small reading behind `drops`: the DNS answers to pods whose packets to the outside were dropped. The finding stands without it. */
import { type Client, status } from "@grpc/grpc-js";
import { createCoverage } from "../../analysis/collect-coverage.ts";
import type { DropPair } from "../../analysis/drops.ts";
import { createEndpointNames, type WorkloadOf } from "../../analysis/endpoint-name.ts";
import { EventType } from "../../analysis/flow.ts";
import { createOutsideNames, isToOutside } from "../../analysis/names/outside-names.ts";
import { defaultRedaction, type Redaction } from "../../analysis/redact.ts";
import type { FlowFilter } from "../../analysis/select.ts";
import { onlyVisible } from "../../analysis/visible.ts";
import type { DropsFinding } from "../question.ts";
import type { Decoder, FlowSink } from "./decode.ts";
import type { Masks } from "./masks.ts";
import { type RunningStream, streamFlows } from "./stream.ts";

export interface DropNames {
  readonly client: Client;
  readonly decoder: Decoder;
  readonly masks: Masks;
  /** The question's: there are no names after its deadline. */
  readonly signal: AbortSignal;
  readonly visible?: readonly string[] | undefined;
  readonly workloadOf?: WorkloadOf | undefined;
  readonly redaction?: Redaction | undefined;
  /** The one name that is of interest; all when left out. */
  readonly named?: string | undefined;
}

/** Answers to read, all nodes together. Relay counts per node, and few nodes run the pods that are asked about. */
const mostFlows = 2_000;
const mostNodes = 20;
const mostSources = 20;
/** What names may cost beyond the drops themselves. */
const longestMs = 2_000;

export async function withOutsideNames(finding: DropsFinding, asking: DropNames): Promise<DropsFinding> {
  const { drops, coverage } = finding;
  const pairs = drops?.pairs.filter(isToOutside) ?? [];
  if (drops === null || pairs.length === 0 || asking.signal.aborted) return finding;
  const nodes = Math.min(Math.max(coverage?.nodes.total ?? 1, 1), mostNodes);
  const outsideOf = await readAnswers(pairs, Math.floor(mostFlows / nodes), asking);
  const named = drops.pairs.map((pair) => {
    const outside = outsideOf(pair);
    return outside === undefined ? pair : { ...pair, outside };
  });
  return { ...finding, drops: { ...drops, pairs: named } };
}

async function readAnswers(pairs: readonly DropPair[], perNode: number, asking: DropNames) {
  const { client, decoder, masks, signal, workloadOf, redaction = defaultRedaction, visible, named } = asking;
  const names = createOutsideNames(pairs, createEndpointNames(workloadOf, redaction), redaction, named);
  const { filters, wants } = onlyVisible(
    { filters: { whitelist: answersTo(pairs), blacklist: [] }, wants: ({ l7 }) => l7?.kind === "response" },
    visible,
  );
  const seen = createCoverage(redaction);
  let stream: RunningStream | undefined;
  let read = 0;
  let lost = false;
  const mask = masks.current();
  // No `since`: with it Hubble gives the oldest so many, and the last answer is what counts.
  const request = { ...filters, number: perNode, ...(mask && { fieldMask: mask }) };
  const sink: FlowSink = {
    flow(flow) {
      read += 1;
      if (read > mostFlows) stream?.stop();
      else if (wants(flow)) names.add(flow);
    },
    nodes: ({ state, nodes, message }) => seen.nodes(state, nodes, message),
    lost: () => {
      lost = true;
    },
  };
  stream = streamFlows(client, decoder, request, sink, signal, longestMs);
  const end = await stream.end;
  // Half an answer's history would make it look older than it is.
  const whole = end.code === status.OK && end.malformed === 0 && !lost && seen.answered() === seen.total();
  return (pair: DropPair) => names.of(pair, whole);
}

/** The sources with the most packets; pods begin with the name of their workload. */
function answersTo(pairs: readonly DropPair[]): FlowFilter[] {
  const sources = [...new Set(pairs.map(({ source }) => source))].slice(0, mostSources);
  return [{ protocol: ["dns"], eventType: [{ type: EventType.l7 }], destinationPod: sources }];
}
