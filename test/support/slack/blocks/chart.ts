/** data_visualization (changelog of 2026-06-16): line, bar, area and pie. */
import { asList, asObject, asText, type Json } from "../json.ts";
import { limits } from "../limits.ts";
import { checkChoice, checkList, checkString, type Report, readObject } from "./report.ts";

export function checkChart(report: Report, block: Json, pointer: string): void {
  checkString(report, block["title"], `${pointer}/title`, limits.chartTitle);
  report.count(asText(block["title"]));
  const chart = asObject(block["chart"]);
  const at = `${pointer}/chart`;
  checkChoice(report, chart["type"] ?? null, `${at}/type`, ["line", "bar", "area", "pie"]);
  if (chart["type"] === "pie") checkPie(report, chart, at);
  else checkAxes(report, chart, at);
}

function checkPie(report: Report, value: Json, pointer: string): void {
  const chart = readObject(report, value, pointer, { required: ["type", "segments"] });
  checkList(report, chart?.["segments"], `${pointer}/segments`, { most: limits.chartSeries }, (item, at) => {
    checkPoint(report, item, at);
  });
}

function checkAxes(report: Report, value: Json, pointer: string): void {
  const chart = readObject(report, value, pointer, { required: ["type", "series", "axis_config"] });
  const axis = readObject(report, chart?.["axis_config"], `${pointer}/axis_config`, {
    required: ["categories"],
    optional: ["x_label", "y_label"],
  });
  const categories = asList(axis?.["categories"]);
  const most = limits.chartPoints;
  checkList(report, axis?.["categories"], `${pointer}/axis_config/categories`, { most }, (category, at) => {
    checkString(report, category, at, limits.chartLabel);
  });
  for (const label of ["x_label", "y_label"])
    checkString(report, axis?.[label], `${pointer}/axis_config/${label}`, limits.chartTitle);
  checkDifferent(
    report,
    asList(chart?.["series"]).map((item) => asObject(item)["name"]),
    `${pointer}/series`,
  );
  checkDifferent(report, categories, `${pointer}/axis_config/categories`);
  checkList(report, chart?.["series"], `${pointer}/series`, { most: limits.chartSeries }, (item, at) => {
    const series = readObject(report, item, at, { required: ["name", "data"] });
    checkString(report, series?.["name"], `${at}/name`, limits.chartLabel);
    checkList(report, series?.["data"], `${at}/data`, { most }, (point, place) => checkPoint(report, point, place));
    const labels = new Set(asList(series?.["data"]).map((point) => asObject(point)["label"]));
    if (categories.some((category) => !labels.has(category))) {
      report.wrong(`${at}/data`, "every series must cover every category");
    }
  });
}

/** Page "Data visualization block": series have names of their own; a category that stands twice could not be told from the first. */
function checkDifferent(report: Report, names: readonly unknown[], pointer: string): void {
  if (new Set(names).size < names.length) report.wrong(pointer, "must be unique");
}

function checkPoint(report: Report, value: unknown, pointer: string): void {
  const point = readObject(report, value, pointer, { required: ["label", "value"] });
  checkString(report, point?.["label"], `${pointer}/label`, limits.chartLabel);
  if (typeof point?.["value"] !== "number") report.wrong(`${pointer}/value`, "must provide a number");
  report.count(asText(point?.["label"]));
}
