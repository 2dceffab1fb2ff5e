/** response_urls: which of them are Slack's, and one private line through one of them (docs.slack.dev/interactivity/handling-user-interaction). */
import type { Place } from "../../../message/delivery.ts";
import { escapeMrkdwn } from "../mrkdwn.ts";

/** Slack's thirty minutes, less one for the way. */
const usableMs = 29 * 60_000;
const timeoutMs = 3_000;

/** Undefined unless it leads to Slack or to where the Web API is: we send answers there. */
export function replyUrl(
  url: string | null | undefined,
  { apiUrl, now }: { readonly apiUrl: string; readonly now: number },
): Place["reply"] {
  if (typeof url !== "string" || !URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  if (parsed.username !== "" || parsed.password !== "" || !isSlack(parsed, apiUrl)) return undefined;
  return { url, until: now + usableMs };
}

/** Slack's own hosts, and where the Web API is. */
export function isSlack({ protocol, hostname, origin }: URL, apiUrl: string): boolean {
  return (protocol === "https:" && /(^|\.)slack(-gov)?\.com$/.test(hostname)) || origin === new URL(apiUrl).origin;
}

/** Rejects when it was not shown. The error names no address. */
export async function sayPrivately(url: string, say: string, thread: string | undefined): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      response_type: "ephemeral",
      replace_original: false,
      text: escapeMrkdwn(say),
      ...(thread !== undefined && { thread_ts: thread }),
    }),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`response_url answered ${response.status}`);
}
