/** What `http` and `dns` have in common: one question to each cluster, and what each gave. */
import type { Visible } from "../../access/access.ts";
import { gapsOf } from "../../analysis/gaps.ts";
import type { Window } from "../../analysis/select.ts";
import type { DnsFinding, HttpFinding, L7Question, Outcome } from "../../sources/question.ts";
import { restrictionIn } from "../command.ts";
import type { DropsArgs } from "../drops/args.ts";
import type { ClusterView } from "../drops/gather.ts";
import { isAbsent } from "../drops/headline.ts";
import { type Picture, pictureOf } from "../drops/picture.ts";
import type { L7Name } from "./line.ts";

export interface L7View<Summary> extends ClusterView {
  /** Undefined when the flows could not be read, or the target is not one thing. */
  readonly summary: Summary | undefined;
}

export interface L7Picture<Summary> {
  readonly name: L7Name;
  readonly views: readonly L7View<Summary>[];
  /** Of the clusters whose flows could be read. */
  readonly read: readonly { readonly cluster: string; readonly summary: Summary }[];
  /** For what every answer about flows ends in. */
  readonly shared: Picture;
}

export interface L7Asked {
  readonly args: DropsArgs;
  readonly askedAt: number;
  readonly clusters: readonly string[];
  readonly visible: Visible;
}

export function l7Questions(
  ask: L7Name,
  { args, clusters, visible }: Omit<L7Asked, "askedAt">,
  window: Window,
): L7Question[] {
  const { select, top } = args;
  return clusters.map((cluster) => ({
    ...{ source: "hubble", ask, cluster, select, window, top },
    ...restrictionIn(visible, cluster),
  }));
}

/** `summaryOf` reads the finding of the command. */
export function l7PictureOf<Summary>(
  name: L7Name,
  { args, askedAt, clusters, visible }: L7Asked,
  window: Window,
  outcomes: readonly Outcome[],
  summaryOf: (finding: HttpFinding | DnsFinding) => Summary | undefined,
): L7Picture<Summary> {
  const views = clusters.map((cluster): L7View<Summary> => {
    const own = outcomes.filter(({ question }) => question.cluster === cluster);
    const finding = own
      .flatMap((outcome) => (outcome.status === "ok" ? [outcome.finding] : []))
      .find((one): one is HttpFinding | DnsFinding => one.ask === name);
    return {
      ...{ cluster, visible: restrictionIn(visible, cluster).visible },
      ...{ drops: undefined, forwarded: undefined, totals: undefined, policies: [] },
      resolution: finding?.resolution ?? undefined,
      coverage: finding?.coverage ?? undefined,
      troubles: own.filter((outcome) => outcome.status !== "ok"),
      summary: finding && summaryOf(finding),
    };
  });
  return {
    name,
    views,
    read: views.flatMap(({ cluster, summary }) => (summary === undefined ? [] : [{ cluster, summary }])),
    shared: pictureOf(args, askedAt, window, views),
  };
}

/** No ring is too short, no node is missing, nothing was lost: what was not seen was not there. */
export function sawEverything<Summary>({ views, shared }: L7Picture<Summary>): boolean {
  return views.every(
    (view) => isAbsent(view) || (view.coverage !== undefined && gapsOf(view.coverage, shared.window).none),
  );
}
