/** What one cluster gave: a picture, a table of numbers, and what Prometheus said beside them. */
import { counted, listed } from "../../analysis/counted.ts";
import { extentOf } from "../../message/chart-text.ts";
import type { Block, Column } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import { quantity } from "../../message/quantity.ts";
import type { MetricSeries, PromqlFinding } from "../../sources/question.ts";
import { seriesChart } from "../metrics-shared/series-chart.ts";
import { seriesNames } from "../metrics-shared/series-name.ts";
import type { QueryPicture, QueryView } from "./picture.ts";
import { placeSaid, underlined } from "./place.ts";

const shownRows = 20;
/** More lines cannot be told apart. */
const drawn = 20;
const longestSaid = 300;
const noNumber = "no number";

export function viewBlocks(picture: QueryPicture, view: QueryView): Block[] {
  const { finding, failure, cluster } = view;
  const lead = picture.views.length > 1 ? `${cluster}: ` : "";
  if (finding === undefined) return failure === undefined ? [] : failureBlocks(picture, lead, failure.say);
  if (finding.cannot !== null) return [{ kind: "text", text: `${lead}${finding.cannot}` }, ...saidNotes(finding, lead)];
  if (finding.type === "string") return [{ kind: "text", text: `${lead}${finding.text ?? ""}` }];
  const { names, keys, shared } = seriesNames(finding.series);
  const [only] = finding.series;
  if (picture.isInstant && finding.series.length === 1 && keys.length === 0 && only !== undefined)
    return [{ kind: "text", text: `${lead}${cells(picture, finding, only)[0]}` }, ...saidNotes(finding, lead)];
  const title = picture.views.length > 1 ? cluster : undefined;
  return [
    ...chartBlock(picture, finding, lead),
    {
      kind: "table",
      ...(title !== undefined && { title }),
      columns: [{ title: keyTitle(keys) }, ...columns(picture, finding)],
      rows: finding.series
        .slice(0, shownRows)
        .map((series, at) => [names[at] ?? "", ...cells(picture, finding, series)]),
      ...foldedText(finding),
    },
    ...sharedNote(shared),
    ...saidNotes(finding, lead),
  ];
}

function keyTitle(keys: readonly string[]): string {
  return keys.length === 0
    ? "Series"
    : cutEnd(keys.map((key) => (key === "__name__" ? "metric" : key)).join(" · "), 80);
}

function sharedNote(shared: readonly (readonly [name: string, value: string])[]): Block[] {
  const metric = shared.find(([name]) => name === "__name__")?.[1];
  const labels = shared.filter(([name]) => name !== "__name__").map(([name, value]) => `${name}=${value}`);
  const are = metric === undefined ? [] : [`are ${metric}`];
  const have = labels.length === 0 ? [] : [`have ${labels.join(", ")}`];
  return shared.length === 0 ? [] : [{ kind: "note", text: `All ${listed([...are, ...have])}.` }];
}

/** Prometheus says where it stumbled, too. */
function failureBlocks({ args }: QueryPicture, lead: string, say: string): Block[] {
  const at = placeSaid(say, args.expression);
  return [
    { kind: "note", tone: "warn", text: cutEnd(`${lead}${say}`, 2 * longestSaid) },
    ...(at === undefined ? [] : [{ kind: "code", code: underlined(args.expression, at, 1) } as const]),
  ];
}

function chartBlock({ args, window, isInstant }: QueryPicture, finding: PromqlFinding, lead: string): Block[] {
  const some = finding.series.slice(0, drawn).filter(({ points }) => points.some(([, value]) => value !== null));
  if (isInstant || some.length === 0) return [];
  return [
    {
      kind: "chart",
      chart: seriesChart({ ...finding, series: some }, `${lead}${cutEnd(args.expression, 120)}`, "", window),
    },
  ];
}

function columns({ isInstant }: QueryPicture, { type }: PromqlFinding): Column[] {
  const titles = isInstant ? (type === "matrix" ? ["Last", "Samples"] : ["Value"]) : ["Last", "Min", "Avg", "Max"];
  return titles.map((title) => ({ title, align: "right" }));
}

function cells({ isInstant }: QueryPicture, { type }: PromqlFinding, { points }: MetricSeries): string[] {
  const extent = extentOf({ name: "", points });
  const text = (value: number | undefined) => (value === undefined ? noNumber : quantity(value, ""));
  if (!isInstant) return [extent?.last, extent?.min, extent?.avg, extent?.max].map(text);
  return type === "matrix" ? [text(extent?.last), String(points.length)] : [text(extent?.last)];
}

function foldedText({ series, folded }: PromqlFinding): { readonly folded?: string } {
  const left = folded + Math.max(0, series.length - shownRows);
  return left === 0 ? {} : { folded: `${counted(left, "more series", "more series")}, none of them higher than these` };
}

/** Verbatim: a part of Thanos' stores that did not answer, a rate over something that is no counter. */
function saidNotes({ notes }: PromqlFinding, lead: string): Block[] {
  return notes.map((note) => ({ kind: "note", tone: "warn", text: `${lead}${cutEnd(note, longestSaid)}` }));
}
