/** The rankings as tables: each ends in what is not ranked, and in all of it. */
import { numberText } from "../../analysis/counted.ts";
import type { Block, Column, Text } from "../../message/message.ts";
import { directionText, reasonText } from "../drops/words.ts";
import { answerCells, answerColumns, units } from "./counted.ts";
import type { TopPicture } from "./picture.ts";
import type { FlowRow, MetricGroup } from "./ranked.ts";
import {
  changeText,
  end,
  endsText,
  type Labels,
  mapText,
  methodText,
  nameText,
  nodeText,
  operationText,
  portText,
  rateText,
  shareText,
} from "./words.ts";

type Table = Extract<Block, { kind: "table" }>;

/** What names a row. */
interface Naming {
  readonly column: Column;
  readonly cell: (labels: Labels) => Text;
}

/** All rankings of metrics: one, or with `--by node` one below the other. */
export function metricTables(picture: TopPicture): Table[] {
  const names = [...new Set(picture.metrics.map(({ metric }) => metric))];
  return names.flatMap((name) => {
    const table = metricTable({ ...picture, metrics: picture.metrics.filter(({ metric }) => metric === name) });
    return table === undefined ? [] : [table];
  });
}

function metricTable(picture: TopPicture): Table | undefined {
  const { metrics, manyClusters, span, args } = picture;
  const first = metrics.flatMap(({ rows }) => rows)[0];
  if (first === undefined) return undefined;
  const byNode = args.by !== undefined;
  const naming = namingOf(first.labels, { byNode, onlyFailed: args.failed });
  const unit = unitOf(picture);
  const compared = isCompared(picture);
  return {
    kind: "table",
    title: `${titleOf(picture, "metrics")}${compared ? `; change against the ${span} before` : ""}`,
    columns: [
      ...(byNode ? [{ title: "Node" }] : []),
      ...naming.map(({ column }) => column),
      ...(manyClusters ? [{ title: "Cluster" }] : []),
      { title: unit, align: "right" },
      { title: byNode ? "Of node" : "Share", align: "right" },
      ...(compared ? [{ title: "Change", align: "right" } as const] : []),
    ],
    rows: metrics.flatMap((group) => groupRows(group, naming, { byNode, manyClusters, compared })),
  };
}

function groupRows(
  { node, rows, total, others }: MetricGroup,
  naming: readonly Naming[],
  { byNode, manyClusters, compared }: Readonly<Record<"byNode" | "manyClusters" | "compared", boolean>>,
): Text[][] {
  const blank = naming.slice(1).map(() => "");
  const lead = byNode ? [nodeText(node?.labels ?? {})] : [];
  const place = (cluster: string) => (manyClusters ? [cluster] : []);
  const sum = (name: string, rate: number) => [
    ...lead,
    name,
    ...blank,
    ...place(node?.cluster ?? ""),
    rateText(rate),
    shareText(rate, total),
    ...(compared ? [""] : []),
  ];
  return [
    ...rows.map(({ labels, cluster, rate, before }) => [
      ...lead,
      ...naming.map(({ cell }) => cell(labels)),
      ...place(cluster),
      rateText(rate),
      shareText(rate, total),
      ...(compared ? [changeText(rate, before)] : []),
    ]),
    ...(others.count > 0 ? [sum(`${others.count} others`, others.rate)] : []),
    sum("all", total),
  ];
}

