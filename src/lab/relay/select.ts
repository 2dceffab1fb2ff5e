/** Which flows of one agent's ring a request gets, and when its stream ends: `number`, `first`, `since`, `until`, `follow` as Cilium's observer reads them. */
import type { GetFlowsResponse, Timestamp, WireFlow } from "../../sources/hubble/wire.ts";

export interface Selection {
  readonly matches: (flow: WireFlow) => boolean;
  /** 0: no limit. */
  readonly number: number;
  readonly first: boolean;
  readonly follow: boolean;
  readonly since: Timestamp | undefined;
  readonly until: Timestamp | undefined;
}

export interface Selected {
  readonly flows: GetFlowsResponse[];
  /** An event later than `until` was read: nothing comes after it. */
  readonly ended: boolean;
}

/** From the ring as it is now. */
export function selectFromRing(ring: readonly GetFlowsResponse[], selection: Selection): Selected {
  const limit = selection.follow || selection.number === 0 ? Number.POSITIVE_INFINITY : selection.number;
  return read(ring, startOf(ring, selection), limit, selection);
}

/** From what has happened since, for a stream that follows: the limit no longer holds. */
export function selectFromNews(news: readonly GetFlowsResponse[], selection: Selection): Selected {
  return read(news, 0, Number.POSITIVE_INFINITY, selection);
}

export function compareTimes(left: Timestamp, right: Timestamp): number {
  return (left.seconds ?? 0) - (right.seconds ?? 0) || (left.nanos ?? 0) - (right.nanos ?? 0);
}

/** Index to start reading at. `until` plays no part: the last N of the whole ring are found first, and reading may then stop before them. */
function startOf(ring: readonly GetFlowsResponse[], { first, follow, number, since, matches }: Selection): number {
  if (since !== undefined) {
    const index = ring.findIndex(({ time }) => compareTimes(time ?? {}, since) >= 0);
    return index === -1 ? ring.length : index;
  }
  if (first) {
    return 0;
  }
  if (number === 0) {
    return follow ? ring.length : 0;
  }
  let found = 0;
  for (let index = ring.length - 1; index >= 0; index--) {
    found += matches(ring[index]?.flow ?? {}) ? 1 : 0;
    if (found === number) {
      return index;
    }
  }
  return 0;
}

function read(
  events: readonly GetFlowsResponse[],
  start: number,
  limit: number,
  { matches, since, until }: Selection,
): Selected {
  const flows: GetFlowsResponse[] = [];
  for (let index = start; index < events.length && flows.length < limit; index++) {
    const event = events[index] as GetFlowsResponse;
    if (until !== undefined && compareTimes(event.time ?? {}, until) > 0) {
      return { flows, ended: true };
    }
    const early = since !== undefined && compareTimes(event.time ?? {}, since) < 0;
    if (!early && matches(event.flow ?? {})) {
      flows.push(event);
    }
  }
  return { flows, ended: false };
}
