/** Asks Slack whether a post is there whose reply never came: by the metadata it carries. Needs the history scopes, which are optional. */
import type { Showing } from "../../../store/shown.ts";
import type { Calls } from "./calls.ts";
import { SlackFailure } from "./failure.ts";
import { type Json, listIn, objectIn, textIn } from "./json.ts";
import type { Job } from "./options.ts";

export const eventType = "cilium_chatops";

/** Slack's clock against ours, and the time a late request may need. */
const skewMs = 60_000;
const pageSize = 200;
const mostPages = 5;

export type Found = { readonly ts: string } | "not_there" | "cannot_ask";

export async function findShown(calls: Calls, job: Job, name: string, showing: Showing): Promise<Found> {
  const { thread } = job.delivery.place;
  const method = thread === undefined ? "conversations.history" : "conversations.replies";
  const args = {
    channel: job.channel,
    ...(thread !== undefined && { ts: thread }),
    oldest: seconds(showing.firstAt - skewMs),
    latest: seconds(showing.lastAt + calls.timeoutMs + skewMs),
    include_all_metadata: true,
    limit: pageSize,
  };
  let cursor: string | undefined;
  try {
    for (let page = 0; page < mostPages; page++) {
      const answer = await calls.api(job, method, { ...args, ...(cursor !== undefined && { cursor }) });
      const ts = listIn(answer, "messages").find((message) => subjectOf(message) === name)?.["ts"];
      if (typeof ts === "string") return { ts };
      cursor = textIn(objectIn(answer, "response_metadata"), "next_cursor");
      if (cursor === undefined) return "not_there";
    }
  } catch (thrown) {
    if (!(thrown instanceof SlackFailure) || thrown.retry) throw thrown;
  }
  return "cannot_ask";
}

function subjectOf(message: Json): unknown {
  const metadata = objectIn(message, "metadata");
  return metadata["event_type"] === eventType ? objectIn(metadata, "event_payload")["subject"] : undefined;
}

const seconds = (ms: number) => (ms / 1_000).toFixed(6);
