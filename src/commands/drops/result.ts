/** The structured result of `drops` (`--format json`): stable, additions only. */
import type { DropPair, ForwardedSummary, L7Denial } from "../../analysis/drops.ts";
import { mergeDrops } from "../../analysis/merge-drops.ts";
import type { Resolution } from "../../analysis/target.ts";
import { targetText } from "../../analysis/target-parse.ts";
import type { PolicyView } from "../../policy/view.ts";
import type { DropTotal } from "../../sources/question.ts";
import type { DropsArgs } from "./args.ts";
import type { ClusterView, PoliciesAnswer } from "./gather.ts";

export interface DropsResult {
  /** TARGET in its canonical spelling; null when none was given. */
  readonly target: string | null;
  /** What each cluster made of it; empty when none was given. */
  readonly resolved: readonly ResolvedIn[];
  /** What to type instead, when TARGET fits several things or none: canonical spellings, each once. */
  readonly candidates: readonly string[];
  /** Dropped packets, each counted once, noise included. Null when no cluster's flows could be read: unknown is not zero. */
  readonly packets: number | null;
  /** The part of `packets` that is normally harmless noise. */
  readonly noise: number;
  /** Packets by DropReason enum name, or the number as text when this program does not know it. */
  readonly byReason: Readonly<Record<string, number>>;
  /** Packets by INGRESS, EGRESS, TRAFFIC_DIRECTION_UNKNOWN. */
  readonly byDirection: Readonly<Record<string, number>>;
  /** Most packets first, over all clusters. */
  readonly pairs: readonly (Omit<DropPair, "sourceLabels" | "destinationLabels"> & { readonly cluster: string })[];
  /** What stands behind the pairs that are not listed. */
  readonly foldedPairs: { readonly pairs: number; readonly packets: number };
  /** Requests that a proxy refused; not part of `packets`. */
  readonly l7Denials: readonly (L7Denial & { readonly cluster: string })[];
  readonly foldedL7Denials: { readonly denials: number; readonly count: number };
  /** Dropped packets in equal buckets over the answer's window. */
  readonly timeline: readonly number[];
  /** What the agents' counters say, per cluster that answered. They count the whole cluster, whatever TARGET and filters. */
  readonly metrics: readonly {
    readonly cluster: string;
    readonly packets: number;
    readonly totals: readonly DropTotal[];
    readonly forwarded: number | null;
    readonly agents: number;
    readonly warnings: readonly string[];
  }[];
  /** Policies that select the target, or the denied end of the worst pair. */
  readonly policies: readonly (PolicyView & { readonly cluster: string; readonly subject: string })[];
  /** Only when nothing was dropped: what got through. */
  readonly forwarded: readonly (ForwardedSummary["pairs"][number] & { readonly cluster: string })[];
}

export interface ResolvedIn {
  readonly cluster: string;
  readonly status: Resolution["status"];
  /** Canonical spelling of what was found, or of what was looked for. */
  readonly text: string;
  /** `Deployment default/deathstar`; "" when nothing was found. */
  readonly title: string;
  readonly pods: number;
}

export function resultOf(args: DropsArgs, views: readonly ClusterView[]): DropsResult {
  const read = views.flatMap(({ cluster, drops }) => (drops === undefined ? [] : [{ cluster, drops }]));
  const drops = mergeDrops(read);
  return {
    target: args.select.target === undefined ? null : targetText(args.select.target),
    resolved: views.flatMap(({ cluster, resolution }) =>
      resolution === undefined ? [] : [resolvedIn(cluster, resolution)],
    ),
    candidates: candidatesOf(views),
    packets: read.length === 0 ? null : drops.packets,
    noise: drops.noise,
    byReason: drops.byReason,
    byDirection: drops.byDirection,
    pairs: drops.pairs.map(({ sourceLabels: _, destinationLabels: __, ...pair }) => pair),
    foldedPairs: drops.folded,
    l7Denials: drops.l7Denials,
    foldedL7Denials: drops.foldedL7,
    timeline: drops.timeline,
    metrics: views.flatMap(({ cluster, totals }) =>
      totals === undefined
        ? []
        : [
            {
              cluster,
              packets: totals.totals.reduce((sum, { packets }) => sum + packets, 0),
              totals: totals.totals,
              forwarded: totals.forwarded,
              agents: totals.agents,
              warnings: totals.warnings,
            },
          ],
    ),
    policies: views.flatMap(({ cluster, policies }) =>
      policies.flatMap((answer) =>
        answer.finding.policies.map((policy) => ({ ...policy, cluster, subject: subjectText(answer) })),
      ),
    ),
    forwarded: views.flatMap(({ cluster, forwarded }) =>
      (forwarded?.forwarded?.pairs ?? []).map((pair) => ({ ...pair, cluster })),
    ),
  };
}

/** What to type instead of a TARGET that is not one thing. */
export function candidatesOf(views: readonly ClusterView[]): string[] {
  const resolutions = views.map(({ resolution }) => resolution);
  const ambiguous = resolutions.flatMap((resolution) =>
    resolution?.status === "ambiguous" ? resolution.candidates : [],
  );
  const near = resolutions.flatMap((resolution) => (resolution?.status === "unknown" ? resolution.near : []));
  const found = resolutions.some(
    (resolution) => resolution?.status === "resolved" || resolution?.status === "unresolved",
  );
  return [...new Set(ambiguous.length > 0 ? ambiguous : found ? [] : near)];
}

function resolvedIn(cluster: string, resolution: Resolution): ResolvedIn {
  const { status } = resolution;
  switch (status) {
    case "resolved":
      return {
        cluster,
        status,
        text: resolution.target.text,
        title: resolution.target.title,
        pods: resolution.target.podCount,
      };
    case "unresolved":
      return { cluster, status, text: targetText(resolution.target), title: "", pods: 0 };
    case "ambiguous":
    case "unknown":
      return { cluster, status, text: resolution.text, title: "", pods: 0 };
  }
}

function subjectText({ subject, finding }: PoliciesAnswer): string {
  if (finding.resolution?.status === "resolved") return finding.resolution.target.text;
  return "target" in subject ? targetText(subject.target) : subject.labels.join(",");
}
