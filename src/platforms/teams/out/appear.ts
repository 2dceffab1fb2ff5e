import type { Buckets } from "../../../store/bucket.ts";
import type { Showing, Shown } from "../../../store/shown.ts";
import { isUnknown, surely } from "../../surely.ts";
import { busy, TeamsFailure } from "./failure.ts";
import type { Job, TeamsOutLog, TeamsOutMetrics } from "./options.ts";
import { takeTurn } from "./rates.ts";
import type { Content, Service } from "./service.ts";
import { pause } from "./wait.ts";

export interface Posting {
  readonly service: Service;
  readonly shown: Shown;
  readonly buckets: Buckets;
  readonly metrics: TeamsOutMetrics;
  readonly log: TeamsOutLog;
}

/** A message's words, and what stands for them where Teams does not take the card. */
export interface Presented {
  readonly content: Content;
  readonly minimal: () => Content;
}

/** Returns the id of the message recorded under `name`, which is posted where there is none; it then says what was given here. */
export async function appear(posting: Posting, job: Job, name: string, presented: Presented): Promise<string> {
  const { shown, metrics, log, service, buckets } = posting;
  const showing = await shown.read(name);
  if (showing.id !== undefined) return showing.id;
  const repeated = showing.attempts > 0;
  if (repeated) await awaitAge(showing, Math.min(settleMs(service) * 2 ** (showing.attempts - 1), longestPauseMs), job);
  const count = () => {
    if (!repeated) return;
    metrics.teamsStrays.inc();
    log.warn({ delivery: job.delivery.id }, "teams cannot be asked what it shows: sent again, possibly a stray");
  };
  let id: string;
  try {
    id = await withContent(posting, job, presented, async (content) => {
      await takeTurn(buckets, job);
      return await surely(shown, name, (before) => service.post(job, content, before));
    });
  } catch (thrown) {
    if (isUnknown(thrown)) count();
    throw thrown;
  }
  count();
  await shown.record(name, id);
  return id;
}

export async function update(posting: Posting, job: Job, id: string, presented: Presented): Promise<void> {
  const { service, buckets } = posting;
  await withContent(posting, job, presented, async (content) => {
    await takeTurn(buckets, job);
    await service.update(job, id, content);
  });
}

/** An answer is never lost for its looks: where the card is refused, its text is shown, and that is counted. */
async function withContent<Value>(
  { metrics, log }: Posting,
  job: Job,
  { content, minimal }: Presented,
  send: (content: Content) => Promise<Value>,
): Promise<Value> {
  try {
    return await send(content);
  } catch (thrown) {
    if (!(thrown instanceof TeamsFailure) || thrown.meaning !== "content") throw thrown;
    metrics.teamsMinimal.inc();
    log.error({ err: thrown, delivery: job.delivery.id }, "teams refused the card: the text is shown alone");
    return await send(minimal());
  }
}

const longestPauseMs = 60_000;
const longestWaitMs = 1_000;

/** A request may land until it is given up here, and a little later, when it was on its way. */
export function settleMs({ timeoutMs }: Pick<Service, "timeoutMs">): number {
  return timeoutMs * 1.2;
}

/** Waits until the last attempt is so old; rejects with when to come back where that takes longer than a second. */
async function awaitAge({ lastAt, now }: Showing, ageMs: number, { signal }: Job): Promise<void> {
  const left = lastAt + ageMs - now;
  if (left <= 0) return;
  if (left > longestWaitMs) throw busy("post", "outcome_not_settled", Math.ceil(left));
  await pause(left, signal);
}
