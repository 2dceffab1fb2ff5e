/** Reducers take flows one by one while they stream and give a small summary at the end. They hold a bounded amount, whatever comes. */
import type { Flow } from "./flow.ts";

export interface Reducer<Summary> {
  add(flow: Flow): void;
  finish(): Summary;
}

/**
 * Only the newest `limit` flows that `counts` accepts, whatever their order of arrival; the others (which lend facts to those) as far back as these reach.
 */
export function newestOnly<Summary>(
  inner: Reducer<Summary>,
  limit: number,
  counts: (flow: Flow) => boolean,
): Reducer<Summary> {
  const counted = createNewest(limit);
  const lending = createNewest(limit);
  return {
    add(flow) {
      (counts(flow) ? counted : lending).add(flow);
    },
    finish() {
      const kept = counted.sorted();
      const from = (kept[0]?.time ?? Number.POSITIVE_INFINITY) - lendingReachMs;
      for (const flow of lending.sorted()) if (flow.time >= from) inner.add(flow);
      for (const flow of kept) inner.add(flow);
      return inner.finish();
    },
  };
}

/** A verdict and the drop it belongs to are microseconds apart, a refused request and its answer milliseconds. */
const lendingReachMs = 1_000;

/** A heap with the oldest on top. */
function createNewest(limit: number) {
  const heap: Flow[] = [];
  return {
    add(flow: Flow): void {
      if (heap.length < limit) {
        heap.push(flow);
        rise(heap, heap.length - 1);
      } else if (heap[0] !== undefined && flow.time > heap[0].time) {
        heap[0] = flow;
        sink(heap);
      }
    },
    sorted: () => [...heap].sort((a, b) => a.time - b.time),
  };
}

function rise(heap: Flow[], start: number): void {
  let at = start;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isOlder(heap, at, parent)) return;
    swap(heap, at, parent);
    at = parent;
  }
}

function sink(heap: Flow[]): void {
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const oldest = isOlder(heap, left + 1, left) ? left + 1 : left;
    if (!isOlder(heap, oldest, at)) return;
    swap(heap, at, oldest);
    at = oldest;
  }
}

function isOlder(heap: readonly Flow[], one: number, other: number): boolean {
  const first = heap[one];
  const second = heap[other];
  return first !== undefined && second !== undefined && first.time < second.time;
}

function swap(heap: Flow[], one: number, other: number): void {
  const first = heap[one];
  const second = heap[other];
  if (first === undefined || second === undefined) return;
  heap[one] = second;
  heap[other] = first;
}
