/** `audit`: how far a namespace is from default-deny: what enforces already, which edges have a rule, what would break. Result: `AuditResult` in audit/result.ts. */
import { whichOne, whichTime } from "./ask-back.ts";
import { auditAnswer } from "./audit/answer.ts";
import { AuditArgs } from "./audit/args.ts";
import { auditLine } from "./audit/line.ts";
import { auditPictureOf } from "./audit/picture.ts";
import { auditResult } from "./audit/result.ts";
import { type Command, type CommandContext, restrictionIn, type Step } from "./command.ts";
import { selectOf } from "./suggest/args.ts";
import { windowOf } from "./suggest/picture.ts";

export const audit: Command<AuditArgs> = {
  name: "audit",
  aliases: ["coach"],
  summary: "Tell what default-deny would break in a namespace, and what has a rule",
  positionals: [
    { key: "namespace", name: "NAMESPACE", optional: false, doc: "the namespace: payments, or ns/payments" },
  ],
  flags: [
    {
      key: "since",
      names: ["--since"],
      value: "TIME",
      doc: "From then on; default: 24h. Hubble's rings may hold less",
    },
  ],
  examples: ["audit payments", "audit ns/payments --since 7d"],
  args: AuditArgs,
  deadlineMs: 25_000,
  namespaces: ({ namespace }) => [namespace],
  step,
};

function step({ args, askedAt, clusters, visible, outcomes, round }: CommandContext<AuditArgs>): Step {
  const window = windowOf(args.since, askedAt);
  if (window === undefined) {
    const lastHour = auditLine({ ...args, since: { kind: "ago", ms: 3_600_000 } });
    const message = whichTime("audit", lastHour);
    return { answer: { message, result: null, coverage: null, window: null, copyAs: [] } };
  }
  const [cluster = ""] = clusters;
  const select = selectOf({ kind: "namespace", name: args.namespace });
  if (round === 0)
    return { ask: [{ source: "hubble", ask: "coach", cluster, select, window, ...restrictionIn(visible, cluster) }] };
  const picture = auditPictureOf(args, { askedAt, window, cluster, visible, outcomes });
  const status = picture.found?.resolution?.status;
  if (status !== "ambiguous" && status !== "unknown") return { answer: auditAnswer(picture) };
  const { views } = picture.shared;
  const line = ({ target }: typeof select) =>
    auditLine({ ...args, namespace: target?.kind === "namespace" ? target.name : args.namespace });
  const message = whichOne({ views, who: args.namespace, select, line });
  return { answer: { message, result: auditResult(picture), coverage: null, window, copyAs: [] } };
}
