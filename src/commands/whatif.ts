/** `whatif`: what pasted policies would change of what was seen. Nothing is ever applied. Result: `WhatifResult` in whatif/result.ts. */
import { mostText } from "../policy/document/read.ts";
import { whichOne, whichTime } from "./ask-back.ts";
import { type Answer, type Command, type CommandContext, restrictionIn, type Step } from "./command.ts";
import { targetNamespace } from "./drops/visible.ts";
import { selectOf } from "./suggest/args.ts";
import { replayPictureOf, windowOf } from "./suggest/picture.ts";
import { whatifAnswer } from "./whatif/answer.ts";
import { WhatifArgs } from "./whatif/args.ts";
import { whatifLine } from "./whatif/line.ts";
import { oneLinePolicies } from "./whatif/pasted.ts";
import { resultOf } from "./whatif/result.ts";

export const whatif: Command<WhatifArgs> = {
  name: "whatif",
  summary: "Replay what was seen under a pasted policy: what it would deny and allow",
  positionals: [
    {
      key: "policy",
      name: "[TARGET] POLICY",
      optional: false,
      doc: "network policies as YAML or JSON in a code block, at most 256 KB; with a target in front, only its flows",
      raw: oneLinePolicies,
      // Characters of a policy, and some for what stands beside it.
      longest: mostText + 4_000,
    },
  ],
  flags: [
    {
      key: "since",
      names: ["--since"],
      value: "TIME",
      doc: "Replay from then on; default: 1h. Hubble's rings may hold less",
    },
  ],
  examples: [
    "whatif deathstar {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed}, spec: {podSelector: {}, policyTypes: [Ingress]}}",
    'whatif --since 15m {"apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy", "metadata": {"name": "closed"}, "spec": {"endpointSelector": {}, "ingress": [{}]}}',
  ],
  args: WhatifArgs,
  deadlineMs: 25_000,
  namespaces: ({ target, policies }) => {
    const own = target && targetNamespace(target);
    const named = policies.map(({ namespace }) => namespace).filter((namespace) => namespace !== "");
    return [...new Set([...(own === undefined ? [] : [own]), ...named])];
  },
  step,
};

function step({ args, askedAt, clusters, visible, outcomes, round }: CommandContext<WhatifArgs>): Step {
  const window = windowOf(args.since, askedAt);
  if (window === undefined) return { answer: windowAnswer(args) };
  const [cluster = ""] = clusters;
  const { policies, target } = args;
  const select = selectOf(target);
  if (round === 0) {
    const restricted = restrictionIn(visible, cluster);
    return { ask: [{ source: "hubble", ask: "whatif", cluster, select, window, policies, ...restricted }] };
  }
  const asked = { askedAt, window, cluster, visible, outcomes };
  const picture = replayPictureOf("whatif", { ...args, select }, asked);
  const { views, who } = picture.shared;
  const status = picture.found?.resolution?.status;
  if (status !== "ambiguous" && status !== "unknown") return { answer: whatifAnswer(args, picture) };
  const line = ({ target: other }: typeof select) => whatifLine(args, other);
  const message = whichOne({ views, who, select, line });
  return { answer: { message, result: resultOf(args, picture), coverage: null, window, copyAs: [] } };
}

function windowAnswer(args: WhatifArgs): Answer {
  const lastHour = whatifLine({ ...args, since: { kind: "ago", ms: 3_600_000 } });
  return { message: whichTime("whatif", lastHour), result: null, coverage: null, window: null, copyAs: [] };
}
