/** In the thread: a week's drops as a picture, so that the day is seen among others. */

import { columnMs, trendOf, trendWindow } from "../../../analysis/digest/trend.ts";
import { digestTimes } from "../../../analysis/digest/windows.ts";
import type { Window } from "../../../analysis/select.ts";
import type { Block } from "../../../message/message.ts";
import { reasonText } from "../../drops/words.ts";
import type { DigestContext } from "../context.ts";
import type { ClusterFacts } from "./gather.ts";
import { panels } from "./questions.ts";
import { momentText } from "./words.ts";

/** Empty where nothing but noise was dropped, or nobody could tell. */
export function trendBlocks(context: DigestContext, clusters: readonly ClusterFacts[]): Block[] {
  const { window: own } = digestTimes(context.askedAt, context.span, context.zone);
  const window = trendWindow(own.to);
  const rates = clusters.map(({ cluster, panels: found }) => ({
    cluster,
    lines: found.get(panels.drops)?.series ?? [],
    stepMs: found.get(panels.drops)?.stepMs ?? 0,
  }));
  const series = trendOf(rates, window);
  if (series.length === 0) return [];
  const several = context.clusters.length > 1;
  const { zone, span } = context;
  return [
    {
      kind: "chart",
      chart: {
        ...{ kind: "columns", title: "Drops of 7 days, a column each 6 hours", unit: "packets", window },
        ...{ stepMs: columnMs, ...(zone !== "UTC" && { zone }) },
        series: series.map(({ cluster, reason, points }) => ({
          name: reason === null ? "other reasons" : `${reasonText(reason)}${several ? ` · ${cluster}` : ""}`,
          points,
        })),
        // A week is all of the picture.
        marks: span === "week" ? [] : [{ time: own.from, label: "last 24 hours" }],
      },
    },
    ...beginning(series, window, context),
  ];
}

/** A counter begins with its first drop, and Prometheus keeps only so much. */
function beginning(series: ReturnType<typeof trendOf>, window: Window, context: DigestContext): Block[] {
  const known = series.flatMap(({ points }) => points.flatMap(([time, packets]) => (packets === null ? [] : [time])));
  const first = Math.min(...known);
  if (first <= window.from) return [];
  const text = `Of the time before ${momentText(first, { ...context, span: "week" })} Prometheus has no drops.`;
  return [{ kind: "note", text }];
}
