/** Deliveries become messages in Teams: a placeholder is posted and its answer is an edit of it, whatever is lost or dies between. */
import { BotError, toBotError } from "../../../errors.ts";
import type { Delivery } from "../../../message/delivery.ts";
import type { Reference } from "../../../store/conversations.ts";
import type { Shown } from "../../../store/shown.ts";
import type { Platform } from "../../platform.ts";
import { type Answering, againName, showAnswer, showNotice, showPlaceholder, showProgress } from "./answer.ts";
import type { TeamsOutOptions } from "./options.ts";
import { createService } from "./service.ts";

export function createTeamsOut(options: TeamsOutOptions): Platform {
  const { shown, buttons, buckets, artifacts, paint, charts = "native", metrics, log, conversations } = options;
  const service = createService(options);
  const answering: Answering = { service, shown, buttons, buckets, artifacts, paint, charts, metrics, log };
  return {
    name: "teams",
    async post(delivery, signal) {
      try {
        const { conversation, subject, lasts } = delivery;
        const reference = await referenceTo(conversations, conversation);
        const thread = await threadOf(shown, delivery, reference);
        await show[delivery.kind](answering, { delivery, conversation, reference, thread, signal });
        if (lasts) await Promise.all([subject, againName(subject)].map(shown.keep));
      } catch (thrown) {
        throw toBotError(thrown);
      }
    },
  };
}

const show = {
  placeholder: showPlaceholder,
  progress: showProgress,
  answer: showAnswer,
  notice: showNotice,
} satisfies Record<Delivery["kind"], unknown>;

/** A channel has threads, a chat none: there the lines follow each other. What it belongs under was posted before it, or given up. */
async function threadOf(shown: Shown, { place }: Delivery, { kind }: Reference): Promise<string | undefined> {
  if (kind !== "channel") return undefined;
  if (place.under === undefined) return place.thread;
  const { id } = await shown.read(place.under);
  if (id === undefined) throw new BotError("REFUSED", `nothing is shown of ${place.under}`);
  return id;
}

async function referenceTo(
  { find, findNear }: TeamsOutOptions["conversations"],
  conversation: string,
): Promise<Reference> {
  const known = await find(conversation);
  if (known) return known;
  const near = isChannel(conversation) ? await findNear(conversation) : undefined;
  if (near) return { serviceUrl: near.serviceUrl, bot: near.bot, kind: "channel" };
  throw new BotError("FORBIDDEN", `teams: nothing is known of ${conversation}`, {
    say: "The bot does not know this conversation in Teams. Install the bot in that team and mention it once.",
  });
}

const isChannel = (conversation: string) => /^teams:[^/]+\/19:.*@thread\.(tacv2|skype)$/.test(conversation);
