/** Relay's merge of its agents' streams: a buffer sorted by time, so that the order is only nearly right when much comes at once. */
import type { GetFlowsResponse } from "../../sources/hubble/wire.ts";
import { compareTimes } from "./select.ts";

/** Entries of the sort buffer, unless the request's number asks for fewer. */
const longestBuffer = 100;
/** How much of one agent's stream arrives before the next one's turn. */
const burst = 16;

export function* mergeStreams(
  streams: readonly (readonly GetFlowsResponse[])[],
  number: number,
): Generator<GetFlowsResponse> {
  const wanted = number * streams.length;
  const capacity = wanted > 0 && wanted < longestBuffer ? wanted : longestBuffer;
  const buffer: GetFlowsResponse[] = [];
  for (const response of inTurns(streams)) {
    if (buffer.length === capacity) {
      yield buffer.shift() as GetFlowsResponse;
    }
    buffer.splice(positionOf(buffer, response), 0, response);
  }
  yield* buffer;
}

function* inTurns(streams: readonly (readonly GetFlowsResponse[])[]): Generator<GetFlowsResponse> {
  const longest = Math.max(0, ...streams.map(({ length }) => length));
  for (let start = 0; start < longest; start += burst) {
    for (const stream of streams) {
      yield* stream.slice(start, start + burst);
    }
  }
}

/** After everything that is not later. */
function positionOf(buffer: readonly GetFlowsResponse[], response: GetFlowsResponse): number {
  const before = buffer.findLastIndex(({ time }) => compareTimes(time ?? {}, response.time ?? {}) <= 0);
  return before + 1;
}
