/** How the charts of an answer look: what was drawn and kept before stays, whoever repeats the delivery. */
import { BotError } from "../../../errors.ts";
import type { ChartSpec } from "../../../message/chart.ts";
import { isEmptyChart } from "../../../message/chart-text.ts";
import type { Shown } from "../../../store/shown.ts";
import { teamsLimits } from "../limits.ts";
import type { ChartLook } from "../render-chart.ts";
import type { Artifacts, ChartMode, Job, Paint, TeamsOutLog, TeamsOutMetrics } from "./options.ts";
import { atMost, checkTime } from "./wait.ts";

export interface Looking {
  readonly shown: Shown;
  readonly charts: ChartMode;
  readonly paint?: Paint | undefined;
  readonly artifacts?: Artifacts | undefined;
  readonly metrics: TeamsOutMetrics;
  readonly log: TeamsOutLog;
}

/** Each takes a moment to draw and room behind a link. */
const mostPictures = 4;
/** Many times what drawing takes, the first one with its start included. */
const patienceMs = 5_000;

/** As far as they are decided; Teams' own charts need nobody to draw them. */
export async function looksOf({ shown, charts: mode }: Looking, job: Job): Promise<ChartLook[]> {
  const charts = chartsOf(job);
  if (charts.length === 0 || mode === "none") return [];
  const { notes } = await shown.read(noteName(job));
  return charts.map((_, nth) => ({
    ...(mode === "native" && { native: true }),
    ...(JSON.parse(notes[String(nth)] ?? "{}") as ChartLook),
  }));
}

/** Draws and keeps the pictures that are not decided. True when the answer looks different from now on. */
export async function decideLooks(looking: Looking, job: Job): Promise<boolean> {
  const { shown, charts: mode, paint, metrics } = looking;
  if (mode === "none" || !paint) return false;
  const { notes } = await shown.read(noteName(job));
  const wanted = [...chartsOf(job).entries()]
    .filter(([, chart]) => !isEmptyChart(chart))
    .slice(0, mostPictures)
    .filter(([nth]) => notes[String(nth)] === undefined);
  for (const [nth, chart] of wanted) {
    const { why, ...drawn } = await picture({ ...looking, paint }, job, nth, chart);
    metrics.teamsPictures.inc({ result: drawn.link ? "link" : drawn.data ? "inline" : "failed" });
    // Beside Teams' own chart nobody misses it.
    const look = mode === "native" || why === undefined ? drawn : { ...drawn, why };
    await shown.note(noteName(job), { [String(nth)]: JSON.stringify(look) });
  }
  return wanted.length > 0;
}

async function picture(
  { paint, artifacts, log }: Looking & { readonly paint: Paint },
  job: Job,
  nth: number,
  chart: ChartSpec,
): Promise<ChartLook> {
  try {
    const body = await atMost(patienceMs, paint(zoned(chart, job)));
    if (artifacts) return { link: await artifacts.keep({ name: pictureName(job, nth), type: "image/png", body }) };
    const data = `data:image/png;base64,${body.toString("base64")}`;
    if (data.length <= teamsLimits.inlinePictures) return { data };
    return { why: "The picture needs an address for links (http.publicUrl, artifacts.keyFile)." };
  } catch (thrown) {
    checkTime(job.signal);
    // Whoever draws or keeps may be closing: another process does it.
    if (thrown instanceof BotError && (thrown.retry || thrown.code === "CANCELLED"))
      throw thrown.retry ? thrown : new BotError("UNREACHABLE", thrown.message, { cause: thrown });
    log.error({ err: thrown, delivery: job.delivery.id }, "an answer stays without its picture");
    return { why: thrown instanceof BotError ? thrown.say : "The picture could not be drawn." };
  }
}

function zoned(chart: ChartSpec, { delivery }: Job): ChartSpec {
  const { zone } = delivery.place;
  return !("window" in chart) || chart.zone !== undefined || zone === undefined ? chart : { ...chart, zone };
}

function chartsOf({ delivery }: Job): readonly ChartSpec[] {
  return delivery.message.blocks.flatMap((block) => (block.kind === "chart" ? [block.chart] : []));
}

/** `drops-2026-11-21T03-04-05-1.png` */
function pictureName({ delivery }: Job, nth: number): string {
  const at = new Date(delivery.at).toISOString().slice(0, 19).replaceAll(":", "-");
  return `${delivery.answer?.command ?? "chart"}-${at}-${nth + 1}.png`;
}

const noteName = ({ delivery }: Job) => `${delivery.id}:looks`;
