/** What a person types, taken through the command without any source. */
import type { FollowView } from "../../../src/analysis/follow/view.ts";
import type { Answer, Step } from "../../../src/commands/command.ts";
import { parseCommand } from "../../../src/commands/grammar.ts";
import type { Message } from "../../../src/message/message.ts";
import type { FollowFinding, FollowQuestion, Outcome } from "../../../src/sources/question.ts";

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

export function questionsOf(text: string, asked: Asked = {}): FollowQuestion[] {
  const step = stepOf(text, [], asked);
  if (!("ask" in step)) throw new Error(step.answer.message.title);
  return step.ask as FollowQuestion[];
}

/** The answer without anything asked. */
export function answerAtOnce(text: string, asked: Asked = {}): Answer {
  const step = stepOf(text, [], asked);
  if (!("answer" in step)) throw new Error("it asks");
  return step.answer;
}

/** The answer when that was found, or the question ended so. */
export function answerOf(
  text: string,
  found: Partial<FollowFinding> | { readonly say: string; readonly code: "UNREACHABLE" | "TOO_MUCH" | "BAD_COMMAND" },
  asked: Asked = {},
): Answer {
  const outcomes = questionsOf(text, asked).map((question): Outcome => {
    if ("say" in found) return { question, ms: 5, status: "failed", error: { code: found.code, say: found.say } };
    const view = { ...viewAt(question.until), ...found.view };
    const finding: FollowFinding = {
      ...{ ask: "follow", resolution: null, coverage: view.coverage, endedBy: "time" },
      ...found,
      view: found.view === null ? null : view,
    };
    return { question, ms: 5, status: "ok", finding };
  });
  const step = stepOf(text, outcomes, asked);
  if (!("answer" in step)) throw new Error("it asks again");
  return step.answer;
}

/** The message while it goes on. */
export function progressOf(text: string, view: Partial<FollowView> = {}, asked: Asked = {}): Message {
  const [question] = questionsOf(text, asked);
  const parsed = parseCommand(text, { clusters: asked.clusters ?? ["lab"], defaultCluster: "lab" });
  if (!parsed.ok || !question || !parsed.command.progress) throw new Error("it shows nothing of its own");
  return parsed.command.progress({ args: parsed.args, question, view: { ...viewAt(askedAt + 25_000), ...view } });
}

export const everyNode: FollowView["coverage"] = {
  nodes: { answered: 3, total: 3, missing: [] },
  ...{ oldest: "2026-11-20T11:00:00.000Z", lost: {}, shed: 0, truncated: false },
};

const line = (second: number, client: string, verdict: string) =>
  `Nov 20 12:00:${String(second).padStart(2, "0")}.120: default/${client}:33141 (ID:37711) <> default/deathstar-8c4c77fb7-dwnlx:80 (ID:37697) ${verdict} (TCP Flags: SYN)`;

export function viewAt(at: number): FollowView {
  return {
    ...{
      from: askedAt,
      at,
      flows: 512,
      byVerdict: { FORWARDED: 472, DROPPED: 40 },
      rate: { now: 21.4, average: 19.6 },
    },
    drops: { count: 20, byReason: { POLICY_DENIED: 18, HTTP: 2 } },
    pairs: [
      {
        source: "default/tiefighter",
        destination: "default/deathstar",
        port: 80,
        protocol: "TCP",
        flows: 400,
        dropped: 4,
      },
      { source: "default/xwing", destination: "default/deathstar", port: 80, protocol: "TCP", flows: 90, dropped: 36 },
    ],
    folded: { pairs: 3, flows: 22 },
    lines: [
      line(22, "tiefighter", "to-endpoint FORWARDED"),
      line(23, "xwing", "policy-verdict:none INGRESS DENIED"),
      line(23, "xwing", "Policy denied DROPPED"),
    ],
    nodes: { changes: [], earlier: 0 },
    coverage: everyNode,
  };
}

export const nothing: Partial<FollowView> = {
  ...{ flows: 0, byVerdict: {}, rate: { now: 0, average: 0 }, drops: { count: 0, byReason: {} } },
  ...{ pairs: [], folded: { pairs: 0, flows: 0 }, lines: [] },
};

export const nodeLost: Partial<FollowView> = {
  nodes: {
    changes: [
      { node: "k8s-w2", change: "lost", at: askedAt + 7_000 },
      { node: "k8s-w3", change: "late", at: askedAt + 12_000 },
    ],
    earlier: 0,
  },
  coverage: {
    ...everyNode,
    nodes: { answered: 2, total: 3, missing: ["k8s-w2"] },
    lost: { HUBBLE_RING_BUFFER: 1_204 },
  },
};
