/** The rankings as pictures: lines over time where metrics have them, bars where flows were counted. */
import type { Block } from "../../message/message.ts";
import { reasonText } from "../drops/words.ts";
import { units } from "./counted.ts";
import type { TopPicture } from "./picture.ts";
import { unitOf } from "./tables.ts";
import { isFailed, type Labels, nodeText, rowText, things } from "./words.ts";

export function chartBlocks(picture: TopPicture): Block[] {
  const lines = linesOf(picture);
  return lines.length > 0 ? lines : barsOf(picture);
}

/** Exactly the series of the table. */
function linesOf(picture: TopPicture): Block[] {
  const { metrics, args, views, window, manyClusters } = picture;
  const rows = metrics.flatMap((group) => group.rows);
  if (rows.every(({ points }) => points.length === 0)) return [];
  const stepMs = Math.max(...views.map(({ ranking }) => ranking?.stepMs ?? 0));
  return [
    {
      kind: "chart",
      chart: {
        kind: "lines",
        title: `${args.failed ? "Failed BPF map operations" : titles[args.of]}${args.by !== undefined ? ", each node" : ""}${rows.length > 1 ? `, the first ${args.top}` : ""}`,
        unit: unitOf(picture),
        window,
        stepMs,
        series: rows.map(({ labels, cluster, points }) => ({
          name: nameOf(args.failed ? { ...labels, outcome: "" } : labels, manyClusters ? cluster : undefined),
          ...(isFailed(labels) && { tone: "bad" as const }),
          points,
        })),
      },
    },
  ];
}

function barsOf({ flows, args, manyClusters, when }: TopPicture): Block[] {
  if (flows === undefined || flows.rows.length === 0) return [];
  return [
    {
      kind: "chart",
      chart: {
        kind: "ranking",
        title: `Most ${things[args.of]} ${when}`,
        unit: units[args.of][1],
        bars: flows.rows.map(({ labels, cluster, count }) => ({
          name: nameOf(labels, manyClusters ? cluster : undefined),
          value: count,
        })),
      },
    },
  ];
}

const titles = {
  maps: "BPF map operations",
  drops: "Drops",
  talkers: "Talkers",
  ports: "Ports",
  dns: "DNS names",
  http: "HTTP requests",
} as const;

function nameOf(labels: Labels, cluster: string | undefined): string {
  const node = nodeText(labels);
  const reason = labels["source"] !== undefined && labels["reason"] !== undefined ? reasonText(labels["reason"]) : "";
  return [rowText(labels), reason, node, cluster ?? ""].filter((part) => part !== "").join(" · ");
}
