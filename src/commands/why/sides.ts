/** How far connections of the pair came, seen from both nodes: what `trace` says, in a paragraph. */
import { counted, listed } from "../../analysis/counted.ts";
import { type Stage, stages, type TraceRow, type TraceSummary } from "../../analysis/trace/trace.ts";
import { isPolicyReason } from "../../analysis/worst.ts";
import type { Block } from "../../message/message.ts";
import { lookupText, merged, worstOf } from "../trace/headline.ts";
import { adviceText, fateText, names, tones } from "../trace/words.ts";
import { namedDrops } from "./outside.ts";
import type { WhyPicture, WhyView } from "./picture.ts";

/** Undefined where no connection was seen, and no lookup failed. */
export function sidesBlock(view: WhyView, { manyClusters }: WhyPicture): Block | undefined {
  const { cluster, trace } = view;
  const text = trace && sidesText(trace, namedDrops(view).length > 0);
  if (text === undefined) return undefined;
  const more = isCut(view) ? " Not all flows could be read in time: there may be more." : "";
  return { kind: "text", text: [{ strong: `Both sides${manyClusters ? ` of ${cluster}` : ""}: ` }, `${text}${more}`] };
}

function isCut({ traceGaps: gaps }: Pick<WhyView, "traceGaps">): boolean {
  return gaps !== undefined && (gaps.truncated || gaps.shed > 0);
}

/** `isNameTold`: what an expired name means was said. */
function sidesText(trace: TraceSummary, isNameTold: boolean): string | undefined {
  const row = worstOf(trace);
  if (row === undefined) {
    const lookups = lookupText(trace.names);
    return lookups && `no connection was attempted, because the name is not found: ${lookups}.`;
  }
  const worst = merged(row, trace);
  const others = stages.flatMap((stage) =>
    stage === worst.stage || trace.byStage[stage] === undefined ? [] : [`${trace.byStage[stage]} ${names[stage]}`],
  );
  const advice = worst.stage === "name-expired" && isNameTold ? undefined : adviceText(worst);
  const { translated = 0 } = trace;
  const snat =
    translated === 0
      ? ""
      : ` ${translated} of them arrived with a node's address (SNAT), so that the receiver's policies took them for that node's.`;
  return `${stopText(worst, trace)}${others.length === 0 ? "" : `; ${listed(others)}`}.${snat}${advice === undefined ? "" : ` ${advice}`}`;
}

export interface Stopped {
  /** Stands behind `allowed, but`. */
  readonly text: string;
  /** Nothing was seen to come through. */
  readonly all: boolean;
}

/** What stops connections although policies let them pass: to stand behind the verdict. Undefined where nothing does, or it is policy. */
export function stopped(view: Pick<WhyView, "trace" | "traceGaps">): Stopped | undefined {
  const { trace } = view;
  if (trace === undefined) return undefined;
  const row = worstOf(trace);
  if (row === undefined) {
    const lookups = lookupText(trace.names);
    return lookups === undefined ? undefined : { text: `its name is not found: ${lookups}`, all: !isCut(view) };
  }
  const worst = merged(row, trace);
  if (tones[worst.stage] !== "bad" || byPolicy(worst)) return undefined;
  return {
    text: stopText(worst, trace),
    all: !isCut(view) && throughs.every((stage) => trace.byStage[stage] === undefined),
  };
}

const throughs: readonly Stage[] = stages.filter((stage) => tones[stage] === "good");

/** The verdict itself speaks of these. An expired name is none of them: by its name the policies admit it. */
function byPolicy({ stage, reason }: TraceRow): boolean {
  return stage === "l7-refused" || (stage !== "name-expired" && isPolicyReason(reason));
}

function stopText(worst: TraceRow, { attempts }: TraceSummary): string {
  return `${worst.attempts} of ${counted(attempts, "attempt")} ${fateText(worst, worst.attempts === 1)}`;
}