/** What was counted in flows. */
export function flowTable(picture: TopPicture): Table | undefined {
  const { flows, manyClusters, args } = picture;
  if (flows === undefined || flows.rows.length === 0) return undefined;
  const naming = namingOf(flows.rows[0]?.labels ?? {}, { byNode: false, onlyFailed: false });
  const blank = naming.slice(1).map(() => "");
  const answered = answerColumns(args.of);
  const sum = (name: string, count: number): Text[] => [
    name,
    ...blank,
    ...(manyClusters ? [""] : []),
    numberText(count),
    shareText(count, flows.total),
    ...answered.map(() => ""),
  ];
  const row = (one: FlowRow): Text[] => [
    ...naming.map(({ cell }) => cell(one.labels)),
    ...(manyClusters ? [one.cluster] : []),
    numberText(one.count),
    shareText(one.count, flows.total),
    ...answerCells(args.of, one),
  ];
  const { count, sum: left } = flows.others;
  return {
    kind: "table",
    title: titleOf(picture, "flows"),
    columns: [
      ...naming.map(({ column }) => column),
      ...(manyClusters ? [{ title: "Cluster" }] : []),
      { title: units[args.of][2], align: "right" },
      { title: "Share", align: "right" },
      ...answered.map((title) => ({ title, align: "right" }) as const),
    ],
    rows: [
      ...flows.rows.map(row),
      ...(flows.search === null ? [] : [sum("made up by search paths", flows.search.queries)]),
      ...(left > 0 || (count ?? 0) > 0 ? [sum(count === null ? "others" : `${count} others`, left)] : []),
      sum("all", flows.total),
    ],
  };
}

/** At least one row has something to be compared with. */
export function isCompared({ metrics }: TopPicture): boolean {
  return metrics.some(({ rows }) => rows.some(({ before }) => before !== null));
}

/** `ops/s`, as the finding says. */
export function unitOf({ views }: TopPicture): string {
  return views.find(({ ranking }) => ranking !== undefined)?.ranking?.unit ?? "";
}

function titleOf({ args, when, metrics, flows }: TopPicture, from: "metrics" | "flows"): string {
  const both = metrics.some(({ rows }) => rows.length > 0) && (flows?.rows.length ?? 0) > 0;
  switch (args.of) {
    case "maps":
      return `${args.failed ? "Failed map operations" : "Map operations"}${args.by !== undefined ? " of each node" : ""} ${when}`;
    case "drops":
      if (from === "flows") return `Who was dropped ${when}, from flows`;
      if (metrics.some(({ metric }) => metric.startsWith("hubble_"))) return `Who was dropped ${when}, from metrics`;
      return both ? `Drops ${when} by reason and node, as the agents counted them` : `Drops ${when}, from metrics`;
    case "talkers":
      return `Who talked most ${when}, from ${from}`;
    case "ports":
      return `Ports ${when}, from ${from}`;
    case "dns":
      return `Names asked for ${when}, from ${from}`;
    case "http":
      return `Requests ${when}, from ${from}`;
  }
}

function namingOf(
  labels: Labels,
  { byNode, onlyFailed }: Readonly<Record<"byNode" | "onlyFailed", boolean>>,
): Naming[] {
  const node = { column: { title: "Node" }, cell: nodeText };
  if (labels["name"] !== undefined) return [{ column: { title: "Name" }, cell: nameText }];
  if (labels["method"] !== undefined)
    return [
      { column: { title: "Request" }, cell: methodText },
      { column: { title: "Destination" }, cell: ({ destination }) => end(destination) },
    ];
  if (labels["map_name"] !== undefined)
    return [
      { column: { title: "Map" }, cell: mapText },
      {
        column: { title: "Operation" },
        cell: (own) => operationText(onlyFailed ? { ...own, outcome: "" } : own),
      },
      ...(byNode || nodeText(labels) === "" ? [] : [node]),
    ];
  const reason = { column: { title: "Reason" }, cell: (own: Labels) => reasonText(own["reason"] ?? "") };
  if (labels["source"] !== undefined || labels["destination"] !== undefined)
    return [
      { column: { title: "Source → destination" }, cell: endsText },
      ...(labels["reason"] === undefined ? [] : [reason]),
    ];
  if (labels["port"] !== undefined) return [{ column: { title: "Port" }, cell: portText }];
  return [
    reason,
    { column: { title: "Direction" }, cell: (own) => directionText(own["direction"] ?? "") },
    ...(nodeText(labels) === "" ? [] : [node]),
  ];
}
