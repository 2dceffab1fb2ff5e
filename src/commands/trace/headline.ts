/** The sentence that stands alone: how many attempts, and where most of those stop that do not come through. */
import { counted, listed } from "../../analysis/counted.ts";
import { gapsOf } from "../../analysis/gaps.ts";
import { type Stage, stages, type TraceName, type TraceRow, type TraceSummary } from "../../analysis/trace/trace.ts";
import type { Message } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import { whenText } from "../drops/picture.ts";
import { shorten } from "../drops/words.ts";
import type { TracePicture } from "./picture.ts";
import { becauseText, fateText, names, tones } from "./words.ts";

const longest = 150;

export function headline(picture: TracePicture): Pick<Message, "tone" | "title"> {
  const { views, pair, manyClusters } = picture;
  const worst = views
    .flatMap(({ cluster, trace }) => (trace === undefined ? [] : [{ cluster, trace, row: worstOf(trace) }]))
    .sort((one, other) => weight(other.row) - weight(one.row))[0];
  const lead = manyClusters && worst !== undefined && worst.row !== undefined ? `${worst.cluster}: ` : "";
  if (worst?.row === undefined) return nothing(picture);
  const { row, trace } = worst;
  const same = merged(row, trace);
  const isOnePair = trace.rows.every((other) => rowPair(other) === rowPair(row)) && trace.folded.rows === 0;
  const port = isOnePair ? undefined : onlyPort(row, trace, picture.args);
  const typed = `${pair}${port === undefined ? "" : portWord(row)}`;
  const who = isOnePair ? rowPair(row) : typed;
  const many = `${same.attempts} of ${counted(port?.attempts ?? trace.attempts, "attempt")}`;
  const isWhole = views.every((view) => view.trace !== undefined);
  if (tones[row.stage] === "good") {
    const come = `${trace.attempts} of ${counted(trace.attempts, "attempt")} come${trace.attempts === 1 ? "s" : ""} through`;
    const full = `${lead}${isOnePair ? who : pair}: ${come}`;
    return {
      tone: isWhole ? "good" : "warn",
      title: cutEnd(full.length <= longest ? full : `${lead}${pair}: ${come}`, longest),
    };
  }
  const title =
    row.stage === "unknown"
      ? `${lead}${who}: cannot tell where ${many} stop${same.attempts === 1 ? "s" : ""}: ${becauseText(same)}`
      : `${lead}${who}: ${many} ${fateText(same, same.attempts === 1)}`;
  const short = `${lead}${typed}: ${many} ${names[row.stage]}`;
  return { tone: tones[row.stage], title: cutEnd(title.length <= longest ? title : short, longest) };
}

/** The stage that most of those stop at that do not come through; else the furthest. */
export function worstOf({ rows, byStage }: TraceSummary): TraceRow | undefined {
  const failing = stages.filter((stage) => tones[stage] !== "good" && (byStage[stage] ?? 0) > 0);
  const sure = failing.filter((stage) => stage !== "unknown");
  const of = (wanted: readonly Stage[]) => {
    const most = wanted.toSorted((one, other) => (byStage[other] ?? 0) - (byStage[one] ?? 0))[0];
    return rows.find(({ stage }) => stage === most);
  };
  return of(sure) ?? of(failing) ?? rows[0];
}

const mostNodes = 2;

/** All rows of the stage as one: what differs is left out, but for two nodes. */
export function merged(row: TraceRow, { rows, byStage }: TraceSummary): TraceRow {
  const same = rows.filter(({ stage }) => stage === row.stage);
  const nodes = [...new Set(same.map(({ node }) => node))].sort();
  const isOneReason = same.every(({ reason }) => reason === row.reason);
  return {
    ...row,
    node: nodes.length > mostNodes || nodes.includes("") ? "" : listed(nodes),
    reason: isOneReason ? row.reason : "",
    lateMs: Math.max(...same.map(({ lateMs }) => lateMs)),
    attempts: byStage[row.stage] ?? row.attempts,
  };
}

/** Where no port was asked for and the stage is one port's alone: attempts on that port. What stops there says nothing of the others. */
function onlyPort(
  { stage, port, protocol }: TraceRow,
  { rows, folded }: TraceSummary,
  args: TracePicture["args"],
): { readonly attempts: number } | undefined {
  const isOn = (row: TraceRow) => row.port === port && row.protocol === protocol;
  const isAlone = rows.every((row) => row.stage !== stage || isOn(row));
  if (args.port !== null || port === 0 || folded.rows > 0 || !isAlone) return undefined;
  return { attempts: rows.filter(isOn).reduce((sum, { attempts }) => sum + attempts, 0) };
}

function portWord({ port, protocol }: TraceRow): string {
  return `:${port}${protocol === "TCP" ? "" : `/${protocol}`}`;
}

function rowPair({ source, destination, port }: TraceRow): string {
  return `${shorten(source)} → ${shorten(destination)}${port === 0 ? "" : `:${port}`}`;
}

function weight(row: TraceRow | undefined): number {
  if (row === undefined) return -1;
  const rank = { bad: 2, warn: 1, info: 0, good: 0 }[tones[row.stage]];
  return rank * 1e9 + row.attempts;
}

/** No attempt: the name may be why. */
function nothing({ views, pair, shared, window }: TracePicture): Pick<Message, "tone" | "title"> {
  const asked = views.flatMap(({ trace }) => trace?.names ?? []);
  const lookups = lookupText(asked);
  if (lookups !== undefined)
    return { tone: "bad", title: cutEnd(`${pair}: the name is not found, so nothing connects: ${lookups}`, longest) };
  const whole = views.every(({ coverage }) => coverage !== undefined && gapsOf(coverage, window).none);
  const looked = asked.length > 0 ? ", though its name was looked up" : "";
  const reversed = isReversed(views) ? ", only connections the other way" : "";
  return {
    tone: whole ? "info" : "warn",
    title: cutEnd(
      `${pair}: no attempt seen ${whenText(shared)}${looked}${reversed}${whole ? "" : ", but not everything could be seen"}`,
      longest,
    ),
  };
}

/** The destination connects to the source. */
export function isReversed(views: TracePicture["views"]): boolean {
  return views.some(({ trace }) => trace?.reversed === true);
}

/** Why no lookup found the name; undefined where one did, or nobody asked. */
export function lookupText(asked: readonly TraceName[]): string | undefined {
  const sum = (key: "missing" | "found" | "refused") => asked.reduce((total, name) => total + name[key], 0);
  const all = sum("missing") + sum("found") + sum("refused");
  if (all === 0 || sum("found") > 0) return undefined;
  const [what, count] =
    sum("missing") > 0 ? ["no such name (NXDOMAIN)", sum("missing")] : ["the lookup is refused", sum("refused")];
  return `${what}, ${count} of ${counted(all, "answer")}`;
}
