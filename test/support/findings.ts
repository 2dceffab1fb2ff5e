/** Small findings for tests of what carries them; what they mean is tested elsewhere. */
import type { DropSummary } from "../../src/analysis/drops.ts";
import { BotError } from "../../src/errors.ts";
import type { Finding, Question, Source, SourceName } from "../../src/sources/question.ts";

const drops: DropSummary = {
  packets: 3,
  byReason: { POLICY_DENIED: 3 },
  byDirection: { INGRESS: 3 },
  pairs: [],
  folded: { pairs: 1, packets: 3 },
  l7Denials: [],
  foldedL7: { denials: 0, count: 0 },
  timeline: [1, 2],
  timelines: { POLICY_DENIED: [1, 2] },
  policyLogs: [],
  noise: 0,
};

const coverage = {
  nodes: { answered: 1, total: 1, missing: [] },
  oldest: "2026-01-01T00:00:00.000Z",
  lost: {},
  shed: 0,
  truncated: false,
};

export function findingFor(question: Question): Finding {
  switch (question.ask) {
    case "drops":
      return { ask: "drops", resolution: null, drops, coverage };
    case "forwarded":
      return { ask: "forwarded", resolution: null, forwarded: { flows: 1, pairs: [] }, coverage };
    case "dropTotals":
      return { ask: "dropTotals", totals: [], forwarded: 10, agents: 1, warnings: [], queries: ["up"] };
    case "changes":
      return { ask: "changes", resolution: null, changes: [], folded: 0, watched: [], file: null, notes: [] };
    case "policies":
      return { ask: "policies", resolution: null, policies: [], folded: 0 };
    default:
      throw new Error(`no test of the queue asks for ${question.ask}`);
  }
}

/** Answers after `ms`. */
export function quick(ms = 0): Source {
  return async (question) => {
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    return findingFor(question) as never;
  };
}

/** Never answers, whatever the signal says. */
export const hung: Source = () => new Promise(() => undefined);

export function failing(code: "UNREACHABLE" | "DENIED", attempts: { count: number } = { count: 0 }): Source {
  return async () => {
    attempts.count++;
    throw new BotError(code, "on purpose", { say: "it broke on purpose." });
  };
}

export function everySource(source: Source): Record<SourceName, Source> {
  return { hubble: source, prometheus: source, kubernetes: source };
}
