/** Questions and answers of one kind, counted while flows stream: what was asked, what came back in how long, and when. */
import type { WorkloadOf } from "../endpoint-name.ts";
import type { Redaction } from "../redact.ts";
import type { Window } from "../select.ts";
import { addLatency, createLatencies, type Latencies, mergeLatencies } from "./latency.ts";

export interface Exchange {
  asked: number;
  /** Of these, asked so early that the answer should be there. */
  due: number;
  answered: number;
  /** Refused by a proxy because of a policy. */
  refused: number;
  /** A proxy could not handle it. */
  errors: number;
  readonly latencies: Latencies;
  /** Answers by kind and part of the window; in the last row what was asked and is due. */
  readonly parts: Uint32Array;
}

export interface ExchangeOptions {
  readonly window: Window;
  /** Rows to list, at most 60. */
  readonly top: number;
  /** Parts of the timeline. */
  readonly buckets: number;
  readonly workloadOf?: WorkloadOf | undefined;
  readonly redaction?: Redaction | undefined;
}

/** Equal parts of a window. */
export interface Parts {
  readonly kinds: number;
  readonly count: number;
  at(time: number): number;
  /** What is asked before is due. */
  readonly due: number;
}

/** An answer to what was asked this shortly before the end may lie behind it. */
const graceMs = 2_000;

export function createParts({ from, to }: Window, count: number, kinds: number): Parts {
  const perPart = count / (to - from);
  return {
    kinds,
    count,
    at: (time) => Math.min(Math.max(0, Math.floor((time - from) * perPart)), count - 1),
    due: to - graceMs,
  };
}

export function createExchange(parts: Parts): Exchange {
  const counts = new Uint32Array((parts.kinds + 1) * parts.count);
  return { asked: 0, due: 0, answered: 0, refused: 0, errors: 0, latencies: createLatencies(), parts: counts };
}

export function countAsked(exchange: Exchange, parts: Parts, time: number): void {
  exchange.asked += 1;
  if (time >= parts.due) return;
  exchange.due += 1;
  countPart(exchange, parts, parts.kinds, time);
}

/** `latencyNs` 0: not known. */
export function countAnswered(
  exchange: Exchange,
  parts: Parts,
  { kind, time, latencyNs }: { readonly kind: number; readonly time: number; readonly latencyNs: number },
): void {
  exchange.answered += 1;
  addLatency(exchange.latencies, latencyNs);
  countPart(exchange, parts, kind, time);
}

export function mergeExchange(into: Exchange, from: Exchange): void {
  into.asked += from.asked;
  into.due += from.due;
  into.answered += from.answered;
  into.refused += from.refused;
  into.errors += from.errors;
  mergeLatencies(into.latencies, from.latencies);
  for (let at = 0; at < into.parts.length; at++) into.parts[at] = (into.parts[at] ?? 0) + (from.parts[at] ?? 0);
}

/** What should have been answered and was not. `refusals`: answers that say no, which a proxy may leave out where it refuses. */
export function unansweredOf({ due, answered, refused }: Exchange, refusals: number): number {
  return Math.max(0, due - answered - Math.max(0, refused - refusals));
}

/** What was asked: at least as much as was answered, when the window begins between the two. */
export function askedOf({ asked, answered }: Exchange): number {
  return Math.max(asked, answered);
}

export function kindTotal({ parts: counts }: Exchange, parts: Parts, kind: number): number {
  return rowOf(counts, parts, kind).reduce((sum, count) => sum + count, 0);
}

export function kindTimeline({ parts: counts }: Exchange, parts: Parts, kind: number): number[] {
  return [...rowOf(counts, parts, kind)];
}

/** When what was never answered was asked, about: later rather than sooner, because answers come after questions. */
export function unansweredTimeline(exchange: Exchange, parts: Parts, unanswered: number): number[] {
  const timeline = kindTimeline(exchange, parts, parts.kinds);
  for (let kind = 0; kind < parts.kinds; kind++)
    kindTimeline(exchange, parts, kind).forEach((count, at) => {
      timeline[at] = (timeline[at] ?? 0) - count;
    });
  let left = unanswered;
  for (let at = timeline.length - 1; at >= 0; at--) {
    const here = Math.min(left, Math.max(0, timeline[at] ?? 0));
    timeline[at] = here;
    left -= here;
  }
  return timeline;
}

function countPart(exchange: Exchange, parts: Parts, row: number, time: number): void {
  const at = row * parts.count + parts.at(time);
  exchange.parts[at] = (exchange.parts[at] ?? 0) + 1;
}

function rowOf(counts: Uint32Array, { count }: Parts, row: number): Uint32Array {
  return counts.subarray(row * count, (row + 1) * count);
}
