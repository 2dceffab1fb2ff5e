/** In the thread: BPF maps with their picture, what the cluster lacks, and what DNS and HTTP answer with errors. */
import { listed } from "../../../analysis/counted.ts";
import type { DigestItem } from "../../../analysis/digest/item.ts";
import type { Block, Message } from "../../../message/message.ts";
import { quantity } from "../../../message/quantity.ts";
import type { Outcome, PanelSeries } from "../../../sources/question.ts";
import { shorten } from "../../drops/words.ts";
import { topAnswer } from "../../top/answer.ts";
import { allFlows, type TopArgs } from "../../top/args.ts";
import { chartBlocks } from "../../top/charts.ts";
import type { Fill } from "../../top/fill.ts";
import { gatherTop } from "../../top/gather.ts";
import { type TopPicture, topPictureOf } from "../../top/picture.ts";
import type { DigestContext } from "../context.ts";
import type { ClusterFacts } from "./gather.ts";
import { httpTable } from "./http.ts";
import { healthKinds } from "./lines.ts";
import { panels, shownMaps } from "./questions.ts";
import { healthText, inCluster } from "./words.ts";

const shownErrors = 6;

/** The ranking of maps as `top maps` tells it; undefined where nobody ranked them. */
export function mapsPicture(context: DigestContext, outcomes: readonly Outcome[]): TopPicture | undefined {
  return pictureOf("maps", context, outcomes);
}

export function fillsIn(picture: TopPicture | undefined): readonly Fill[] {
  return picture?.fills ?? [];
}

/** A week's drops as a picture. */
export function trendBlocks(context: DigestContext, outcomes: readonly Outcome[]): Block[] {
  const picture = pictureOf("drops", context, outcomes);
  return picture === undefined ? [] : chartBlocks(picture);
}

/** Copied lines and buttons of `top` stay with it. */
export function mapsDetail(picture: TopPicture | undefined): Message | undefined {
  if (picture === undefined || picture.metrics.every(({ rows }) => rows.length === 0)) return undefined;
  const { message } = topAnswer(picture);
  return { ...message, blocks: message.blocks.filter(({ kind }) => kind !== "code") };
}

export function clusterDetail(
  context: DigestContext,
  clusters: readonly ClusterFacts[],
  items: readonly DigestItem[],
): Message | undefined {
  const found = items.filter((item) => healthKinds.some((kind) => kind === item.kind));
  const health = found.flatMap((item): Block[] =>
    item.kind === "agents" ||
    item.kind === "nodes" ||
    item.kind === "lost" ||
    item.kind === "endpoints" ||
    item.kind === "unreachable"
      ? [
          {
            kind: "text",
            text: `${healthText(item, context)}${inCluster(item, context)}${item.standing ? ", as before" : ""}.`,
          },
        ]
      : [],
  );
  const [dns, http] = [dnsTable(context, clusters), httpTable(context, clusters)];
  if (health.length + dns.length + http.length === 0) return undefined;
  const errors = [...(http.length > 0 ? ["HTTP"] : []), ...(dns.length > 0 ? ["DNS"] : [])];
  const title = found.length > 0 ? "What the cluster lacks" : `${listed(errors)} errors`;
  const worst = found[0] ?? items.find(({ kind, standing }) => kind === "httpErrors" && !standing);
  return { tone: worst?.tone ?? "info", title, blocks: [...health.slice(0, 10), ...http, ...dns] };
}

/** The mean of a panel's values; most first. */
function dnsTable({ clusters: names }: DigestContext, clusters: readonly ClusterFacts[]): Block[] {
  const rows = clusters
    .flatMap(({ cluster, panels: found }) =>
      (found.get(panels.dns)?.series ?? []).map((series) => ({ cluster, labels: series.labels, rate: meanOf(series) })),
    )
    .filter(({ rate }) => rate > 0)
    .sort((one, other) => other.rate - one.rate);
  if (rows.length === 0) return [];
  return [
    {
      kind: "table",
      title: "DNS errors, most first; a name that does not exist is often one of a search list",
      columns: [
        { title: "Answer" },
        { title: "Asked for" },
        { title: "Agent" },
        ...(names.length > 1 ? [{ title: "Cluster" }] : []),
        { title: "A minute", align: "right" },
      ],
      rows: rows
        .slice(0, shownErrors)
        .map(({ cluster, labels, rate }) => [
          shorten(labels["rcode"] ?? ""),
          shorten(labels["qtypes"] ?? ""),
          shorten(labels["node"] || labels["pod"] || ""),
          ...(names.length > 1 ? [cluster] : []),
          quantity(rate * 60, ""),
        ]),
    },
  ];
}

function meanOf({ points }: PanelSeries): number {
  const known = points.flatMap(([, value]) => (value === null ? [] : [value]));
  return known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
}

function pictureOf(of: "maps" | "drops", context: DigestContext, outcomes: readonly Outcome[]): TopPicture | undefined {
  const { window, clusters, visible, askedAt } = context;
  const own = outcomes.filter(
    ({ question, ...rest }) => question.ask === "ranking" && question.of === of && rest.status === "ok",
  );
  const ranked = clusters.filter((cluster) => own.some(({ question }) => question.cluster === cluster));
  if (ranked.length === 0) return undefined;
  const args: TopArgs = {
    ...{ of, top: shownMaps, since: { kind: "ago", ms: window.to - window.from }, until: { kind: "ago", ms: 0 } },
    ...{ select: allFlows, failed: false, clusters: ranked },
  };
  return topPictureOf(args, askedAt, window, gatherTop(ranked, visible, own));
}
