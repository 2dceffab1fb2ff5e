/** Series of a finding as a picture of lines. */
import type { Window } from "../../analysis/select.ts";
import type { TimeChart, Unit } from "../../message/chart.ts";
import type { MetricSeries, MetricsFacts } from "../../sources/question.ts";
import { seriesNames } from "./series-name.ts";

/** `series` in the order of the legend, as they come. */
export function seriesChart(
  finding: Pick<MetricsFacts, "stepMs"> & { readonly series: readonly MetricSeries[] },
  title: string,
  unit: Unit,
  window: Window,
): TimeChart {
  const { names } = seriesNames(finding.series);
  return {
    kind: "lines",
    title,
    unit,
    window,
    stepMs: finding.stepMs,
    series: finding.series.map(({ points }, at) => ({ name: names[at] ?? "", points })),
  };
}
