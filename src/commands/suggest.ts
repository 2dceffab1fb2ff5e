/** `suggest`: a CiliumNetworkPolicy from what was seen, with a proof. Nothing is ever applied. Result: `SuggestResult` in suggest/result.ts. */
import { whichOne, whichTime } from "./ask-back.ts";
import { type Answer, type Command, type CommandContext, restrictionIn, type Step } from "./command.ts";
import { targetNamespace } from "./drops/visible.ts";
import { suggestAnswer } from "./suggest/answer.ts";
import { SuggestArgs, selectOf } from "./suggest/args.ts";
import { suggestLine } from "./suggest/line.ts";
import { replayPictureOf, windowOf } from "./suggest/picture.ts";
import { resultOf } from "./suggest/result.ts";

export const suggest: Command<SuggestArgs> = {
  name: "suggest",
  summary: "Write a policy that allows what was seen at a workload, proven by replay",
  positionals: [
    {
      key: "target",
      name: "TARGET",
      optional: false,
      doc: "the pods that the policy is for: deathstar, default/deathstar, deploy/…, svc/… or ns/…",
    },
  ],
  flags: [
    { key: "since", names: ["--since"], value: "TIME", doc: "From then on; default: 1h. Hubble's rings may hold less" },
    {
      key: "audit",
      names: ["--audit"],
      doc: "Allow too what passed although policies deny it: audit mode, or they changed since",
    },
    {
      key: "admit",
      names: ["--admit-denied"],
      value: "PEER",
      many: true,
      doc: "Write the rule that admits what was denied with PEER (default/xwing), or with all. Only what was seen",
    },
    { key: "l7", names: ["--l7", "--http"], doc: "Restrict ingress to the HTTP requests that were seen" },
  ],
  examples: [
    "suggest deathstar",
    "suggest default/deathstar --since 6h --l7",
    "suggest ns/payments --audit",
    "suggest deathstar --admit-denied default/xwing",
  ],
  args: SuggestArgs,
  deadlineMs: 25_000,
  namespaces: ({ target }) => {
    const namespace = targetNamespace(target);
    return namespace === undefined ? [] : [namespace];
  },
  step,
};

function step({ args, askedAt, clusters, visible, outcomes, round }: CommandContext<SuggestArgs>): Step {
  const window = windowOf(args.since, askedAt);
  if (window === undefined) return { answer: windowAnswer(args) };
  const [cluster = ""] = clusters;
  const { audit, l7, target, admit } = args;
  const select = selectOf(target);
  if (round === 0) {
    const restricted = restrictionIn(visible, cluster);
    return {
      ask: [
        {
          source: "hubble",
          ask: "suggest",
          cluster,
          select,
          window,
          audit,
          l7,
          ...(admit && { admit }),
          ...restricted,
        },
      ],
    };
  }
  const asked = { askedAt, window, cluster, visible, outcomes };
  const picture = replayPictureOf("suggest", { ...args, select }, asked);
  const { views, who } = picture.shared;
  const status = picture.found?.resolution?.status;
  if (status !== "ambiguous" && status !== "unknown") return { answer: suggestAnswer(args, picture) };
  const line = ({ target: other = target }: typeof select) => suggestLine({ ...args, target: other });
  const message = whichOne({ views, who, select, line });
  return { answer: { message, result: resultOf(args, picture), coverage: null, window, copyAs: [] } };
}

function windowAnswer(args: SuggestArgs): Answer {
  const lastHour = suggestLine({ ...args, since: { kind: "ago", ms: 3_600_000 } });
  return { message: whichTime("suggest", lastHour), result: null, coverage: null, window: null, copyAs: [] };
}
