/** What a person types, taken through the command without any source. */
import type { Answer, Step } from "../../../src/commands/command.ts";
import { parseCommand } from "../../../src/commands/grammar.ts";
import type { CaptureFinding, CaptureQuestion, CaptureSummary, Outcome } from "../../../src/sources/question.ts";

export const askedAt = Date.parse("2026-11-20T12:00:00.500Z");

interface Asked {
  readonly clusters?: readonly string[];
  readonly visible?: Readonly<Record<string, readonly string[]>>;
}

function stepOf(text: string, outcomes: readonly Outcome[], { clusters = ["lab"], visible = {} }: Asked): Step {
  const parsed = parseCommand(text, { clusters, defaultCluster: clusters[0] ?? "" });
  if (!parsed.ok) throw new Error(parsed.say);
  const round = outcomes.length === 0 ? 0 : 1;
  return parsed.command.step({ args: parsed.args, askedAt, clusters: parsed.clusters, visible, outcomes, round });
}

export function questionsOf(text: string, asked: Asked = {}): CaptureQuestion[] {
  const step = stepOf(text, [], asked);
  if (!("ask" in step)) throw new Error(step.answer.message.title);
  return step.ask as CaptureQuestion[];
}

/** The answer when each cluster found `found`, or could not be asked. */
export function answerOf(text: string, found: Partial<CaptureFinding> | "down", asked: Asked = {}): Answer {
  const outcomes = questionsOf(text, asked).map((question): Outcome => {
    if (found !== "down")
      return { question, ms: 5, status: "ok", finding: { ...finding, to: question.until, ...found } };
    const say = "Relay at 10.0.0.1:80 could not be reached.";
    return { question, ms: 5, status: "failed", error: { code: "UNREACHABLE", say } };
  });
  const step = stepOf(text, outcomes, asked);
  if (!("answer" in step)) throw new Error("it asks again");
  return step.answer;
}

export const summary: CaptureSummary = {
  flows: 1_234,
  byVerdict: { FORWARDED: 1_000, DROPPED: 234 },
  pairs: [
    { source: "default/xwing", destination: "default/deathstar", port: 80, protocol: "TCP", flows: 900, dropped: 234 },
  ],
  folded: { pairs: 2, flows: 334 },
  drops: {
    ...{ packets: 117, byReason: { POLICY_DENIED: 117 }, byDirection: { INGRESS: 117 }, pairs: [] },
    ...{ folded: { pairs: 1, packets: 117 }, l7Denials: [], foldedL7: { denials: 0, count: 0 } },
    ...{ timeline: [], timelines: {}, policyLogs: [], noise: 0 },
  },
};

const finding: CaptureFinding = {
  ask: "capture",
  resolution: null,
  file: { id: "A".repeat(22), name: "capture-lab.jsonl.gz", type: "application/gzip", bytes: 70_000 },
  summary,
  coverage: {
    nodes: { answered: 3, total: 3, missing: [] },
    ...{ oldest: "2026-11-20T11:00:00.000Z", lost: {}, shed: 0, truncated: false },
  },
  endedBy: "time",
  to: 0,
};
