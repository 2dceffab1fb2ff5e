import type { Showing, Shown } from "../../../store/shown.ts";
import { isUnknown, surely } from "../../surely.ts";
import type { Calls } from "./calls.ts";
import { rateLimited, unknownOutcome } from "./failure.ts";
import { eventType, type Found, findShown } from "./find.ts";
import { textIn } from "./json.ts";
import type { Job, SlackOutLog, SlackOutMetrics } from "./options.ts";
import { type Presented, withWords } from "./present.ts";
import { pause } from "./wait.ts";

export interface Posting {
  readonly calls: Calls;
  readonly shown: Shown;
  readonly metrics: SlackOutMetrics;
  readonly log: SlackOutLog;
}

export interface Appeared {
  readonly ts: string;
  /** It says what was given here; else it was found, and may say something older. */
  readonly fresh: boolean;
}

/** `name` is what the message is recorded under and carries. */
export async function appear(posting: Posting, job: Job, name: string, rendered: Presented): Promise<Appeared> {
  const { shown, log } = posting;
  const showing = await shown.read(name);
  if (showing.id !== undefined) return { ts: showing.id, fresh: false };
  const found = showing.attempts > 0 ? await look(posting, job, name, showing) : "not_there";
  if (typeof found === "object") {
    log.warn({ delivery: job.delivery.id }, "slack shows a post whose reply was lost: adopted");
    await shown.record(name, found.ts);
    return { ts: found.ts, fresh: false };
  }
  const ts = await repeating(posting, job, found === "cannot_ask", () =>
    withWords(log, job, rendered, (words) => post(posting, job, name, words)),
  );
  await shown.record(name, ts);
  return { ts, fresh: true };
}

/** Of the pages behind links. */
export const noPreviews = { unfurl_links: false, unfurl_media: false } as const;

async function post({ calls, shown }: Posting, job: Job, name: string, words: object): Promise<string> {
  const { place, kind } = job.delivery;
  const args = {
    channel: job.channel,
    ...(place.thread !== undefined && { thread_ts: place.thread }),
    ...words,
    ...noPreviews,
    metadata: { event_type: eventType, event_payload: { subject: name, kind } },
  };
  const answer = await surely(shown, name, (before) => calls.api(job, "chat.postMessage", args, before));
  const ts = textIn(answer, "ts");
  if (ts === undefined) throw unknownOutcome("chat.postMessage", "no_ts");
  return ts;
}

/** Counts what may be shown twice now: a repeat of something that Slack cannot be asked about, unless it was surely refused. */
export async function repeating<Value>(
  { metrics, log }: Posting,
  { delivery }: Job,
  repeated: boolean,
  send: () => Promise<Value>,
): Promise<Value> {
  const count = () => {
    if (!repeated) return;
    metrics.slackStrays.inc();
    log.warn({ delivery: delivery.id }, "slack cannot be asked what it shows: sent again, possibly a stray");
  };
  try {
    const value = await send();
    count();
    return value;
  } catch (thrown) {
    if (isUnknown(thrown)) count();
    throw thrown;
  }
}

/** Without a look, repeats come at growing distances: each may be a stray. */
const longestPauseMs = 60_000;

async function look({ calls }: Posting, job: Job, name: string, showing: Showing): Promise<Found> {
  const settledMs = settleMs(calls);
  await awaitAge(showing, settledMs, job.signal);
  const found = await findShown(calls, job, name, showing);
  if (found === "cannot_ask") {
    await awaitAge(showing, Math.min(settledMs * 2 ** (showing.attempts - 1), longestPauseMs), job.signal);
  }
  return found;
}

/** A request may land until it is given up here, and a little later, when it was on its way. Before, looking proves nothing. */
export function settleMs({ timeoutMs }: Pick<Calls, "timeoutMs">): number {
  return timeoutMs * 1.2;
}

const longestWaitMs = 1_000;

/** Waits until the last attempt is so old; rejects with when to come back where that takes longer than a second. */
export async function awaitAge({ lastAt, now }: Showing, ageMs: number, signal: AbortSignal): Promise<void> {
  const left = lastAt + ageMs - now;
  if (left <= 0) return;
  if (left > longestWaitMs) throw rateLimited("post", "outcome_not_settled", Math.ceil(left));
  await pause(left, signal);
}
