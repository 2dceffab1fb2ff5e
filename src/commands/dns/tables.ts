/** The evidence: names, servers, what the search path asked for, and the answers over time. */
import { counted, numberText } from "../../analysis/counted.ts";
import { dnsParts, failedQueries } from "../../analysis/l7/dns.ts";
import type { Block } from "../../message/message.ts";
import { shorten } from "../drops/words.ts";
import { timelineBlocks } from "../l7-shared/chart.ts";
import { percentilesOf } from "../l7-shared/words.ts";
import type { DnsPicture } from "./picture.ts";
import { answersText, nameText, ttlText } from "./words.ts";

export function nameTable({ rows, read, shared }: DnsPicture): Block[] {
  const { args, manyClusters } = shared;
  if (rows.length === 0) return [];
  const shown = rows.slice(0, args.top);
  const clients = new Set(rows.map(({ client }) => shorten(client)));
  const [only = ""] = clients;
  const more = {
    rows: rows.length - shown.length + read.reduce((sum, { summary }) => sum + summary.folded.rows, 0),
    queries:
      rows.slice(args.top).reduce((sum, { queries }) => sum + queries, 0) +
      read.reduce((sum, { summary }) => sum + summary.folded.queries, 0),
  };
  // What is not listed may be of others.
  const isOne = clients.size === 1 && more.rows === 0;
  const timed = percentilesOf(shown);
  const isFound = shown.some(({ found }) => found);
  return [
    {
      kind: "table",
      title: isOne ? `Names that ${only} asked for` : "Names",
      columns: [
        { title: "Name" },
        { title: "Types" },
        ...(isOne ? [] : [{ title: "Client" }]),
        ...(manyClusters ? [{ title: "Cluster" }] : []),
        { title: "Queries", align: "right" },
        { title: "Answers" },
        ...(isFound ? [{ title: "TTL" }] : []),
        ...timed.columns,
      ],
      rows: shown.map((row) => [
        nameText(row),
        shorten(row.types.map(({ type }) => type).join(", ")),
        ...(isOne ? [] : [shorten(row.client)]),
        ...(manyClusters ? [row.cluster] : []),
        numberText(row.queries),
        answersText(row),
        ...(isFound ? [ttlText(row, shared)] : []),
        ...timed.cells(row),
      ]),
      ...(more.rows > 0 && {
        folded: `${counted(more.rows, "more name")}, ${counted(more.queries, "query", "queries")}`,
      }),
    },
  ];
}

/** One server has nothing to be compared with. */
export function serverTable({ servers, shared }: DnsPicture): Block[] {
  const { manyClusters } = shared;
  if (servers.length < 2) return [];
  const timed = percentilesOf(servers);
  return [
    {
      kind: "table",
      title: "DNS servers",
      columns: [
        { title: "Server" },
        ...(manyClusters ? [{ title: "Cluster" }] : []),
        { title: "Queries", align: "right" },
        { title: "Failed", align: "right" },
        ...timed.columns,
      ],
      rows: servers
        .slice(0, mostServers)
        .map((row) => [
          shorten(row.server),
          ...(manyClusters ? [row.cluster] : []),
          numberText(row.queries),
          numberText(failedQueries(row)),
          ...timed.cells(row),
        ]),
    },
  ];
}

const mostServers = 8;

/** With `--all`. */
export function searchTable({ noise, shared }: DnsPicture): Block[] {
  const { args, manyClusters } = shared;
  if (!args.all || noise.length === 0) return [];
  return [
    {
      kind: "table",
      title: "Asked for by the search path alone",
      columns: [
        { title: "Meant" },
        { title: "Tried, for example" },
        { title: "Client" },
        ...(manyClusters ? [{ title: "Cluster" }] : []),
        { title: "Queries", align: "right" },
      ],
      rows: noise
        .slice(0, args.top)
        .map((row) => [
          shorten(row.name),
          shorten(row.example),
          shorten(row.client),
          ...(manyClusters ? [row.cluster] : []),
          numberText(row.queries),
        ]),
    },
  ];
}

export function answerChart(picture: DnsPicture): Block[] {
  const names = { found: "answered", missing: "no such name", search: "search path", failed: "failed" } as const;
  return timelineBlocks(picture, {
    title: "DNS lookups by answer",
    unit: "queries",
    series: dnsParts.map((part) => ({
      name: names[part],
      bad: part === "failed",
      rows: picture.read.map(({ summary }) => summary.timeline[part] ?? []),
    })),
  });
}
