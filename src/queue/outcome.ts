/** How questions end when no source answered, and how long a source may take. */
import type { Outcome, Question, SourceName } from "../sources/question.ts";
import type { CommandRecord } from "./jobs.ts";

export const sourceTitles = {
  hubble: "Hubble Relay",
  prometheus: "Prometheus",
  kubernetes: "Kubernetes",
} as const satisfies Record<SourceName, string>;

/** A failure as the answer shows it: the sentence names its source, unless it does so already ("Prometheus at http://… could not be reached"). */
export function sayOf(source: SourceName, say: string): string {
  const title = sourceTitles[source];
  const name = title.split(" ").at(-1) ?? title;
  return say.includes(name) ? say : `${title}: ${say}`;
}

/** Longest time for one question, milliseconds. Relay streams through rings of many nodes; the other two answer at once or not at all. */
const patience = { hubble: 9_500, prometheus: 5_000, kubernetes: 5_000 } as const satisfies Record<SourceName, number>;

/** A source's deadline lies a little before the command's, so that "no answer in 5 s" is a finding and not a missing one. */
export function queryDeadline({ source, ask }: Question, now: number, commandDeadline: number): number {
  const latest = Math.max(now, commandDeadline - 300);
  // These end by themselves, and the command's deadline leaves them their time.
  return ask === "capture" || ask === "follow" ? latest : Math.min(now + patience[source], latest);
}

export function lateOutcome(question: Question, record: CommandRecord): Outcome {
  const ms = record.deadlineAt - record.takenAt;
  return {
    question,
    ms,
    status: "late",
    error: { code: "TIMEOUT", say: `${sourceTitles[question.source]}: no answer in ${seconds(ms)}.` },
  };
}

export function skippedOutcome(question: Question): Outcome {
  const title = sourceTitles[question.source];
  const say = `${title} is not configured for cluster ${question.cluster}: set clusters[].${question.source} in the configuration.`;
  return { question, ms: 0, status: "skipped", error: { code: "NOT_CONFIGURED", say } };
}

export function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
