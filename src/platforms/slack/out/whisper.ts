/**
 * What Slack cannot be asked about afterwards: messages for one person alone, and answers through a response_url. An unknown outcome is tried once more, because
 * a second copy is better than silence, and counted; a second one gives up.
 */
import { BotError } from "../../../errors.ts";
import { surely } from "../../surely.ts";
import { noPreviews, type Posting, repeating } from "./appear.ts";
import { SlackFailure } from "./failure.ts";
import type { Job } from "./options.ts";
import { type Presented, withWords } from "./present.ts";

/** Slack allows 5 uses within 30 minutes; one is left for whoever else answers there. */
const mostUses = 4;
/** Enough for the request to arrive before the URL ends. */
const marginMs = 1_000;
const mostAttempts = 2;

export type Route = "response_url" | "chat.postEphemeral";

/** For `place.person` alone, by the first way that works. */
export async function whisper(
  posting: Posting,
  job: Job,
  rendered: Presented,
  routes: readonly Route[],
): Promise<void> {
  await onceOrTwice(posting, job, async () => {
    for (const route of routes) {
      const ask =
        route === "response_url" ? respond(posting, job, rendered, "ephemeral") : post(posting, job, rendered);
      if (await ask) return;
    }
    throw new BotError("FORBIDDEN", "slack: no way to show a private message", {
      say: "Slack has no way left to show this to that person alone. Join the channel, invite the bot there, and ask again.",
    });
  });
}

/** For everybody in a conversation that the bot has not joined. */
export async function respondFromOutside(
  posting: Posting,
  job: Job,
  rendered: Presented,
  invite: string,
): Promise<void> {
  // What was allowed in a conversation of two was allowed to the person who asked; the other one is nobody we know.
  const audience = job.channel.startsWith("D") ? "ephemeral" : "in_channel";
  await onceOrTwice(posting, job, async () => {
    if (await respond(posting, job, rendered, audience)) return;
    throw new BotError("FORBIDDEN", "slack: not in the channel, and no response_url left", {
      say: `The bot is no member of this conversation, and the way to answer from outside has run out. Type ${invite} there and ask again.`,
    });
  });
}

async function onceOrTwice(posting: Posting, job: Job, show: () => Promise<void>): Promise<void> {
  const { shown } = posting;
  const name = saidName(job.delivery);
  const { id, attempts } = await shown.read(name);
  if (id !== undefined) return;
  if (attempts >= mostAttempts) {
    throw new BotError("REFUSED", "slack: twice no word whether a message was shown", {
      say: "Slack did not say whether the answer was shown. Ask again.",
    });
  }
  await repeating(posting, job, attempts > 0, show);
  await shown.record(name, "said");
}

/** False when the URL is not there, has run out, or is refused. */
async function respond(
  { calls, shown, log }: Posting,
  job: Job,
  rendered: Presented,
  type: "ephemeral" | "in_channel",
): Promise<boolean> {
  const { place, subject } = job.delivery;
  const { reply, thread } = place;
  if (!reply || reply.until - marginMs <= Date.now()) return false;
  try {
    await withWords(log, job, rendered, async (words) => {
      const uses = `${subject}:response_url`;
      if ((await shown.read(uses)).attempts >= mostUses) throw usedUp();
      await shown.intend(uses);
      const body = {
        ...words,
        ...noPreviews,
        response_type: type,
        replace_original: false,
        ...(thread !== undefined && { thread_ts: thread }),
      };
      await surely(shown, saidName(job.delivery), async (before) => {
        await before();
        await calls.send(job, "response_url", reply.url, { type: "application/json", bytes: JSON.stringify(body) });
      });
    });
    return true;
  } catch (thrown) {
    if (!isFinal(thrown)) throw thrown;
    return false;
  }
}

function usedUp(): SlackFailure {
  return new SlackFailure("response_url", "own_limit", {
    code: "REFUSED",
    say: "Slack's way to answer has been used up.",
  });
}

async function post({ calls, shown, log }: Posting, job: Job, rendered: Presented): Promise<boolean> {
  const { person, thread } = job.delivery.place;
  if (person === undefined) return false;
  const to = { channel: job.channel, user: person, ...(thread !== undefined && { thread_ts: thread }) };
  try {
    await withWords(log, job, rendered, (words) =>
      surely(shown, saidName(job.delivery), (before) =>
        calls.api(job, "chat.postEphemeral", { ...to, ...words }, before),
      ),
    );
    return true;
  } catch (thrown) {
    if (!isFinal(thrown)) throw thrown;
    log.warn({ err: thrown, delivery: job.delivery.id }, "slack did not show a private message");
    return false;
  }
}

const saidName = ({ id }: Job["delivery"]) => `${id}:said`;

function isFinal(thrown: unknown): boolean {
  return thrown instanceof SlackFailure && !thrown.retry;
}
