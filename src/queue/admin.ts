/** What whoever runs the bot is told in a channel of their own: conversations that refuse it, and alerts that no route takes. */
import { createHash } from "node:crypto";
import type { Logger } from "../log.ts";
import type { Block, Message } from "../message/message.ts";
import type { Deliver } from "./outbox.ts";

export interface Refused {
  readonly conversation: string;
  /** The bot's identity was refused: it is the same in every conversation of that platform. */
  readonly everywhere: boolean;
  /** What it means and what to do, one sentence or two. */
  readonly say: string;
  /** The platform's answer as logs have it. */
  readonly answered: string;
}

export interface Unrouted {
  /** Names this report: a second one with the same name is not shown. */
  readonly name: string;
  readonly count: number;
  /** Of the first few. */
  readonly names: readonly string[];
}

export interface Admin {
  /** Once a day for each conversation and what it says. */
  refused(refused: Refused): Promise<void>;
  unrouted(unrouted: Unrouted): Promise<void>;
}

export interface AdminOptions {
  /** The channel as deliveries name it. Rejects while its platform does not say. */
  readonly conversation: () => Promise<string>;
  readonly deliver: Deliver;
  readonly log: Logger;
}

export function createAdmin({ conversation: resolve, deliver, log }: AdminOptions): Admin {
  // A delivery is remembered for a day by its id: that is what "once" means here.
  const say = async (conversation: string, name: string, message: Message) => {
    const id = `admin:${name}`;
    await deliver({ id, subject: id, conversation, place: {}, kind: "answer", at: Date.now(), message, answer: null });
  };
  return {
    async refused(refused) {
      const { conversation, everywhere, say: what } = refused;
      const admin = await resolve();
      const platform = platformOf(conversation);
      if (admin === conversation || (everywhere && platformOf(admin) === platform)) {
        log.error({ conversation, say: what }, "the admin channel itself cannot be reached");
        return;
      }
      const key = createHash("sha256")
        .update(`${everywhere ? platform : conversation}\n${what}`)
        .digest("hex");
      await say(admin, `refused-${key.slice(0, 32)}`, refusedMessage(refused));
    },
    async unrouted(unrouted) {
      await say(await resolve(), `unrouted-${unrouted.name}`, unroutedMessage(unrouted));
    },
  };
}

export function refusedMessage({ conversation, everywhere, say, answered }: Refused): Message {
  const platform = platformOf(conversation) === "teams" ? "Teams" : "Slack";
  return {
    tone: "bad",
    title: everywhere ? `${platform} refuses the bot: nothing can be posted` : "The bot cannot post in a channel",
    blocks: [
      { kind: "text", text: say },
      {
        kind: "facts",
        facts: [
          { name: everywhere ? "seen in" : "channel", value: { code: conversation } },
          { name: "answer", value: { code: answered } },
        ],
      },
      {
        kind: "note",
        text: "What alerts have to say there is kept for 24 hours, tried again every 3 minutes, and shown in order once it is repaired. This is said once a day.",
      },
    ],
  };
}

export function unroutedMessage({ count, names }: Unrouted): Message {
  const left = count - names.length;
  const listed = names.flatMap((name, at) => [at === 0 ? "" : ", ", { code: name }]);
  const block: Block = { kind: "text", text: ["First seen: ", ...listed, left > 0 ? " and others" : ""] };
  return {
    tone: "warn",
    title: `${count} ${count === 1 ? "alert was" : "alerts were"} shown nowhere: no route takes them`,
    blocks: [
      ...(names.length > 0 ? [block] : []),
      {
        kind: "note",
        text: [
          "Add a route to ",
          { code: "alerts.routes" },
          ", and try it with ",
          { code: "alerts test alertname=NAME" },
          ". This is said once an hour at most.",
        ],
      },
    ],
  };
}

const platformOf = (conversation: string) => conversation.slice(0, conversation.indexOf(":"));
