/** What the parts of the answer have in common: the policies' word, what Hubble saw, and who is who. */
import type { Visible } from "../../access/access.ts";
import { type Gaps, gapsOf } from "../../analysis/gaps.ts";
import { defaultRedaction } from "../../analysis/redact.ts";
import type { Window } from "../../analysis/select.ts";
import type { Resolution, Target } from "../../analysis/target.ts";
import type { TraceSummary } from "../../analysis/trace/trace.ts";
import { belongsTo } from "../../analysis/worst.ts";
import type { Outcome, TraceFinding, WhyFinding } from "../../sources/question.ts";
import { type ClusterView, gather } from "../drops/gather.ts";
import { type Picture, pictureOf, windowOf } from "../drops/picture.ts";
import type { WhyArgs } from "./args.ts";
import { asDrops } from "./ask.ts";
import { type ByName, byNameIn, nameAsked } from "./by-name.ts";
import { endWord } from "./line.ts";

export interface WhyView {
  readonly cluster: string;
  /** Undefined when Kubernetes could not be asked. */
  readonly why: WhyFinding | undefined;
  /** A DNS name was asked about: `why` is about it. */
  readonly isName: boolean;
  /** An address was asked about, and flows call it so. */
  readonly byName?: ByName | undefined;
  readonly flows: ClusterView;
  /** How far connections came; undefined when that could not be read, or an end is not one thing. */
  readonly trace: TraceSummary | undefined;
  /** What that does not cover, which may be more than the drops lack: it reads more flows. */
  readonly traceGaps?: Gaps | undefined;
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
      outcome.status === "ok" && outcome.finding.ask === "why" && nameAsked(args, outcome.question) === undefined
        ? [[outcome.question.cluster, outcome.finding] as const]
        : [],
    ),
  );
  const traces = new Map(
    outcomes.flatMap((outcome): (readonly [string, TraceFinding])[] =>
      outcome.status === "ok" && outcome.finding.ask === "trace" ? [[outcome.question.cluster, outcome.finding]] : [],
    ),
  );
  const names = byNameIn(args, outcomes);
  const views = gather(clusters, visible, outcomes).map((flows): WhyView => {
    const { cluster } = flows;
    const why = findings.get(cluster);
    const { trace, coverage } = traces.get(cluster) ?? {};
    return {
      ...{ cluster, why, flows: ofPair(flows, args, why), trace: trace ?? undefined },
      ...{ isName: args.to.kind === "fqdn", byName: names.get(cluster) },
      traceGaps: coverage ? gapsOf(coverage, window) : undefined,
    };
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
function ofPair(view: ClusterView, { from, to, port }: WhyArgs, why: WhyFinding | undefined): ClusterView {
  const ports = new Set([port, ...(why?.cases ?? []).map((found) => found.port)]);
  const isSender = ({ source }: { readonly source: string }) => isMeant(source, from, why?.from.resolution ?? null);
  const isFrom = (row: { readonly source: string; readonly port: number; readonly protocol: string }) =>
    isSender(row) && (port === null || row.port === 0 || ports.has(row.port));
  const isReceiver = receiverOf(to);
  const { drops, forwarded } = view;
  return {
    ...view,
    drops: drops && {
      ...drops,
      pairs: drops.pairs.filter((pair) => isFrom(pair) && isReceiver(pair)),
      l7Denials: drops.l7Denials.filter((denial) => isSender(denial) && isReceiver(denial)),
    },
    forwarded: forwarded && {
      ...forwarded,
      forwarded: forwarded.forwarded && { ...forwarded.forwarded, pairs: forwarded.forwarded.pairs.filter(isFrom) },
    },
  };
}

/** Drops to a DNS name were asked for as drops to the outside: those that are called by it, and addresses that answers gave it. */
function receiverOf(to: Target): (row: { readonly destination: string; readonly outside?: unknown }) => boolean {
  if (to.kind !== "fqdn") return () => true;
  const names = new Set([to.name, defaultRedaction.name(to.name)]);
  return ({ destination, outside }) => outside !== undefined || names.has(destination);
}

function isMeant(name: string, from: Target, resolution: Resolution | null): boolean {
  if (from.kind !== "name" && from.kind !== "pod" && from.kind !== "workload") return true;
  if (resolution?.status !== "resolved") return true;
  const { target } = resolution;
  // A pod goes by its workload's name where that is known.
  const ofWorkload = target.pods.some((pod) => `${pod.namespace}/${pod.name}`.startsWith(`${name}-`));
  return belongsTo(name, target) || ofWorkload;
}
