/** How the charts of an answer look: what was decided before stays, whoever repeats the delivery. */
import type { ChartSpec } from "../../../message/chart.ts";
import { isEmptyChart } from "../../../message/chart-text.ts";
import type { Shown } from "../../../store/shown.ts";
import { slackLimits } from "../limits.ts";
import { nativeChart } from "../native-chart.ts";
import type { ChartLook } from "../render-chart.ts";
import type { ChartMode, Job } from "./options.ts";

/** Each is a file, an edit and some seconds of the conversation's time. */
const mostPictures = 4;

export interface Looking {
  readonly shown: Shown;
  readonly charts: ChartMode;
}

/** A look that is not decided yet is undefined: its numbers stand there until its picture does. */
export type Looks = readonly (ChartLook | undefined)[];

export function chartsOf({ delivery }: Job): readonly ChartSpec[] {
  return delivery.message.blocks.flatMap((block) => (block.kind === "chart" ? [block.chart] : []));
}

export async function looksOf({ shown, charts: mode }: Looking, job: Job): Promise<Looks> {
  const charts = chartsOf(job);
  if (charts.length === 0) return [];
  const { notes } = await shown.read(noteName(job));
  let natives = mode === "native" && notes[native] === undefined ? slackLimits.nativeCharts : 0;
  let pictures = 0;
  const undecided = (chart: ChartSpec): ChartLook | undefined => {
    if (mode === "none" || isEmptyChart(chart)) return { as: "numbers" };
    if (natives > 0 && nativeChart(chart)) {
      natives -= 1;
      return { as: "native" };
    }
    pictures += 1;
    return pictures <= mostPictures ? undefined : { as: "numbers", why: tooMany };
  };
  return charts.map((chart, nth) => {
    const look = undecided(chart);
    const decided = notes[String(nth)];
    return decided === undefined ? look : (JSON.parse(decided) as ChartLook);
  });
}

const tooMany = `Only ${mostPictures} pictures are drawn for one answer.`;

export async function decideLook({ shown }: Looking, job: Job, nth: number, look: ChartLook): Promise<void> {
  await shown.note(noteName(job), { [String(nth)]: JSON.stringify(look) });
}

/** Slack does not take the message with these looks, although it took each before or should know it: they are not tried again. */
export async function refuseLooks({ shown }: Looking, job: Job, looks: Looks): Promise<void> {
  const gone: ChartLook = { as: "numbers", why: "Slack does not show the picture here." };
  const pictures = looks.flatMap((look, nth) => (look?.as === "picture" ? [[String(nth), JSON.stringify(gone)]] : []));
  await shown.note(noteName(job), { [native]: "refused", ...Object.fromEntries(pictures) });
}

const native = "native";
const noteName = ({ delivery }: Job) => `${delivery.id}:looks`;
