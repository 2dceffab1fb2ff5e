/** How full maps are, and when one will be full, if its past tells. */
import { type Forecast, forecastFull } from "../../analysis/forecast.ts";
import { mapName } from "../../analysis/ranking.ts";
import { clockText } from "../../analysis/time.ts";
import type { Block } from "../../message/message.ts";
import { quantity } from "../../message/quantity.ts";
import { shorten } from "../drops/words.ts";
import type { TopView } from "./gather.ts";
import type { TopPicture } from "./picture.ts";
import { type Labels, nodeText } from "./words.ts";

export interface Fill {
  readonly cluster: string;
  readonly labels: Labels;
  /** `policy_v2` for `cilium_policy_v2_*`. */
  readonly map: string;
  /** One series stands for the fullest of the endpoints' own maps. */
  readonly fullest: boolean;
  /** Shares of the whole: the newest, and at the window's beginning. */
  readonly now: number;
  readonly before: number | null;
  readonly forecast: Forecast | undefined;
}

const hourMs = 3_600_000;
/** Of these, what needs a new entry will soon be refused. */
export const nearlyFull = 0.9;
const listedMaps = 5;
const toldForecasts = 3;

/** Those that will be full soonest first, then the fullest. `to`: the end of the window. */
export function fillsOf(
  views: readonly TopView[],
  { from, to }: { readonly from: number; readonly to: number },
): Fill[] {
  return views
    .flatMap(({ cluster, ranking }) =>
      (ranking?.pressure ?? []).flatMap(({ labels, points }): Fill[] => {
        const known = points.flatMap(([time, value]) => (value === null ? [] : [{ time, value }]));
        const [first, last] = [known[0], known.at(-1)];
        if (first === undefined || last === undefined) return [];
        const name = labels["map_name"] ?? "";
        return [
          {
            ...{ cluster, labels, map: mapName(name), fullest: name.endsWith("_*") },
            now: last.value,
            before: first.time - from < (to - from) / 10 ? first.value : null,
            forecast: forecastFull(points, to),
          },
        ];
      }),
    )
    .sort((a, b) => soonness(a) - soonness(b) || b.now - a.now || (a.map < b.map ? -1 : 1));
}

/** What is nearly full, and what will be: the reason to look at all. */
export function fillTexts({ fills, window, span, manyClusters }: TopPicture): string[] {
  const told = fills.filter(({ now, forecast }) => now >= nearlyFull || forecast !== undefined);
  return told.slice(0, toldForecasts).map(({ labels, map, now, before, forecast, cluster }) => {
    const where = `${shorten(map)}${onNode(labels)}${manyClusters ? ` in ${cluster}` : ""}`;
    const is = `${where} is ${percent(now)} full`;
    if (forecast === undefined)
      return now >= 1
        ? `${where} is full: what needs a new entry there is refused or dropped.`
        : `${is}${before === null ? "" : ` (${percent(before)} ${span} ago)`}.`;
    return `${is} and grows steadily, by ${quantity(forecast.perHour, "ratio")} of its size an hour. If that goes on, it is full in ${inText(forecast.fullAt - window.to)}, around ${clockText(roundedTo(forecast.fullAt, 300_000), window.to).slice(0, -3)} UTC.`;
  });
}

/** `ct4_global full in about 9 h on k8s-w1`, for a title. */
export function fillTitle({ fills, window }: TopPicture): string | undefined {
  const worst = fills.find(({ now }) => now >= nearlyFull) ?? fills.find(({ forecast }) => forecast !== undefined);
  if (worst === undefined) return undefined;
  const { map, labels, now, forecast } = worst;
  const state =
    now >= 1
      ? "is full"
      : forecast === undefined
        ? `is ${percent(now)} full`
        : `full in ${inText(forecast.fullAt - window.to)}`;
  return `${shorten(map)} ${state}${onNode(labels)}`;
}

export function fillTable({ fills, span, window, manyClusters }: TopPicture): Block[] {
  if (fills.length === 0) return [];
  const rows = fills.slice(0, listedMaps);
  const hasForecast = rows.some(({ forecast }) => forecast !== undefined);
  return [
    {
      kind: "table",
      title: "How full maps are",
      columns: [
        { title: "Map" },
        { title: "Node" },
        ...(manyClusters ? [{ title: "Cluster" }] : []),
        { title: "Now", align: "right" },
        { title: `${span} ago`, align: "right" },
        ...(hasForecast ? [{ title: "Full in", align: "right" } as const] : []),
      ],
      rows: rows.map(({ map, fullest, labels, cluster, now, before, forecast }) => [
        `${shorten(map)}${fullest ? " (fullest endpoint)" : ""}`,
        nodeText(labels),
        ...(manyClusters ? [cluster] : []),
        percent(now),
        before === null ? "?" : percent(before),
        ...(hasForecast ? [forecast === undefined ? "–" : inText(forecast.fullAt - window.to)] : []),
      ]),
    },
  ];
}

/** `about 40 min`, `about 9 h`, `about 3 days`. */
export function inText(ms: number): string {
  if (ms < 90 * 60_000) return `about ${Math.max(1, Math.round(ms / 60_000))} min`;
  return ms < 48 * hourMs ? `about ${Math.round(ms / hourMs)} h` : `about ${Math.round(ms / (24 * hourMs))} days`;
}

function onNode(labels: Fill["labels"]): string {
  const node = nodeText(labels);
  return node === "" ? "" : ` on ${node}`;
}

function percent(value: number): string {
  return quantity(value, "ratio");
}

function soonness({ now, forecast }: Fill): number {
  if (now >= nearlyFull) return 0;
  return forecast?.fullAt ?? Number.MAX_SAFE_INTEGER;
}

function roundedTo(time: number, step: number): number {
  return Math.round(time / step) * step;
}
