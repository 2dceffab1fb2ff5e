/** The evidence: what was dropped between whom, which requests were refused, what the counters say, and whose policies they are. */
import { counted, listed, numberText } from "../../analysis/counted.ts";
import type { MergedDrops } from "../../analysis/merge-drops.ts";
import { reasonFromText } from "../../analysis/reasons.ts";
import { comparable } from "../../analysis/reconcile.ts";
import { rankedReasons, realCounts } from "../../analysis/worst.ts";
import type { Block, Column, Text } from "../../message/message.ts";
import { outsideName } from "./outside-name.ts";
import { agoText, type Picture, seenText } from "./picture.ts";
import { directionText, pairText, reasonText, requestText, shorten } from "./words.ts";

type Table = Extract<Block, { kind: "table" }>;

/** A column that says the same in each row says it once, in the title. */
interface Choice<Row> {
  readonly column: Column;
  readonly cell: (row: Row) => Text;
  /** The common value in the title's words; a column without it always stays. */
  readonly common?: (row: Row) => string;
}

export function pairTable(picture: Picture): Table | undefined {
  const { pairs, drops, args, askedAt, manyClusters } = picture;
  if (drops === undefined || pairs.length === 0) return undefined;
  const rows = pairs.slice(0, args.top);
  const rest = {
    pairs: pairs.length - rows.length + drops.folded.pairs,
    packets: picture.packets - rows.reduce((sum, { packets }) => sum + packets, 0),
  };
  return table(
    "Dropped packets",
    rows,
    [
      { column: { title: "Source → destination" }, cell: pairText },
      ...(rows.some((row) => outsideName(row) !== "") ? [{ column: { title: "Known as" }, cell: outsideName }] : []),
      ...(manyClusters ? [{ column: { title: "Cluster" }, cell: (row: (typeof rows)[0]) => row.cluster }] : []),
      {
        column: { title: "Reason" },
        cell: ({ reason }) => reasonText(reason),
        common: ({ reason }) => reasonText(reason),
      },
      {
        column: { title: "Direction" },
        cell: ({ direction }) => directionText(direction),
        common: ({ direction }) => directionText(direction),
      },
      { column: { title: "Packets", align: "right" }, cell: ({ packets }) => numberText(packets) },
      { column: { title: "Seen", align: "right" }, cell: (row) => seenText(row, askedAt) },
    ],
    rest.pairs > 0 ? foldedPairs(rest) : undefined,
  );
}

export function denialTable({ drops, args, askedAt, manyClusters }: Picture): Table | undefined {
  if (drops === undefined || drops.l7Denials.length === 0) return undefined;
  const rows = drops.l7Denials.slice(0, args.top);
  const rest = drops.l7Denials.slice(args.top);
  const kinds = rest.length + drops.foldedL7.denials;
  const count = rest.reduce((sum, row) => sum + row.count, drops.foldedL7.count);
  return table(
    "Refused requests",
    rows,
    [
      {
        column: { title: "Source → destination" },
        cell: ({ source, destination }) => `${shorten(source)} → ${shorten(destination)}`,
      },
      { column: { title: "Request" }, cell: requestText },
      ...(manyClusters ? [{ column: { title: "Cluster" }, cell: (row: (typeof rows)[0]) => row.cluster }] : []),
      { column: { title: "Answer" }, cell: answerText, common: answerText },
      { column: { title: "Count", align: "right" }, cell: (row) => numberText(row.count) },
      { column: { title: "Last", align: "right" }, cell: ({ last }) => agoText(last, askedAt) },
    ],
    kinds > 0 ? `${counted(kinds, "more kind")} of request, refused ${counted(count, "time")}` : undefined,
  );
}

