/**
 * What a digest says: a sentence, a line with a button for each kind of difference, and the details for its thread. A quiet day is three lines. Result:
 * `{ span, clusters, window, before, quiet, sure, packets, packetsBefore, noise: { reasons, packets }, items, folded, unknown }`. `items` are what is different and what is as bad as it was
 * (`standing`), as analysis/digest/item.ts has them, the most significant first; `folded` of them are left out. `packets` are the agents' counters of all reasons but noise,
 * null where nobody could tell. `quiet`: nothing is different; `sure`: and all was observed. `unknown`: sentences. Times are epoch milliseconds.
 */
import { counted, listed } from "../../../analysis/counted.ts";
import { digestTimes } from "../../../analysis/digest/windows.ts";
import type { Action, Block, Message } from "../../../message/message.ts";
import { cutEnd } from "../../../message/plain.ts";
import type { Digest, DigestContext, DigestFacts } from "../context.ts";
import { comparedOf } from "./compared.ts";
import { clusterDetail, fillsIn, mapsDetail, mapsPicture } from "./detail-cluster.ts";
import { dropsDetail } from "./detail-drops.ts";
import { policiesDetail } from "./detail-policies.ts";
import { trafficDetail } from "./detail-traffic.ts";
import { flowsDetail } from "./flows.ts";
import { type ClusterFacts, gatherDigest } from "./gather.ts";
import { headline } from "./headline.ts";
import { itemsOf } from "./items.ts";
import { linesOf, standingText } from "./lines.ts";
import { droppedText, quietText, type Sums, sumsOf } from "./totals.ts";
import { trendBlocks } from "./trend.ts";
import { observedText, type Unknown, unknownOf } from "./unknown.ts";

export { digestQuestions } from "./questions.ts";

const mostItems = 100;
const mostDetails = 6;

export function digestMessage(facts: DigestFacts): Digest {
  const { context, outcomes } = facts;
  const clusters = gatherDigest(facts);
  const maps = mapsPicture(context, outcomes);
  const items = itemsOf(context, clusters, fillsIn(maps));
  const fresh = items.filter(({ standing }) => !standing);
  const unknown = unknownOf(context, clusters);
  const flows = flowsDetail(facts);
  const sums = sumsOf(clusters);
  const compared = comparedOf(clusters, unknown);
  const dropped = droppedText(context, clusters, { sums, seen: flows.packets });
  const quiet = fresh.length === 0;
  const lines = linesOf(fresh, context);
  const buttons = distinct(lines.flatMap(({ action }) => action ?? []));
  const message: Message = {
    ...headline(context, fresh, { clusters, compared, dropped }),
    blocks: [
      ...lines.map(({ title, text }): Block => ({ kind: "text", text: [{ strong: title }, `: ${text}`] })),
      ...(quiet ? [{ kind: "text", text: quietText(context, clusters, dropped) } as const] : []),
      ...footnote(context, clusters, { standing: standingText(items, context), unknown, quiet, sums }),
      ...(buttons.length > 0 ? [{ kind: "actions", actions: buttons } as const] : []),
    ],
  };
  const details = [
    dropsDetail(context, clusters, fresh, trendBlocks(context, clusters)),
    flows.message,
    trafficDetail(context, clusters, fresh),
    policiesDetail(context, items),
    mapsDetail(maps),
    lastDetail(clusterDetail(context, clusters, items), unknown),
  ];
  const times = digestTimes(context.askedAt, context.span, context.zone);
  return {
    message,
    // On a quiet day there is nothing to read below, unless it may not have been one.
    details: (quiet ? (compared.sure ? [] : [flows.message, details.at(-1)]) : details)
      .filter((detail) => detail !== undefined)
      .slice(0, mostDetails),
    result: {
      ...{ span: context.span, clusters: context.clusters, window: times.window, before: times.before },
      ...{ quiet, sure: compared.sure },
      ...{ packets: sums.now, packetsBefore: sums.before, noise: sums.noise },
      ...{ items: items.slice(0, mostItems), folded: Math.max(0, items.length - mostItems) },
      unknown: unknown.map(({ text }) => text),
    },
    coverage: flows.coverage,
    copyAs: flows.copyAs,
  };
}

/** One note: what is as before, how much was observed, what was left out, and what could not be known. */
function footnote(
  context: DigestContext,
  clusters: readonly ClusterFacts[],
  {
    standing,
    unknown,
    quiet,
    sums,
  }: { readonly standing: string; readonly unknown: readonly Unknown[]; readonly quiet: boolean; readonly sums: Sums },
): Block[] {
  const { packets, reasons } = sums.noise;
  const loud = unknown.filter((one) => one.loud);
  const more = loud.length - 2;
  const texts = [
    standing,
    ...loud.slice(0, 2).map(({ text }) => text),
    ...(more > 0 ? [`${counted(more, "more thing")} could not be known: see the thread.`] : []),
    ...(loud.length === 0 ? [observedText(context, clusters) ?? ""] : []),
    ...(packets > 0
      ? [`Left out: ${counted(packets, "packet")} of normal noise (${counted(reasons.length, "reason")}).`]
      : []),
    scopeText(context, clusters),
  ].filter((text) => text !== "");
  if (texts.length === 0) return [];
  const tone = loud.length > 0 ? ({ tone: "warn" } as const) : {};
  return [{ kind: "note", ...tone, text: cutEnd(texts.join(" "), quiet ? 600 : 900) }];
}

function scopeText({ namespaces, visible }: DigestContext, clusters: readonly ClusterFacts[]): string {
  if (namespaces.length > 0)
    return `Only of ${cutEnd(listed(namespaces), 200)}: counters, nodes and maps are of the whole cluster and left out.`;
  const hidden = clusters.filter(({ whole }) => !whole);
  if (hidden.length === 0) return "";
  const names = [...new Set(hidden.flatMap(({ cluster }) => visible[cluster] ?? []))];
  const shown = names.length === 0 ? "nothing" : `only ${cutEnd(listed(names), 200)}`;
  return `Shown here is ${shown}: what is of the whole cluster is left out.`;
}

/** Six messages at most: what could not be known stands below what the cluster lacks. */
function lastDetail(cluster: Message | undefined, unknown: readonly Unknown[]): Message | undefined {
  if (unknown.length === 0) return cluster;
  const notes = unknown.map(
    ({ text, loud }): Block => ({ kind: "note", ...(loud && { tone: "warn" as const }), text }),
  );
  if (cluster !== undefined) return { ...cluster, blocks: [...cluster.blocks, ...notes] };
  return { tone: "info", title: `What this digest could not know: ${counted(unknown.length, "thing")}`, blocks: notes };
}

function distinct(actions: readonly Action[]): Action[] {
  return [...new Map(actions.map((action) => [action.command, action])).values()];
}
