/** The answer to one question: how it stands in the title, the picture, what to know of the numbers, and the expressions to ask by hand. */
import type { Panel } from "../../analysis/catalogue/panel.ts";
import { listed } from "../../analysis/counted.ts";
import { durationText } from "../../analysis/duration.ts";
import { clockText, rangeText, timeSpecText } from "../../analysis/time.ts";
import { extentOf } from "../../message/chart-text.ts";
import type { Action, Block, Message } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import { quantity } from "../../message/quantity.ts";
import type { PanelFinding } from "../../sources/question.ts";
import type { Answer } from "../command.ts";
import { quoteWord } from "../words.ts";
import { viewBlocks } from "./blocks.ts";
import { metricsLine } from "./line.ts";
import { onlyName, panelNames } from "./names.ts";
import type { PanelPicture } from "./picture.ts";
import { resultOf } from "./result.ts";

const dayMs = 86_400_000;
/** A button's command is not cut. */
const longestQuery = 400;

export function panelAnswer(picture: PanelPicture): Answer {
  const { panel, views, window } = picture;
  const queries = [...new Set(views.flatMap(({ finding }) => finding?.queries ?? []))];
  const copyAs = queries.map((text) => ({ label: "PromQL", text }));
  return {
    message: {
      ...headline(picture),
      blocks: [
        { kind: "text", text: panel.question },
        ...views.flatMap((view) => viewBlocks(picture, view)),
        { kind: "note", text: askedText(picture) },
        { kind: "actions", actions: nextSteps(picture, queries) },
        ...(queries.length > 0 ? [{ kind: "code", title: "PromQL", code: queries.join("\n") } as const] : []),
      ],
    },
    result: resultOf([panel], views),
    coverage: null,
    window,
    copyAs,
  };
}

function headline({ panel, views, window, askedAt }: PanelPicture): Pick<Message, "tone" | "title"> {
  const findings = views.flatMap(({ finding }) => (finding === undefined ? [] : [finding]));
  const [first, ...others] = findings.filter(({ cannot }) => cannot === null);
  if (findings.length === 0) return { tone: "bad", title: `${panel.name}: no answer from Prometheus` };
  const when = window.to === askedAt ? "" : ` until ${clockText(window.to, askedAt)} UTC`;
  const name = `${panel.name}, ${durationText(window.to - window.from)}${when}`;
  if (first === undefined) {
    const isQuiet = findings.every(({ quiet }) => quiet) && findings.length === views.length;
    const quiet = panel.quiet ?? "nothing";
    return isQuiet
      ? { tone: "info", title: `${name}: ${quiet}` }
      : { tone: "warn", title: `${panel.name}: no data, and why` };
  }
  const tone = findings.length < views.length ? "warn" : "info";
  if (others.length > 0) return { tone, title: `${name}: of ${others.length + 1} clusters` };
  return { tone, title: `${name}: ${leader(panel, first, window.to === askedAt)}` };
}

/** The one to look at: `15 ops/s at most, 12 ops/s now (ct4_global)`. */
function leader({ unit, worst }: Panel, { series }: PanelFinding, isNow: boolean): string {
  const { names } = panelNames(series);
  const all = series.flatMap(({ points }, at) => {
    const extent = extentOf({ name: "", points });
    return extent === null ? [] : [{ name: names[at] ?? "", ...extent }];
  });
  const [first] = all.toSorted((left, right) =>
    worst === "least" ? left.min - right.min : right.max - left.max || right.avg - left.avg,
  );
  if (first === undefined) return "no value";
  const last = `${quantity(first.last, unit)} ${isNow ? "now" : "at the end"}`;
  const extreme = worst === "least" ? `${quantity(first.min, unit)} at least` : `${quantity(first.max, unit)} at most`;
  const values = first.min === first.max ? `${quantity(first.last, unit)} all the time` : `${extreme}, ${last}`;
  return first.name === onlyName ? values : `${values} (${cutEnd(first.name, 60)})`;
}

function askedText({ args, views, window, askedAt }: PanelPicture): string {
  const steps = [...new Set(views.flatMap(({ finding }) => (finding?.stepMs ? [finding.stepMs] : [])))];
  const parts = [
    listed(views.map(({ cluster }) => cluster)),
    ...(args.pod === undefined ? [] : [`agents ${args.pod}`]),
    ...(args.workload === undefined ? [] : [args.workload]),
    ...(args.namespace === undefined ? [] : [`namespace ${args.namespace}`]),
    `${rangeText(window, askedAt)} UTC`,
    ...(steps.length === 0 ? [] : [`a point every ${listed(steps.map(durationText))}`]),
  ];
  return `Asked: ${parts.join(", ")}.`;
}

function nextSteps({ args, panel, views, window, askedAt }: PanelPicture, queries: readonly string[]): Action[] {
  const [query] = queries;
  const times = [
    `--since ${quoteWord(timeSpecText(args.since))}`,
    ...(window.to < askedAt ? [`--until ${quoteWord(timeSpecText(args.until))}`] : []),
  ].join(" ");
  const day = {
    ...args,
    name: panel.name,
    since: { kind: "ago", ms: dayMs } as const,
    until: { kind: "ago", ms: 0 } as const,
  };
  const where = (args.clusters ?? []).map((cluster) => ` --cluster ${quoteWord(cluster)}`).join("");
  const isThere = views.some(({ finding }) => finding?.cannot === null);
  return [
    ...(isThere && window.to - window.from < dayMs ? [{ label: "the last day", command: metricsLine(day) }] : []),
    ...(isThere && query !== undefined && queries.length === 1 && query.length <= longestQuery
      ? [{ label: "as a query", command: `query ${times}${where} ${query}` }]
      : []),
    { label: `more of ${panel.dashboard}`, command: `metrics ${panel.dashboard}` },
  ];
}

/** Of clusters where only some namespaces may be seen: metrics know no namespaces that could be left out. */
export function hiddenAnswer(name: string, clusters: readonly string[]): Answer {
  const blocks: Block[] = [
    {
      kind: "text",
      text: `These numbers are of the whole cluster, and here only some namespaces of ${listed(clusters)} may be seen. metrics alone lists what can be asked elsewhere; drops and observe tell of the flows that may be seen.`,
    },
  ];
  const message: Message = {
    tone: "warn",
    title: `metrics ${name}: not where only some namespaces may be seen`,
    blocks,
  };
  return { message, result: resultOf([]), coverage: null, window: null, copyAs: [] };
}
