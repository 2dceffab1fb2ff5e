/** What `drops` asks: everything at once in the first round; in the second only what the first made necessary. */
import type { Window } from "../../analysis/select.ts";
import type { Target } from "../../analysis/target.ts";
import { parseTarget } from "../../analysis/target-parse.ts";
import { belongsTo, deniedEnd, deniedRequests, isPolicyReason, ranked, realPackets } from "../../analysis/worst.ts";
import type { FlowsQuestion, PoliciesQuestion, Question } from "../../sources/question.ts";
import type { DropsArgs } from "./args.ts";
import type { ClusterView } from "./gather.ts";

/** Noise and churn may crowd the top, so more rows are asked for than are shown. */
const spareRows = 10;

/** Reserved identities that are endpoints, and so have policies. */
const reservedEndpoints = ["host", "health", "ingress", "init"];

export function firstQuestions(args: DropsArgs, window: Window, clusters: readonly string[]): Question[] {
  const { target } = args.select;
  return clusters.flatMap((cluster): Question[] => [
    flowsQuestion("drops", args, window, cluster),
    { source: "prometheus", ask: "dropTotals", cluster, window },
    ...(target !== undefined && canHavePolicies(target)
      ? [{ source: "kubernetes", ask: "policies", cluster, subject: { target } } as const]
      : []),
  ]);
}

/** Nothing dropped: what got through? Denied by policy at an end that is not the target: whose policies are those? */
export function followUps(args: DropsArgs, window: Window, views: readonly ClusterView[]): Question[] {
  return views.flatMap((view): Question[] => {
    const { drops, cluster } = view;
    if (drops === undefined) return [];
    if (realPackets(drops, args.all) === 0 && deniedRequests(drops) === 0)
      return [flowsQuestion("forwarded", args, window, cluster)];
    const subject = unknownSubject(args, view);
    return subject === undefined ? [] : [{ source: "kubernetes", ask: "policies", cluster, subject }];
  });
}

function flowsQuestion(ask: FlowsQuestion["ask"], args: DropsArgs, window: Window, cluster: string): FlowsQuestion {
  const { select, last, top } = args;
  const question = { source: "hubble", cluster, window } as const;
  // A drop reason cannot be asked of what was not dropped.
  if (ask === "forwarded") return { ...question, ask, select: { ...select, reasons: [] }, top: 5 };
  return { ...question, ask, select, ...(last !== undefined && { last }), top: top + spareRows };
}

/** Policies select endpoints of this cluster. An address may be a pod's. */
function canHavePolicies(target: Target): boolean {
  if (target.kind === "reserved") return reservedEndpoints.includes(target.name);
  return target.kind !== "fqdn" && target.kind !== "cidr";
}

/** The end whose policies are of interest, when they were not asked for with the target. */
function unknownSubject(args: DropsArgs, { drops, resolution }: ClusterView): PoliciesQuestion["subject"] | undefined {
  const target = resolution?.status === "resolved" ? resolution.target : undefined;
  const asked = target !== undefined && canHavePolicies(target.target);
  const worst = ranked(drops?.pairs ?? [], args.all).find((pair) => isPolicyReason(pair.reason));
  const end = worst && deniedEnd(worst);
  if (end) {
    if (asked && belongsTo(end.name, target)) return undefined;
    return end.labels.length > 0 ? { labels: end.labels } : undefined;
  }
  const denial = worst === undefined ? drops?.l7Denials[0] : undefined;
  if (!denial?.destination.includes("/") || (asked && belongsTo(denial.destination, target))) return undefined;
  const parsed = parseTarget(denial.destination);
  return parsed.ok ? { target: parsed.target } : undefined;
}
