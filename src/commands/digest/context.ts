/** What a digest is about: the time, the part of the world, and why it may come late. Handed to everything that makes its content. */
import type { Visible } from "../../access/access.ts";
import { dayMs } from "../../analysis/calendar/local.ts";
import { dayText, localClock, localText } from "../../analysis/calendar/text.ts";
import { counted, listed } from "../../analysis/counted.ts";
import type { Window } from "../../analysis/select.ts";
import type { Block } from "../../message/message.ts";
import type { Outcome } from "../../sources/question.ts";
import type { Answer, CommandContext } from "../command.ts";
import type { DigestArgs, ShowArgs } from "./args.ts";

/** From asking to answering, milliseconds. */
export const deadlineMs = 15_000;

export interface DigestContext {
  readonly span: ShowArgs["span"];
  /** The last 24 hours, or 7 days. */
  readonly window: Window;
  /** The same hours of the day before; for a week the week before. */
  readonly before: Window;
  readonly clusters: readonly string[];
  /** None: all that may be seen. */
  readonly namespaces: readonly string[];
  readonly visible: Visible;
  /** Of the times in the answer. */
  readonly zone: string;
  /** Epoch milliseconds. */
  readonly askedAt: number;
  /** As people type it, with what narrows it. */
  readonly line: string;
}

/** All that content is made of. */
export interface DigestFacts {
  readonly context: DigestContext;
  readonly outcomes: readonly Outcome[];
}

/** The headline for the channel, and what stands in its thread. */
export type Digest = Pick<Answer, "message" | "result" | "coverage" | "copyAs"> & Required<Pick<Answer, "details">>;

export function digestContext(
  args: ShowArgs,
  { askedAt, clusters, visible }: CommandContext<DigestArgs>,
): DigestContext {
  const spanMs = args.span === "week" ? 7 * dayMs : dayMs;
  const window = { from: askedAt - spanMs, to: askedAt };
  return {
    ...{ span: args.span, window, before: { from: window.from - spanMs, to: window.from }, clusters },
    ...{ namespaces: args.namespaces, visible, zone: args.zone, askedAt, line: showLine(args) },
  };
}

/** Within this the queue was busy; later people wonder. */
export const lateMs = 15 * 60_000;
const listedDays = 5;

/** That it is late, and which ones there were none of. */
export function lateNotes({ due, skipped, zone }: ShowArgs, askedAt: number): Block[] {
  const notes: string[] = [];
  if (due !== null && askedAt - due > lateMs) {
    const isSameDay = localText(due, zone).slice(0, -6) === localText(askedAt, zone).slice(0, -6);
    const text = isSameDay ? localClock : localText;
    notes.push(`Due ${text(due, zone)}, sent ${text(askedAt, zone)} (${zone}): the bot was down.`);
  }
  if (skipped.length > 0) {
    const days = skipped.slice(-listedDays).map(dayText);
    const more = skipped.length - days.length;
    const what = listed(more > 0 ? [...days, counted(more, "earlier one")] : days);
    notes.push(`There was no digest for ${what}: the bot was down for too long to send it late.`);
  }
  return notes.map((text) => ({ kind: "note", tone: "warn", text }));
}

/** The command that shows the same for now. */
export function showLine({ span, namespaces, zone, clusters }: Omit<ShowArgs, "verb" | "due" | "skipped">): string {
  return [
    "digest now",
    ...(zone === "UTC" ? [] : [zone]),
    ...(span === "week" ? ["--weekly"] : []),
    ...(namespaces.length > 0 ? [`--namespace ${namespaces.join(",")}`] : []),
    ...(clusters === undefined || clusters.length === 0 ? [] : [`--cluster ${clusters.join(",")}`]),
  ].join(" ");
}
