/** What one cluster gave: the picture, a table of those that it does not name, and what to know of the numbers. */
import { counted, listed } from "../../analysis/counted.ts";
import { clockText } from "../../analysis/time.ts";
import type { TimeChart } from "../../message/chart.ts";
import { extentOf, leading, mostNamed } from "../../message/chart-text.ts";
import type { Block } from "../../message/message.ts";
import { noValue } from "../../message/no-value.ts";
import { quantity } from "../../message/quantity.ts";
import type { PanelFinding } from "../../sources/question.ts";
import { seriesChart } from "../metrics-shared/series-chart.ts";
import { type PanelNames, panelNames } from "./names.ts";
import type { PanelPicture, PanelView } from "./picture.ts";

/** Scrapes that may be missing before a late beginning is told, as a share of the window. */
const patience = 0.1;

export function viewBlocks(picture: PanelPicture, { cluster, finding, trouble }: PanelView): Block[] {
  const who = picture.views.length > 1 ? `${cluster}: ` : "";
  if (finding === undefined)
    return [{ kind: "note", tone: "warn", text: `${who}${trouble ?? "Prometheus gave no answer."}` }];
  const notes = finding.notes.map((text): Block => ({ kind: "note", text: `${who}${text}` }));
  if (finding.cannot !== null) return [{ kind: "text", text: `${who}${finding.cannot}` }, ...notes];
  const names = panelNames(finding.series);
  const chart = chartOf(picture, `${who}${picture.panel.name}`, finding, names);
  return [
    { kind: "chart", chart },
    ...(finding.series.length > mostNamed ? [table(chart, finding)] : []),
    ...sharedNotes(names, who),
    ...lateNotes(picture, finding, who),
    ...(finding.folded > 0 && finding.series.length <= mostNamed
      ? [{ kind: "note", text: `${who}${foldedText(finding)}` } as const]
      : []),
    ...notes,
  ];
}

function chartOf(
  { panel, window }: PanelPicture,
  title: string,
  finding: PanelFinding,
  { names }: PanelNames,
): TimeChart {
  const chart = seriesChart(finding, title, panel.unit, window);
  return {
    ...chart,
    kind: panel.chart,
    series: chart.series.map((one, at) => ({ ...one, name: names[at] ?? one.name })),
    ...(panel.thresholds !== undefined && { thresholds: panel.thresholds }),
  };
}

/** Under the picture stand the numbers of those it names: these are the others. */
function table(chart: TimeChart, finding: PanelFinding): Block {
  return {
    kind: "table",
    title: "The others",
    columns: [
      { title: "Series" },
      ...(["min", "avg", "max", "last"] as const).map((title) => ({ title, align: "right" as const })),
    ],
    rows: leading(chart.series).rest.map((one) => {
      const extent = extentOf(one);
      const values = (["min", "avg", "max", "last"] as const).map((name) =>
        extent === null ? noValue : quantity(extent[name], chart.unit),
      );
      return [one.name, ...values];
    }),
    ...(finding.folded > 0 && { folded: foldedText(finding) }),
  };
}

function foldedText({ folded }: PanelFinding): string {
  return `${counted(folded, "more series", "more series")}, smaller than these: narrow it, or ask for them with query.`;
}

function sharedNotes({ shared }: PanelNames, who: string): Block[] {
  return shared.length === 0 ? [] : [{ kind: "note", text: `${who}All of ${listed(shared)}.` }];
}

/** What begins late has not been there, or Prometheus does not keep it for so long. */
function lateNotes({ window, askedAt }: PanelPicture, { series, stepMs }: PanelFinding, who: string): Block[] {
  const times = series.flatMap(({ points }) => points.find(([, value]) => value !== null)?.[0] ?? []);
  const first = times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  if (!(first - window.from > Math.max(2 * stepMs, patience * (window.to - window.from)))) return [];
  return [
    {
      kind: "note",
      tone: "warn",
      text: `${who}The first value is of ${clockText(first, askedAt)} UTC: there is none before.`,
    },
  ];
}