/** By reason, with the agents' counters beside the flows. Only where there is more to say than the pairs' title does. */
export function reasonTable(picture: Picture): Table | undefined {
  const { drops, byReason, views, args, filtered } = picture;
  if (drops === undefined) return undefined;
  const totals = views.flatMap((view) => view.totals?.totals ?? []);
  const flows = new Map(rankedReasons(byReason));
  const reasons = [...flows.keys()];
  // Without target and filters the counters' other reasons belong to the answer: the ring may have lost those flows.
  const everything = args.select.target === undefined && !filtered;
  const more = everything
    ? totals
        .filter(
          ({ reason, packets }) =>
            packets > 0 && !reasons.includes(reason) && (args.all || reasonFromText(reason)?.kind !== "noise"),
        )
        .map(({ reason }) => reason)
    : [];
  const all = [...reasons, ...new Set(more)];
  if (all.length < 2) return undefined;
  const counters = views.some((view) => view.totals !== undefined);
  const sums = all.map((reason) => ({
    reason,
    flows: flows.get(reason) ?? 0,
    counters: totals.filter((total) => total.reason === reason).reduce((sum, { packets }) => sum + packets, 0),
  }));
  return {
    kind: "table",
    title: counters && !everything ? "By reason: these flows, and the counters of the whole cluster" : "By reason",
    columns: [
      { title: "Reason" },
      { title: "Flows", align: "right" },
      ...(counters ? [{ title: "Counters", align: "right" } as const] : []),
    ],
    rows: sums
      .slice(0, 12)
      .map((row) => [reasonText(row.reason), numberText(row.flows), ...(counters ? [numberText(row.counters)] : [])]),
    ...foldedReasons(picture, sums),
  };
}

/** Below the table: what is not listed, and why the counters are more than what a note compares with the flows. */
function foldedReasons(
  { views, args }: Picture,
  sums: readonly { readonly counters: number }[],
): Pick<Table, "folded"> {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const all = sum(sums.map(({ counters }) => counters));
  const compared = sum(
    views.flatMap(({ totals, drops }) =>
      totals === undefined || drops === undefined
        ? []
        : comparable({ ...realCounts(drops, args.all), totals: totals.totals }).map(({ packets }) => packets),
    ),
  );
  const parts = [
    ...(sums.length > 12 ? [counted(sums.length - 12, "more reason")] : []),
    ...(all > compared && compared > 0
      ? [
          `Counters: ${counted(all, "packet")} of both directions, ${numberText(compared)} of them of the reasons and directions that flows show`,
        ]
      : []),
  ];
  return parts.length === 0 ? {} : { folded: parts.join(". ") };
}

export function directionFacts({ byDirection }: Picture): Block | undefined {
  const directions = Object.entries(byDirection);
  if (directions.length < 2) return undefined;
  const words = directions.map(([direction, packets]) => `${directionText(direction)} ${numberText(packets)}`);
  return { kind: "facts", facts: [{ name: "By direction", value: words.join(", ") }] };
}

/** What stands behind the noise, so that "folded" can be checked. */
export function noiseReasons(drops: MergedDrops): string {
  const noisy = drops.pairs.filter(({ noise }) => noise);
  return listed(
    [
      ...new Set(
        noisy.map(({ reason, protocol }) => `${reasonText(reason)}${protocol === "" ? "" : ` (${protocol})`}`),
      ),
    ].slice(0, 3),
  );
}

function table<Row>(
  title: string,
  rows: readonly Row[],
  choices: readonly Choice<Row>[],
  folded: string | undefined,
): Table {
  const isCommon = ({ common }: Choice<Row>) => common !== undefined && new Set(rows.map(common)).size === 1;
  const common = choices
    .filter(isCommon)
    .flatMap(({ common }) => (rows[0] === undefined ? [] : [common?.(rows[0]) ?? ""]))
    .filter((text) => text !== "");
  const shown = choices.filter((choice) => !isCommon(choice));
  return {
    kind: "table",
    title: common.length === 0 ? title : `${title}: ${common.join(", ")}`,
    columns: shown.map(({ column }) => column),
    rows: rows.map((row) => shown.map(({ cell }) => cell(row))),
    ...(folded !== undefined && { folded }),
  };
}

function answerText({ protocol, code }: { readonly protocol: string; readonly code: number }): string {
  return code > 0 ? `${protocol.toUpperCase()} ${code}` : protocol.toUpperCase();
}

function foldedPairs({ pairs, packets }: { readonly pairs: number; readonly packets: number }): string {
  return `${counted(pairs, "more pair")}, ${counted(Math.max(0, packets), "packet")}`;
}
