/** What the parts of the answer have in common: the policies' word, what Hubble saw, and who is who. */
import type { Visible } from "../../access/access.ts";
import type { Window } from "../../analysis/select.ts";
import type { Resolution, Target } from "../../analysis/target.ts";
import { belongsTo } from "../../analysis/worst.ts";
import type { Outcome, WhyFinding } from "../../sources/question.ts";
import { type ClusterView, gather } from "../drops/gather.ts";
import { type Picture, pictureOf, windowOf } from "../drops/picture.ts";
import type { WhyArgs } from "./args.ts";
import { asDrops } from "./ask.ts";
import { endWord } from "./line.ts";

export interface WhyView {
  readonly cluster: string;
  /** Undefined when Kubernetes could not be asked. */
  readonly why: WhyFinding | undefined;
  readonly flows: ClusterView;
}

export interface WhyPicture {
  readonly args: WhyArgs;
  readonly askedAt: number;
  readonly window: Window;
  readonly views: readonly WhyView[];
  readonly manyClusters: boolean;
  /** As typed: `xwing`, `deathstar`. */
  readonly from: string;
  readonly to: string;
  /** The same about flows, for what every answer about flows says. */
  readonly flows: Picture;
}

/** Undefined when the times make no window. */
export function whyWindow(args: WhyArgs, askedAt: number): Window | undefined {
  return windowOf(asDrops(args), askedAt);
}

export function whyPicture(
  args: WhyArgs,
  place: {
    readonly askedAt: number;
    readonly window: Window;
    readonly clusters: readonly string[];
    readonly visible: Visible;
    readonly outcomes: readonly Outcome[];
  },
): WhyPicture {
  const { askedAt, window, clusters, visible, outcomes } = place;
  const findings = new Map(
    outcomes.flatMap((outcome) =>
      outcome.status === "ok" && outcome.finding.ask === "why"
        ? [[outcome.question.cluster, outcome.finding] as const]
        : [],
    ),
  );
  const views = gather(clusters, visible, outcomes).map((flows): WhyView => {
    const why = findings.get(flows.cluster);
    return { cluster: flows.cluster, why, flows: ofPair(flows, args, why) };
  });
  const flows = pictureOf(
    asDrops(args),
    askedAt,
    window,
    views.map((view) => view.flows),
  );
  return {
    ...{ args, askedAt, window, views, flows },
    manyClusters: clusters.length > 1,
    from: endWord(args.from),
    to: endWord(args.to),
  };
}

/** Hubble takes a pod's name for the beginning of one: `xwing` is `xwing-two` too. */
function ofPair(view: ClusterView, { from, port }: WhyArgs, why: WhyFinding | undefined): ClusterView {
  const ports = new Set([port, ...(why?.cases ?? []).map((found) => found.port)]);
  const isSender = ({ source }: { readonly source: string }) => isMeant(source, from, why?.from.resolution ?? null);
  const isFrom = (row: { readonly source: string; readonly port: number; readonly protocol: string }) =>
    isSender(row) && (port === null || row.port === 0 || ports.has(row.port));
  const { drops, forwarded } = view;
  return {
    ...view,
    drops: drops && {
      ...drops,
      pairs: drops.pairs.filter(isFrom),
      l7Denials: drops.l7Denials.filter(isSender),
    },
    forwarded: forwarded && {
      ...forwarded,
      forwarded: forwarded.forwarded && { ...forwarded.forwarded, pairs: forwarded.forwarded.pairs.filter(isFrom) },
    },
  };
}

function isMeant(name: string, from: Target, resolution: Resolution | null): boolean {
  if (from.kind !== "name" && from.kind !== "pod" && from.kind !== "workload") return true;
  if (resolution?.status !== "resolved") return true;
  const { target } = resolution;
  // A pod goes by its workload's name where that is known.
  const ofWorkload = target.pods.some((pod) => `${pod.namespace}/${pod.name}`.startsWith(`${name}-`));
  return belongsTo(name, target) || ofWorkload;
}
