import { type GetFlowsResponse, timestampMs } from "../../sources/hubble/wire.ts";
import type { World } from "../world/world.ts";

/** One agent's ring buffer: the newest flows of its node, up to its capacity. */
export interface Ring {
  /** Reads what has happened up to a time, in small pieces so that other work gets its turn; the other functions are quick afterwards. */
  readonly catchUp: (now: number) => Promise<void>;
  /** What is in the ring at a time, oldest first. */
  readonly contents: (now: number) => readonly GetFlowsResponse[];
  /** Flows since the agent's start. */
  readonly seen: (now: number) => number;
  /** Flows per second over the last minute. */
  readonly rate: (now: number) => number;
  readonly close: () => void;
}

/** Milliseconds read at once: some fifty flows, in the worst burst thirty thousand. */
const stride = 10_000;
/** Milliseconds by which a clock must be behind to have been turned back. */
const backwards = 60_000;

export function createRing(world: World, node: string, capacity: number): Ring {
  let flows: GetFlowsResponse[] = [];
  let seen = 0;
  let readTo = world.bornAt;

  function forget(): void {
    flows = [];
    seen = 0;
    readTo = world.bornAt;
  }

  /** True when there was something left to read. */
  function readOn(now: number): boolean {
    const end = Math.min(now, readTo + stride);
    if (end <= readTo) {
      return false;
    }
    const news = world.flows(node, readTo, end);
    flows = flows.concat(news).slice(-capacity);
    seen += news.length;
    readTo = end;
    return true;
  }

  function contents(now: number): readonly GetFlowsResponse[] {
    // A clock that was turned back. Calls that overlap differ by far less, and must not make each other start again.
    if (now < readTo - backwards) {
      forget();
    }
    while (readOn(now)) {
      // Until the present.
    }
    return now < readTo ? flows.filter(({ time }) => timestampMs(time ?? {}) < now) : flows;
  }

  // The past has changed with a step or a burst that was set there.
  const stopListening = world.onChange((at) => {
    if (at < readTo) {
      forget();
    }
  });

  return {
    async catchUp(now) {
      while (readOn(now)) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    contents,
    seen(now) {
      contents(now);
      return seen;
    },
    rate: (now) => contents(now).filter(({ time }) => timestampMs(time ?? {}) >= now - 60_000).length / 60,
    close: stopListening,
  };
}
