/** `why`: may the one talk to the other, which policy and rule says so, and does that agree with what Hubble saw? Result: `WhyResult` in why/result.ts. */
import type { Command, CommandContext, Step } from "./command.ts";
import { targetNamespace } from "./drops/visible.ts";
import { endAnswer, timeAnswer, whyAnswer } from "./why/answer.ts";
import { WhyArgs } from "./why/args.ts";
import { whyQuestions } from "./why/ask.ts";
import { byNameQuestions } from "./why/by-name.ts";
import { whyFlags } from "./why/flags.ts";
import { type WhyPicture, whyPicture, whyWindow } from "./why/picture.ts";

export const why: Command<WhyArgs> = {
  name: "why",
  summary: "Say whether policies let one reach another, and which rule decides",
  positionals: [
    {
      key: "from",
      name: "SRC",
      optional: false,
      doc: "who sends: xwing, default/xwing, deploy/…, ns/…, org=alliance, an IP, identity/NUMBER or world",
    },
    {
      key: "to",
      name: "DST[:PORT[/PROTO]]",
      optional: false,
      doc: "who receives, the same or a DNS name, with a port such as :80 or :53/udp; each port that rules name when left out",
    },
  ],
  flags: whyFlags,
  examples: [
    "why xwing deathstar:80",
    "why tiefighter deathstar:80 --http 'PUT /v1/exhaust-port'",
    "why org=alliance default/deathstar",
    "why deploy/payments/api api.example.com:443 --since 1h",
  ],
  args: WhyArgs,
  deadlineMs: 10_000,
  namespaces: ({ from, to }) => [
    ...new Set([targetNamespace(from), targetNamespace(to)].filter((name) => name !== undefined)),
  ],
  step,
};

function step({ args, askedAt, clusters, visible, outcomes, round }: CommandContext<WhyArgs>): Step {
  const window = whyWindow(args, askedAt);
  if (window === undefined) return { answer: timeAnswer(args) };
  if (round === 0) return { ask: whyQuestions(args, { window, visible, clusters }) };
  const picture = whyPicture(args, { askedAt, window, clusters, visible, outcomes });
  const more = round === 1 ? byNameQuestions(args, picture.views, visible) : [];
  return more.length > 0 ? { ask: more } : { answer: answerOf(picture) };
}

function answerOf(picture: WhyPicture) {
  const { views } = picture;
  if (views.some(({ why: found }) => (found?.cases.length ?? 0) > 0)) return whyAnswer(picture);
  const open = (["from", "to"] as const).find((end) =>
    views.some(({ why: found }) => {
      const status = found?.[end].resolution?.status;
      return status === "ambiguous" || status === "unknown";
    }),
  );
  return open === undefined ? whyAnswer(picture) : endAnswer(picture, open);
}
