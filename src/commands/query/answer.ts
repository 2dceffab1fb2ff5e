/** The answer of `query`: the numbers, what Prometheus said of them, what was asked, and how to ask it by hand. */
import { counted, listed } from "../../analysis/counted.ts";
import { durationText } from "../../analysis/duration.ts";
import { hintsOn } from "../../analysis/promql/hints.ts";
import { clockText, rangeText } from "../../analysis/time.ts";
import type { Action, Block, Message } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import { quantity } from "../../message/quantity.ts";
import type { PromqlFinding } from "../../sources/question.ts";
import type { Answer } from "../command.ts";
import { seriesNames } from "../metrics-shared/series-name.ts";
import { viewBlocks } from "./blocks.ts";
import { copyAs } from "./copy-as.ts";
import { queryLine } from "./line.ts";
import type { QueryPicture } from "./picture.ts";
import { resultOf } from "./result.ts";

export function queryAnswer(picture: QueryPicture): Answer {
  const { args, window, views } = picture;
  const lines = copyAs(picture);
  const next = nextSteps(picture);
  return {
    message: {
      ...headline(picture),
      blocks: [
        ...views.flatMap((view) => viewBlocks(picture, view)),
        ...hints(picture),
        ...hiddenNotes(picture),
        { kind: "note", text: askedText(picture) },
        ...(next.length > 0 ? [{ kind: "actions", actions: next } as const] : []),
        { kind: "code", title: "PromQL", code: args.expression },
        { kind: "code", title: "By hand", code: lines.map(({ text }) => text).join("\n") },
      ],
    },
    result: resultOf(picture),
    coverage: null,
    window,
    copyAs: lines,
  };
}

function headline(picture: QueryPicture): Pick<Message, "tone" | "title"> {
  const { views } = picture;
  const findings = views.flatMap(({ finding }) => (finding === undefined ? [] : [finding]));
  if (findings.length === 0) return { tone: "bad", title: `query: ${failedText(picture)}` };
  const tone = findings.length < views.length || findings.some(({ notes }) => notes.length > 0) ? "warn" : "info";
  const some = findings.filter(({ cannot }) => cannot === null);
  const [first] = some;
  if (first === undefined) return { tone: "warn", title: "query: there is nothing to show" };
  if (first.type === "string") return { tone, title: `query: ${cutEnd(first.text ?? "", 100)}` };
  const all = some.flatMap(({ series }) => series);
  const total = some.reduce((sum, { series, folded }) => sum + series.length + folded, 0);
  const [highest] = all.toSorted((left, right) => newest(right) - newest(left));
  const value = highest === undefined ? Number.NaN : newest(highest);
  const text = Number.isFinite(value) && value > -Number.MAX_VALUE ? quantity(value, "") : "no number";
  const span = durationText(picture.window.to - picture.window.from);
  if (total === 1) return { tone, title: `query: ${text}${picture.isInstant ? "" : ` at the end of ${span}`}` };
  const when = picture.isInstant ? "" : ` in ${span}`;
  return {
    tone,
    title: `query: ${counted(total, "series", "series")}${when}, the highest ${text}${nameText(some, highest)}`,
  };
}

function failedText({ views }: QueryPicture): string {
  const isRefused = views.some(({ failure }) => failure?.code === "REFUSED");
  return isRefused ? "Prometheus refused it" : "no answer from Prometheus";
}

function newest({ points }: PromqlFinding["series"][number]): number {
  return points.findLast(([, value]) => value !== null)?.[1] ?? -Number.MAX_VALUE;
}

/** Of one cluster: of several, the names do not say which. */
function nameText(findings: readonly PromqlFinding[], highest: PromqlFinding["series"][number] | undefined): string {
  const [only] = findings;
  if (findings.length !== 1 || only === undefined || highest === undefined) return "";
  const name = seriesNames(only.series).names[only.series.indexOf(highest)];
  return name === undefined ? "" : ` (${cutEnd(name, 60)})`;
}

function hints({ args, isInstant, views }: QueryPicture): Block[] {
  const isShown = views.some(({ finding }) => finding !== undefined && finding.cannot === null);
  return isShown ? hintsOn(args.expression, !isInstant).map((text): Block => ({ kind: "note", text })) : [];
}

function hiddenNotes({ hidden }: QueryPicture): Block[] {
  if (hidden.length === 0) return [];
  return [
    {
      kind: "note",
      tone: "warn",
      text: `Not asked: ${listed(hidden)}. Only some namespaces may be seen there, and PromQL cannot be held to them.`,
    },
  ];
}

function askedText({ window, askedAt, isInstant, views }: QueryPicture): string {
  const where = listed(views.map(({ cluster }) => cluster));
  if (isInstant) return `Asked: ${where}, at ${clockText(window.to, askedAt)} UTC.`;
  const steps = [...new Set(views.flatMap(({ finding }) => (finding === undefined ? [] : [finding.stepMs])))];
  const step = steps.length === 0 ? "" : `, a point every ${listed(steps.map(durationText))}`;
  return `Asked: ${where}, ${rangeText(window, askedAt)} UTC${step}.`;
}

function nextSteps({ args, isInstant, views }: QueryPicture): Action[] {
  const drawable = views.some(
    ({ finding }) => finding?.cannot === null && finding.type !== "string" && finding.type !== "matrix",
  );
  const hour = {
    ...args,
    since: { kind: "ago", ms: 3_600_000 } as const,
    until: { kind: "ago", ms: 0 } as const,
    stepMs: null,
  };
  if (isInstant) return drawable ? [{ label: "draw the last hour", command: queryLine(hour) }] : [];
  return [{ label: "as it is now", command: queryLine({ ...hour, since: null }) }];
}
