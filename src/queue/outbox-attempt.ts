/** One attempt to show one delivery, counted and logged, and what has to become of it then. */
import { BotError, toBotError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Delivery } from "../message/delivery.ts";
import type { Metrics } from "../metrics.ts";
import type { Platform } from "../platforms/platform.ts";
import type { DeliveryLog } from "../store/delivery-log.ts";
import type { Refused } from "./admin.ts";
import { isKept, parkedAgainMs } from "./outbox-parked.ts";

export interface PostOptions {
  readonly platforms: readonly Platform[];
  readonly deliveryLog: Pick<DeliveryLog, "note">;
  /** Tells whoever runs the bot. */
  readonly refused?: ((refused: Refused) => Promise<void>) | undefined;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Between two attempts at what a conversation refuses, milliseconds; 3 min unless told. */
  readonly parkedAgainMs?: number;
}

export type Attempted =
  | { readonly end: "sent" | "given_up"; readonly error?: undefined }
  /** To be tried again; nothing else of the conversation goes before it. */
  | { readonly end: "again"; readonly error: BotError }
  /** The conversation takes nothing of us until somebody changes that. */
  | { readonly end: "closed"; readonly error: BotError };

const postDeadlineMs = 10_000;
/** What no platform ever answers to, and what we get wrong ourselves, must not stop a conversation for a day. */
const giveUpMs = 10 * 60_000;
/** How long a conversation may stay closed before what waits for it is old news. */
const keepMs = 24 * 3_600_000;

export async function attempt(delivery: Delivery, options: PostOptions): Promise<Attempted> {
  const { platforms, metrics, log } = options;
  const { conversation, kind, id } = delivery;
  const platform = conversation.slice(0, conversation.indexOf(":"));
  try {
    const found = platforms.find(({ name }) => name === platform);
    if (!found) throw new BotError("NOT_CONFIGURED", `no platform named ${platform}`);
    await found.post(delivery, AbortSignal.timeout(postDeadlineMs));
    metrics.deliveries.inc({ platform, result: "sent" });
    return { end: "sent" };
  } catch (thrown) {
    const error = toBotError(thrown);
    const end = endOf(delivery, error);
    metrics.deliveries.inc({ platform, result: end === "given_up" ? end : end === "again" ? "retried" : "parked" });
    const at = Date.now();
    const pauseMs = end === "closed" ? (options.parkedAgainMs ?? parkedAgainMs) : (error.retryAfterMs ?? 0);
    const retryAt = end === "given_up" ? null : at + pauseMs;
    options.deliveryLog.note(conversation, { say: error.say, at, retryAt }).catch(() => undefined); // nobody waits for the count
    const facts = { err: error, delivery: id, kind, conversation };
    if (end === "again") log.warn(facts, "delivery has to be tried again");
    else if (end === "closed") log.warn(facts, "delivery waits until the conversation takes messages again");
    else log[kind === "progress" ? "debug" : "error"](facts, "delivery given up");
    if (end === "closed" || error.code === "DENIED") await tell(delivery, error, options);
    return end === "given_up" ? { end } : { end, error };
  }
}

function endOf(delivery: Delivery, error: BotError): Exclude<Attempted["end"], "sent"> {
  const { kind, at } = delivery;
  const age = Date.now() - at;
  // Progress that did not get through is old by the next attempt, and whatever stands behind it must not wait for it.
  if (kind === "progress") return "given_up";
  if (error.retry || (age < giveUpMs && (error.code === "TIMEOUT" || error.code === "INTERNAL"))) return "again";
  const isClosed = error.code === "FORBIDDEN" || error.code === "DENIED";
  return isClosed && kind === "answer" && isKept(delivery) && age < keepMs ? "closed" : "given_up";
}

/** A report that is not stored now is made with the next attempt. */
async function tell({ conversation }: Delivery, error: BotError, { refused, log }: PostOptions): Promise<void> {
  const { code, say, message } = error;
  const everywhere = code === "DENIED";
  await refused?.({ conversation, everywhere, say, answered: message }).catch((thrown: unknown) =>
    log.warn({ err: toBotError(thrown), conversation }, "the admin channel was not told"),
  );
}
