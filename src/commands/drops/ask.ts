/** What `drops` asks: everything at once in the first round; in the second only what the first made necessary. */
import type { Visible } from "../../access/access.ts";
import type { Window } from "../../analysis/select.ts";
import type { Target } from "../../analysis/target.ts";
import { parseTarget } from "../../analysis/target-parse.ts";
import { belongsTo, deniedEnd, deniedRequests, isPolicyReason, ranked, realPackets } from "../../analysis/worst.ts";
import type { FlowsQuestion, PoliciesQuestion, Question } from "../../sources/question.ts";
import { restrictionIn } from "../command.ts";
import type { DropsArgs } from "./args.ts";
import { whyAsked } from "./ask-why.ts";
import type { ClusterView } from "./gather.ts";
import { isOutside } from "./visible.ts";

/** Noise and churn may crowd the top, so more rows are asked for than are shown. */
const spareRows = 10;

/** What every question of one round has in common. */
export interface Asking {
  readonly args: DropsArgs;
  readonly window: Window;
  readonly visible: Visible;
}

/** Reserved identities that are endpoints, and so have policies. */
const reservedEndpoints = ["host", "health", "ingress", "init"];

export function firstQuestions(asking: Asking, clusters: readonly string[]): Question[] {
  const { args, window, visible } = asking;
  const { target } = args.select;
  return clusters.flatMap((cluster): Question[] => {
    const restriction = restrictionIn(visible, cluster);
    return [
      flowsQuestion("drops", asking, cluster),
      // The counters are of the whole cluster: beside some of its namespaces they would mislead.
      ...(restriction.visible === undefined
        ? [{ source: "prometheus", ask: "dropTotals", cluster, window } as const]
        : []),
      ...(target !== undefined && canHavePolicies(target)
        ? [{ source: "kubernetes", ask: "policies", cluster, subject: { target }, ...restriction } as const]
        : []),
    ];
  });
}

/** Nothing dropped: what got through? Denied by policy at an end that is not the target: whose policies are those? */
export function followUps(asking: Asking, views: readonly ClusterView[]): Question[] {
  const { args, visible } = asking;
  return views.flatMap((view): Question[] => {
    const { drops, cluster } = view;
    if (drops === undefined) return [];
    if (realPackets(drops, args.all) === 0 && deniedRequests(drops) === 0)
      return [flowsQuestion("forwarded", asking, cluster)];
    const place = { source: "kubernetes", cluster, ...restrictionIn(visible, cluster) } as const;
    const subject = unknownSubject(args, view);
    return [
      ...(subject === undefined ? [] : [{ ...place, ask: "policies", subject } as const]),
      ...whyAsked(view, args.all).map((why) => ({ ...place, ask: "why", ...why }) as const),
    ];
  });
}

function flowsQuestion(ask: FlowsQuestion["ask"], { args, window, visible }: Asking, cluster: string): FlowsQuestion {
  const { select, last, top } = args;
  const question = { source: "hubble", cluster, window, ...restrictionIn(visible, cluster) } as const;
  // A drop reason cannot be asked of what was not dropped.
  if (ask === "forwarded") return { ...question, ask, select: { ...select, reasons: [] }, top: 5 };
  return { ...question, ask, select, ...(last !== undefined && { last }), top: top + spareRows };
}

/** Policies select endpoints of this cluster. An address may be a pod's. */
function canHavePolicies(target: Target): boolean {
  if (target.kind === "reserved") return reservedEndpoints.includes(target.name);
  return target.kind !== "fqdn" && target.kind !== "cidr";
}

/** The end whose policies are of interest, when they were not asked for with the target and may be shown. */
function unknownSubject(args: DropsArgs, view: ClusterView): PoliciesQuestion["subject"] | undefined {
  const { drops, resolution } = view;
  const target = resolution?.status === "resolved" ? resolution.target : undefined;
  const asked = target !== undefined && canHavePolicies(target.target);
  const worst = ranked(drops?.pairs ?? [], args.all).find((pair) => isPolicyReason(pair.reason));
  const end = worst && deniedEnd(worst);
  if (end) {
    if (asked && belongsTo(end.name, target)) return undefined;
    return end.labels.length > 0 && !isOutside(end, view) ? { labels: end.labels } : undefined;
  }
  const denial = worst === undefined ? drops?.l7Denials[0] : undefined;
  if (!denial?.destination.includes("/") || (asked && belongsTo(denial.destination, target))) return undefined;
  if (isOutside({ name: denial.destination, labels: [] }, view)) return undefined;
  const parsed = parseTarget(denial.destination);
  return parsed.ok ? { target: parsed.target } : undefined;
}
