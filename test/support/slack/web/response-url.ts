/** A POST to a response_url (page "Handling user interaction", "Message responses"). No token; JSON only; `ok` as plain text. */
import { isObject, type Json, parseJson } from "../json.ts";
import { limits } from "../limits.ts";
import { readSaid, type Said, saysSomething } from "../methods/content.ts";
import { SlackRefusal } from "../refusal.ts";
import type { ResponseUrl } from "../state/response-urls.ts";
import type { State } from "../state/state.ts";
import { isTrue, textOf } from "./arguments.ts";
import type { Reply } from "./reply.ts";

export function respond(slack: State, secret: string, body: Buffer): Reply {
  try {
    const target = slack.responseUrls.use(secret);
    const given = parseJson(body.toString("utf8"));
    if (!isObject(given)) throw new SlackRefusal("invalid_payload");
    show(slack, target, given, "response_url");
    return { status: 200, body: "ok", type: "text/html", outcome: "ok" };
  } catch (thrown) {
    if (!(thrown instanceof SlackRefusal)) throw thrown;
    const { code, details } = thrown;
    // `used_url` and `expired_url` come as 404 with the usual JSON (reported; the page gives no codes).
    const status = /_url$/.test(code) ? 404 : 400;
    return { status, body: JSON.stringify({ ok: false, error: code, ...details }), outcome: code };
  }
}

/** Also what an acknowledgement with a body does. Private unless `in_channel` is said; the bot need not be in the conversation. Throws SlackRefusal. */
export function show(slack: State, target: ResponseUrl, args: Json, via: "response_url" | "ack"): void {
  if (isTrue(args, "delete_original")) {
    removeOriginal(slack, target);
    return;
  }
  // The budget for the text of all blocks was not met here (bolt-js #2509).
  const said = readSaid(slack, args, { text: limits.textCut, budget: false });
  if (!saysSomething(said)) throw new SlackRefusal("no_text");
  if (isTrue(args, "replace_original") && replaceOriginal(slack, target, said)) return;
  const { channel, user } = target;
  const threadTs = textOf(args, "thread_ts") || undefined;
  if (textOf(args, "response_type") === "in_channel") {
    const { bot } = slack.workspace;
    slack.messages.post({ ...said, channel, threadTs, user: bot.userId, botId: bot.botId, via });
    return;
  }
  const { ts } = slack.ephemerals.show({ ...said, channel, user, threadTs, via });
  target.original ??= { ts, ephemeral: true };
}

function replaceOriginal(slack: State, target: ResponseUrl, said: Said): boolean {
  const { original, channel } = target;
  if (!original) return false;
  if (original.ephemeral) {
    slack.ephemerals.replace(original.ts, said);
    return true;
  }
  const message = slack.messages.find(channel, original.ts);
  if (message) slack.messages.edit(message, { blocks: [], ...said });
  return message !== undefined;
}

function removeOriginal(slack: State, { original, channel }: ResponseUrl): void {
  const message = original && slack.messages.find(channel, original.ts);
  if (original?.ephemeral) slack.ephemerals.remove(original.ts);
  else if (message) slack.messages.remove(message);
}
