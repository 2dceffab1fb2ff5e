/** What clusters answer to `digest` in situations that people meet. Each scene has a golden file. */
import type { DropTotal, DropTotalsFinding, Question } from "../../../src/sources/question.ts";
import {
  askedAt,
  coverage,
  pair,
  prometheusLate,
  type Reply,
  relayDown,
  type Scene,
  summary,
  timeBack,
} from "../../fixtures/outcomes/build.ts";

function totals(packets: Readonly<Record<string, number>>, change: Partial<DropTotalsFinding> = {}): Reply {
  const rows = Object.entries(packets).map(
    ([reason, count]): DropTotal => ({ reason, text: reason, direction: "INGRESS", packets: count }),
  );
  return { ask: "dropTotals", totals: rows, forwarded: 1_000_000, agents: 3, warnings: [], queries: ["up"], ...change };
}

const flows: Reply = {
  ask: "drops",
  resolution: null,
  drops: summary([pair()]),
  coverage: coverage(),
};
const calm: Reply = {
  ask: "drops",
  resolution: null,
  drops: summary([]),
  coverage: coverage({ oldest: timeBack(26 * 3_600_000) }),
};

const say = "What changed is not known here: set recorder.enabled and recorder.edges.";
const notHere: Reply = { ended: "skipped", error: { code: "NOT_CONFIGURED", say } };

/** Counters of now and of before; flows beside them. */
function replies(now: Reply, then: Reply, seen: Reply = flows) {
  return (question: Question): Reply => {
    if (question.ask === "drops") return seen;
    // What else there may be to tell is content.test.ts's.
    if (question.ask !== "dropTotals") return notHere;
    return question.window.to === askedAt ? now : then;
  };
}

const more = { POLICY_DENIED: 1_375, STALE_OR_UNROUTABLE_IP: 12 };
const less = { POLICY_DENIED: 210, CT_MAP_INSERTION_FAILED: 4 };

export const scenes = {
  "more than the day before": { text: "digest now", reply: replies(totals(more), totals(less)) },
  "nothing dropped": { text: "digest", reply: replies(totals({}), totals({}), calm) },
  "counters of an hour": {
    text: "digest now",
    reply: replies(
      totals(more, { warnings: ["No samples at the window's start from 3 of 3 agents"] }),
      totals({}, { agents: 0 }),
    ),
  },
  "late and two skipped": {
    text: `digest now Asia/Seoul --due ${new Date(askedAt - 140 * 60_000).toISOString()} --skipped 2026-11-18,2026-11-19`,
    reply: replies(totals(less), totals(more)),
  },
  "of one namespace": { text: "digest now --namespace default", reply: replies(flows, flows) },
  "where not all may be seen": {
    text: "digest now",
    visible: { "prod-eu": ["default"] },
    reply: replies(flows, flows),
  },
  "a week of two clusters": {
    text: "digest now --weekly --cluster *",
    clusters: ["prod-eu", "prod-us"],
    reply: (question: Question): Reply => {
      if (question.cluster === "prod-us") return question.source === "hubble" ? relayDown : prometheusLate;
      return replies(totals(more), totals(less))(question);
    },
  },
  "nobody answers": { text: "digest now", reply: replies(prometheusLate, prometheusLate, relayDown) },
  "flows alone": { text: "digest preview", reply: replies(prometheusLate, prometheusLate) },
} satisfies Record<string, Scene>;
