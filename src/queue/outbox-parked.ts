/**
 * What alerts have to say in a conversation that refuses the bot (archived, not invited, token revoked) is parked: beside the list, in order, of a root only the newest, so
 * that people's answers do not wait behind it. It is tried again every few minutes, and at once when the conversation took something.
 */
import type { Queue } from "bullmq";
import type { BotError } from "../errors.ts";
import type { Delivery } from "../message/delivery.ts";
import type { Outbox, Parked } from "../store/outbox.ts";
import { type DrainJob, drainJobOptions } from "./jobs.ts";

export interface ParkOptions {
  readonly outbox: Outbox;
  /** Wakes a conversation later. */
  readonly drains: Pick<Queue<DrainJob>, "add">;
  readonly parkedAgainMs?: number;
}

export const parkedAgainMs = 3 * 60_000;

/** An incident's first message, and everything in its thread. */
export function isKept({ lasts, place }: Delivery): boolean {
  return lasts === true || place.under !== undefined;
}

export async function park(delivery: Delivery, error: BotError, options: ParkOptions): Promise<void> {
  await parkAgain(delivery, error, options);
  await options.outbox.park(delivery);
}

export async function parkAgain(
  { conversation }: Delivery,
  { say }: BotError,
  { outbox, parkedAgainMs: pauseMs = parkedAgainMs }: ParkOptions,
): Promise<void> {
  const at = Date.now();
  await outbox.closed(conversation, { say, at, retryAt: at + pauseMs });
}

/** Without an attempt, so that the order holds. Only what still says something later stays. */
export async function standBehind(delivery: Delivery, { outbox }: ParkOptions): Promise<void> {
  if (delivery.kind === "answer") return await outbox.park(delivery);
  await outbox.settle(delivery, delivery.kind === "notice" ? "given_up" : "merged");
}

/** It took an answer: perhaps it takes the others too. */
export async function tryNow(
  { problem }: Parked,
  { conversation, kind, place }: Delivery,
  { outbox }: ParkOptions,
): Promise<void> {
  if (kind === "answer" && !place.private) await outbox.closed(conversation, { ...problem, retryAt: Date.now() });
}

/** One job for each moment, whoever asks for it. */
export async function wakeLater(
  { delivery: { conversation }, problem }: Parked,
  { drains }: ParkOptions,
): Promise<void> {
  const delay = Math.max(0, problem.retryAt - Date.now());
  const jobId = `parked-${conversation.replaceAll(":", "-")}-${problem.retryAt}`;
  await drains.add("drain", { conversation }, { ...drainJobOptions, jobId, delay });
}
