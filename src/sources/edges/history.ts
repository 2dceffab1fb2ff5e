/** Hourly sketches of a cluster's traffic, from whoever keeps them. */
import type { DaySketch } from "../../analysis/sketch/day.ts";
import type { HourSketch } from "../../analysis/sketch/hour.ts";
import type { Source } from "../question.ts";

export interface EdgeHistory {
  /** Hours that are kept, epoch milliseconds, oldest first. */
  hours(cluster: string): Promise<readonly number[]>;
  /** Undefined: gone. Null: it cannot be read by this version. */
  hour(cluster: string, hour: number): Promise<HourSketch | null | undefined>;
  day(cluster: string, day: number): Promise<DaySketch | null | undefined>;
}

/** Undefined: none are kept. `terminal`: whoever asks there has workers of its own, which keep nothing and read nothing of the service's. */
export type KeptEdges = EdgeHistory | "terminal" | undefined;

/** Flows answer all questions but those for what changed over days. */
export function withEdges(answer: Source, history: KeptEdges): Source {
  return async (question, signal, running) => {
    if (question.ask !== "edges") return await answer(question, signal, running);
    const { answerEdges } = await import("./answer.ts");
    return await answerEdges({ history }, question, signal);
  };
}
