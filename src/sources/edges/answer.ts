/**
 * What changed between two times of a cluster, from its hourly sketches: read one after the other, so that one hour's few milliseconds are the longest that anything else
 * in this process waits.
 */
import { setImmediate as breathe } from "node:timers/promises";
import type { Window } from "../../analysis/select.ts";
import type { DaySketch } from "../../analysis/sketch/day.ts";
import { createEdgeDiff, hoursOf, observedOf, type Part } from "../../analysis/sketch/diff.ts";
import { historyOf, hoursBefore, listEdges } from "../../analysis/sketch/diff-rows.ts";
import { dayMs, type HourSketch } from "../../analysis/sketch/hour.ts";
import { watchedDays } from "../../analysis/sketch/watched-days.ts";
import { BotError } from "../../errors.ts";
import type { EdgesFinding, EdgesQuestion } from "../question-edges.ts";
import type { EdgeHistory, KeptEdges } from "./history.ts";

export interface EdgesAnswerOptions {
  readonly history: KeptEdges;
  /** Epoch milliseconds. */
  readonly clock?: () => number;
}

const mostHours = 400;
const mostDays = 7;
const mostListed = 100;
const keptDays = 36;

export async function answerEdges(
  { history, clock = Date.now }: EdgesAnswerOptions,
  question: EdgesQuestion,
  signal: AbortSignal,
): Promise<EdgesFinding> {
  if (history === "terminal")
    throw new BotError("NOT_CONFIGURED", "a terminal reads no sketches", {
      say: "A question in a terminal sees no traffic of earlier days: what a running service has recorded is read for questions from its chats alone.",
    });
  if (history === undefined)
    throw new BotError("NOT_CONFIGURED", "no sketches are kept here", {
      say: "What changed is not known here: set recorder.enabled and recorder.edges, and ask a process that runs with them.",
    });
  const { cluster, visible, namespaces } = question;
  const now = clock();
  const windows = withinLimit(question);
  const kept = await history.hours(cluster);
  const isKept = new Set(kept);
  const read: [Part, number][] = [
    ...hoursOf(windows.window).map((hour): [Part, number] => ["now", hour]),
    ...hoursOf(windows.before).map((hour): [Part, number] => ["before", hour]),
  ];
  const own = new Set(read.map(([, hour]) => hour));
  for (const hour of hoursBefore(windows.window.from)) if (!own.has(hour)) read.push(["earlier", hour]);
  for (const [at, day] of windows.days.entries()) for (const hour of hoursOf(day)) read.push([at, hour]);

  const diff = createEdgeDiff(windows, { visible, namespaces });
  for (const [part, hour] of read) {
    if (!isKept.has(hour)) continue;
    signal.throwIfAborted();
    const sketch: HourSketch | null | undefined = await history.hour(cluster, hour);
    await breathe();
    if (sketch === null) diff.unreadable(part);
    else if (sketch !== undefined) diff.add(part, sketch);
    await breathe();
  }
  const records = await readDays(history, cluster, kept, windows.window.to, signal);
  await breathe();
  const gathered = diff.gathered();
  const days = { records, watched: watchedDays(kept, windows.window.to) };
  const lists = listEdges(gathered, days, Math.min(Math.max(1, question.top), mostListed));
  return {
    ask: "edges",
    now: observedOf(gathered.now, now),
    before: observedOf(gathered.before, now),
    days: gathered.days.map((day) => observedOf(day, now)),
    history: historyOf(days, kept[0] ?? null, windows.window.from),
    ...lists,
  };
}

/** The record of each day that has an hour, until the window ends. */
async function readDays(
  history: EdgeHistory,
  cluster: string,
  kept: readonly number[],
  until: number,
  signal: AbortSignal,
): Promise<DaySketch[]> {
  const days = new Set(kept.map((hour) => Math.floor(hour / dayMs) * dayMs).filter((day) => day < until));
  const records: DaySketch[] = [];
  for (const day of [...days].slice(-keptDays)) {
    signal.throwIfAborted();
    const record = await history.day(cluster, day);
    if (record) records.push(record);
  }
  return records;
}

/** From the end: the last days go first, then the ends of windows. */
function withinLimit({ window, before, days }: Pick<EdgesQuestion, "window" | "before" | "days">) {
  let left = mostHours;
  const cut = (one: Window): Window => {
    const hours = hoursOf(one);
    const end = hours[left];
    left = Math.max(0, left - hours.length);
    return end === undefined ? one : { from: one.from, to: Math.max(one.from, end) };
  };
  return { window: cut(window), before: cut(before), days: days.slice(0, mostDays).map(cut) };
}
