/** In the thread: BPF maps with their picture, what the cluster lacks, and what DNS and HTTP answer with errors. */
import { listed, numberText } from "../../../analysis/counted.ts";
import { dnsErrorsOf } from "../../../analysis/digest/dns.ts";
import type { DigestItem } from "../../../analysis/digest/item.ts";
import type { Block, Message } from "../../../message/message.ts";
import type { Outcome } from "../../../sources/question.ts";
import { shorten } from "../../drops/words.ts";
import { topAnswer } from "../../top/answer.ts";
import { allFlows, type TopArgs } from "../../top/args.ts";
import type { Fill } from "../../top/fill.ts";
import { gatherTop } from "../../top/gather.ts";
import { type TopPicture, topPictureOf } from "../../top/picture.ts";
import type { DigestContext } from "../context.ts";
import type { ClusterFacts } from "./gather.ts";
import { httpTable } from "./http.ts";
import { healthKinds } from "./lines.ts";
import { panels, shownMaps } from "./questions.ts";
import { healthText, inCluster, spanText } from "./words.ts";

const shownErrors = 6;

/** The ranking of maps as `top maps` tells it; undefined where nobody ranked them. */
export function mapsPicture(context: DigestContext, outcomes: readonly Outcome[]): TopPicture | undefined {
  const { window, clusters, visible, askedAt } = context;
  const own = outcomes.filter(({ question, ...rest }) => question.ask === "ranking" && rest.status === "ok");
  const ranked = clusters.filter((cluster) => own.some(({ question }) => question.cluster === cluster));
  if (ranked.length === 0) return undefined;
  const args: TopArgs = {
    ...{
      of: "maps",
      top: shownMaps,
      since: { kind: "ago", ms: window.to - window.from },
      until: { kind: "ago", ms: 0 },
    },
    ...{ select: allFlows, failed: false, clusters: ranked },
  };
  return topPictureOf(args, askedAt, window, gatherTop(ranked, visible, own));
}

export function fillsIn(picture: TopPicture | undefined): readonly Fill[] {
  return picture?.fills ?? [];
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

function dnsTable({ clusters: names, window, span }: DigestContext, clusters: readonly ClusterFacts[]): Block[] {
  const rows = clusters
    .flatMap(({ cluster, panels: found }) => {
      const { series = [], stepMs = 0 } = found.get(panels.dns) ?? {};
      return dnsErrorsOf({ lines: series, stepMs }, window).map((errors) => ({ cluster, ...errors }));
    })
    .sort((one, other) => other.count - one.count);
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
        { title: spanText({ span }), align: "right" },
      ],
      rows: rows
        .slice(0, shownErrors)
        .map(({ cluster, answer, asked, node, count }) => [
          ...[shorten(answer), shorten(asked), shorten(node)],
          ...(names.length > 1 ? [cluster] : []),
          numberText(count),
        ]),
    },
  ];
}
