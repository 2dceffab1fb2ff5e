/** `trace`: how far connections of one pair come, seen from both nodes, and where they stop. Result: `TraceResult` in trace/result.ts. */
import type { Command, CommandContext, Step } from "./command.ts";
import { windowOf } from "./drops/picture.ts";
import { targetNamespace } from "./drops/visible.ts";
import { endAnswer, failedAnswer, timeAnswer, traceAnswer } from "./trace/answer.ts";
import { asDrops, TraceArgs } from "./trace/args.ts";
import { traceQuestions } from "./trace/ask.ts";
import { traceFlags } from "./trace/flags.ts";
import { type TracePicture, tracePicture } from "./trace/picture.ts";

export const trace: Command<TraceArgs> = {
  name: "trace",
  summary: "Follow connections of a pair on both nodes: where do they stop?",
  positionals: [
    {
      key: "from",
      name: "SRC",
      optional: false,
      doc: "who connects: xwing, default/xwing, deploy/…, org=alliance, an IP, identity/NUMBER or world",
    },
    {
      key: "to",
      name: "DST[:PORT[/PROTO]]",
      optional: false,
      doc: "who is connected to, the same, a Service or a DNS name, with a port such as :80 or :53/udp; all ports when left out",
    },
  ],
  flags: traceFlags,
  examples: [
    "trace xwing deathstar:80",
    "trace deploy/payments/api svc/payments/ledger:5432 --since 15m",
    "trace default/curl-pod www.example.com:443",
  ],
  args: TraceArgs,
  deadlineMs: 10_000,
  namespaces: ({ from, to }) => [
    ...new Set([targetNamespace(from), targetNamespace(to)].filter((name) => name !== undefined)),
  ],
  step,
};

function step({ args, askedAt, clusters, visible, outcomes, round }: CommandContext<TraceArgs>): Step {
  const window = windowOf(asDrops(args), askedAt);
  if (window === undefined) return { answer: timeAnswer(args) };
  if (round === 0) return { ask: traceQuestions(args, { window, visible, clusters }) };
  return { answer: answerOf(tracePicture(args, { askedAt, window, clusters, visible, outcomes })) };
}

function answerOf(picture: TracePicture) {
  const { views } = picture;
  if (views.some(({ trace: found }) => found !== undefined)) return traceAnswer(picture);
  for (const end of ["from", "to"] as const) {
    const isOpen = views.some(({ ends }) => ends?.[end].status === "ambiguous" || ends?.[end].status === "unknown");
    if (isOpen) return endAnswer(picture, end);
  }
  return failedAnswer(picture);
}
