/** Scripted days of a cluster, written by a real leader into a real Redis, and asked for through the source. */
import type { Flow } from "../../../src/analysis/flow.ts";
import { dayMs, type HourObserved, hourMs } from "../../../src/analysis/sketch/hour.ts";
import { createEdgeKeeper } from "../../../src/recorder/edges.ts";
import { createSketches } from "../../../src/recorder/edges-history.ts";
import { answerEdges } from "../../../src/sources/edges/answer.ts";
import type { EdgesFinding, EdgesQuestion } from "../../../src/sources/question-edges.ts";
import { createRecordingStore } from "../../../src/store/recording.ts";
import type { Redis } from "../../../src/store/redis.ts";
import { createSketchStore } from "../../../src/store/sketches.ts";
import { wholeHour } from "../../analysis/sketch/hours.ts";

export const prefix = "{edges-test}";
export const cluster = "lab";
/** 09:00 UTC of the last of the days. */
export const nine = Date.UTC(2026, 10, 20, 9);

export interface Hour {
  readonly hour: number;
  readonly flows: readonly Flow[];
  readonly observed?: Partial<HourObserved>;
}

/** Each hour by a leader of its own, as if all had been killed: what one wrote, the next goes on with. */
export async function writeHours(redis: Redis, hours: readonly Hour[], mostBytesPerDay = 8 * 1024 * 1024) {
  const leases = createRecordingStore(redis, prefix);
  for (const { hour, flows, observed = wholeHour } of hours) {
    const lease = await leases.take(cluster, "test", 60_000);
    if (lease === undefined) throw new Error("somebody else leads");
    const clock = () => hour + 50 * 60_000;
    const store = createSketchStore(redis, prefix);
    const keeper = createEdgeKeeper({ cluster, store, lease, clock, startedAt: hour }, { mostBytesPerDay });
    for (const flow of flows) {
      const at = { ...flow, time: hour + 60_000 };
      if (flow.verdict === 1) keeper.opening(at);
      else keeper.refused(at);
      keeper.policies(at);
    }
    keeper.observed(observed);
    if (!(await keeper.flush())) throw new Error("the lease is over");
    await leases.release(cluster, lease);
  }
}

/** The 24 hours before `nine`, `back` days ago. */
export function day(
  back: number,
  flowsOf: (hour: number) => readonly Flow[],
  observed?: Partial<HourObserved>,
): Hour[] {
  const from = nine - (back + 1) * dayMs;
  return Array.from({ length: 24 }, (_, at) => ({
    hour: from + at * hourMs,
    flows: flowsOf(at),
    ...(observed && { observed }),
  }));
}

export function windowOf(back: number) {
  return { from: nine - (back + 1) * dayMs, to: nine - back * dayMs };
}

export async function ask(redis: Redis, more: Partial<EdgesQuestion> = {}): Promise<EdgesFinding> {
  const question: EdgesQuestion = {
    ...{ source: "hubble", ask: "edges", cluster, top: 20 },
    ...{ window: windowOf(0), before: windowOf(1), days: [], ...more },
  };
  const options = { history: createSketches(redis, prefix), clock: () => nine };
  return await answerEdges(options, question, AbortSignal.timeout(20_000));
}
