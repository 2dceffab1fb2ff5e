/** A delivery's message as it is sent: buttons with ids of stored commands, and text alone where Slack does not take the blocks. */
import type { Message } from "../../../message/message.ts";
import type { Buttons } from "../../../store/buttons.ts";
import type { Shown } from "../../../store/shown.ts";
import { withButtonIds } from "../../button-ids.ts";
import { renderSlack, type SlackMessage, type SlackRenderOptions } from "../render.ts";
import { SlackFailure } from "./failure.ts";
import type { Job, SlackOutLog } from "./options.ts";

export async function present(
  stores: { readonly shown: Shown; readonly buttons: Buttons },
  { delivery }: Job,
  message: Message,
  { rest, looks }: { readonly [Field in "rest" | "looks"]?: SlackRenderOptions[Field] | undefined } = {},
): Promise<SlackMessage> {
  const where = { ...(rest !== undefined && { rest }), ...(looks && { looks }) };
  return await withButtonIds(stores, delivery, (actionValue) => renderSlack(message, { ...where, actionValue }));
}

/** What Slack is to show. It finds no names, channels or links in it by itself (chat.update would, unless told). */
export type Words = Readonly<Record<string, unknown>>;

export function wordsOf({ text, blocks }: Pick<SlackMessage, "text" | "blocks">): Words {
  return { text, blocks, parse: "none", link_names: false };
}

/** What is to be shown, and what else where Slack does not take it. */
export interface Presented extends SlackMessage {
  readonly plainer?: () => Promise<SlackMessage>;
}

/** An answer is never lost for its looks: when the blocks are refused, plainer ones are tried, and then the text stands alone. */
export async function withWords<Value>(
  log: SlackOutLog,
  job: Job,
  rendered: Presented,
  send: (words: Words) => Promise<Value>,
): Promise<Value> {
  try {
    return await send(wordsOf(rendered));
  } catch (thrown) {
    if (!(thrown instanceof SlackFailure) || thrown.meaning !== "content") throw thrown;
    const facts = { err: thrown, delivery: job.delivery.id };
    if (rendered.plainer) {
      log.warn(facts, "slack refused the blocks: shown without charts");
      return await withWords(log, job, await rendered.plainer(), send);
    }
    log.error(facts, "slack refused the blocks: the text is shown alone");
    return await send(wordsOf({ text: rendered.text, blocks: [] }));
  }
}
