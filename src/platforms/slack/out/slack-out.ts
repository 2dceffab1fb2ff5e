/** Deliveries become messages in Slack: a placeholder is posted once and its answer is an edit of it, whatever is lost or dies between. */
import { BotError, toBotError } from "../../../errors.ts";
import type { Delivery } from "../../../message/delivery.ts";
import type { Shown } from "../../../store/shown.ts";
import type { Platform } from "../../platform.ts";
import { type Answering, showAnswer, showNotice, showPlaceholder } from "./answer.ts";
import { createCalls } from "./calls.ts";
import type { Job, SlackOutOptions } from "./options.ts";
import { showProgress } from "./progress.ts";
import { createZones } from "./zones.ts";

export function createSlackOut(options: SlackOutOptions): Platform {
  const { shown, buttons, buckets, artifacts, files, metrics, log, botName = "cilium" } = options;
  const { paint, charts = "pictures" } = options;
  const calls = createCalls(options);
  const stored = { shown, buttons, buckets, artifacts, files };
  const drawing = { paint, charts: paint || charts === "native" ? charts : "none", zones: createZones(calls) } as const;
  const answering: Answering = { calls, ...stored, ...drawing, metrics, log, invite: `/invite @${botName}` };
  return {
    name: "slack",
    async post(delivery, signal) {
      try {
        const placed = await inThread(shown, delivery);
        await show[delivery.kind](answering, toJob(placed, signal));
        if (delivery.lasts) await shown.keep(delivery.subject);
      } catch (thrown) {
        throw toBotError(thrown);
      }
    },
  };
}

const show: Record<Delivery["kind"], (answering: Answering, job: Job) => Promise<void>> = {
  placeholder: showPlaceholder,
  progress: showProgress,
  answer: showAnswer,
  notice: showNotice,
};

/** What it belongs under was posted before it, or given up, or went by response_url, which makes no thread: then it follows by the same way. */
async function inThread(shown: Shown, delivery: Delivery): Promise<Delivery> {
  const { under, ...place } = delivery.place;
  if (under === undefined) return delivery;
  const { id: thread } = await shown.read(under);
  if (thread === undefined && place.reply !== undefined) return { ...delivery, place };
  if (thread === undefined) throw new BotError("REFUSED", `nothing is shown of ${under}`);
  return { ...delivery, place: { ...place, thread } };
}

function toJob(delivery: Delivery, signal: AbortSignal): Job {
  const { team, channel } = /^slack:(?<team>\w+)\/(?<channel>\w+)$/.exec(delivery.conversation)?.groups ?? {};
  if (team === undefined || channel === undefined) {
    throw new BotError("REFUSED", `no conversation in Slack: ${delivery.conversation}`);
  }
  return { delivery, team, channel, signal };
}
