/** The evidence: kinds of request, upstreams, and the answers over time. */
import { counted, numberText } from "../../analysis/counted.ts";
import { failedOf, statusClasses } from "../../analysis/l7/http.ts";
import type { Block } from "../../message/message.ts";
import { shorten } from "../drops/words.ts";
import { timelineBlocks } from "../l7-shared/chart.ts";
import { percentilesOf } from "../l7-shared/words.ts";
import type { HttpPicture } from "./picture.ts";
import { statusText } from "./words.ts";

export function requestTable({ rows, read, shared }: HttpPicture): Block[] {
  const { args, manyClusters } = shared;
  if (rows.length === 0) return [];
  const shown = rows.slice(0, args.top);
  const ends = new Set(rows.map(({ source, destination }) => `${shorten(source)} → ${shorten(destination)}`));
  const [only = ""] = ends;
  const more = {
    rows: rows.length - shown.length + read.reduce((sum, { summary }) => sum + summary.folded.rows, 0),
    requests:
      rows.slice(args.top).reduce((sum, { requests }) => sum + requests, 0) +
      read.reduce((sum, { summary }) => sum + summary.folded.requests, 0),
  };
  // What is not listed may be of others.
  const isOne = ends.size === 1 && more.rows === 0;
  const timed = percentilesOf(shown);
  return [
    {
      kind: "table",
      title: isOne ? `Requests: ${only}` : "Requests",
      columns: [
        { title: "Request" },
        ...(isOne ? [] : [{ title: "Source → destination" }]),
        ...(manyClusters ? [{ title: "Cluster" }] : []),
        { title: "Count", align: "right" },
        { title: "Answers" },
        ...timed.columns,
      ],
      rows: shown.map((row) => [
        shorten(`${row.method} ${row.path}`.trim()),
        ...(isOne ? [] : [`${shorten(row.source)} → ${shorten(row.destination)}`]),
        ...(manyClusters ? [row.cluster] : []),
        numberText(row.requests),
        statusText(row),
        ...timed.cells(row),
      ]),
      ...(more.rows > 0 && {
        folded: `${counted(more.rows, "more kind")} of request, ${counted(more.requests, "request")}`,
      }),
    },
  ];
}

/** One upstream has nothing to be compared with. */
export function upstreamTable({ upstreams, shared }: HttpPicture): Block[] {
  const { manyClusters } = shared;
  if (upstreams.length < 2) return [];
  const shown = upstreams.slice(0, mostUpstreams);
  const timed = percentilesOf(shown);
  return [
    {
      kind: "table",
      title: "Upstreams",
      columns: [
        { title: "Upstream" },
        ...(manyClusters ? [{ title: "Cluster" }] : []),
        { title: "Requests", align: "right" },
        { title: "Failed", align: "right" },
        ...timed.columns,
      ],
      rows: shown.map((row) => [
        shorten(row.destination),
        ...(manyClusters ? [row.cluster] : []),
        numberText(row.requests),
        numberText(failedOf(row)),
        ...timed.cells(row),
      ]),
      ...(upstreams.length > shown.length && { folded: counted(upstreams.length - shown.length, "more upstream") }),
    },
  ];
}

const mostUpstreams = 8;

export function statusChart(picture: HttpPicture): Block[] {
  const names = { other: "no status", none: "no answer" } as const;
  return timelineBlocks(picture, {
    title: "Requests by status",
    unit: "requests",
    series: [...statusClasses, "none" as const].map((part) => ({
      name: part === "other" || part === "none" ? names[part] : part,
      bad: part === "5xx",
      rows: picture.read.map(({ summary }) => summary.timeline[part] ?? []),
    })),
  });
}
