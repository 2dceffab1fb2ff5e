/** The messages of every conversation, with all they ever said. */
import type { Json } from "../json.ts";
import { ringsOf } from "./rings.ts";
import type { Stamps } from "./stamp.ts";

export interface Metadata {
  readonly event_type: string;
  readonly event_payload: Json;
}

/** What a message says at one time. */
export interface Content {
  readonly text: string;
  readonly blocks: readonly Json[];
  readonly attachments: readonly Json[];
  readonly metadata: Metadata | null;
  readonly files: readonly string[];
}

export interface Version extends Content {
  /** When it began to say this, in milliseconds since 1970. */
  readonly at: number;
  /** Whom it calls, as in `@U1` or `!channel`. */
  readonly rings: readonly string[];
}

export interface Message extends Version {
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  /** The app behind it; null for a person. */
  readonly botId: string | null;
  /** Of the root of its thread; a root has its own once it was answered. */
  readonly threadTs: string | null;
  /** The call that made it: a method, `response_url`, `ack`, or `person`. */
  readonly via: string;
  /** Everything it said, the first version first, the present one last. */
  readonly versions: readonly Version[];
  readonly edited: boolean;
  readonly deleted: boolean;
  /** Names of the reactions the bot added. */
  readonly reactions: readonly string[];
}

export interface Draft extends Partial<Content> {
  readonly channel: string;
  readonly user: string;
  readonly botId: string | null;
  readonly threadTs?: string | undefined;
  readonly via: string;
}

export interface Messages {
  post(draft: Draft): Message;
  find(channel: string, ts: string): Message | undefined;
  /** Shows the `edited` flag when told; Slack does not when blocks were used (method chat.update). */
  edit(message: Message, change: Partial<Content>, flag?: boolean): Message;
  remove(message: Message): void;
  react(message: Message, name: string): boolean;
  /** Oldest first. */
  in(channel: string, options?: { readonly deleted?: boolean }): readonly Message[];
}

type Stored = { -readonly [field in keyof Message]: Message[field] };

export function createMessages(stamps: Stamps): Messages {
  const channels = new Map<string, Map<string, Stored>>();
  const stored = (message: Message) => channels.get(message.channel)?.get(message.ts) as Stored;

  return {
    post({ channel, user, botId, threadTs, via, ...said }) {
      const content: Content = { text: "", blocks: [], attachments: [], metadata: null, files: [], ...said };
      const version = versionOf(content);
      const known = channels.get(channel) ?? new Map<string, Stored>();
      channels.set(channel, known);
      const root = threadTs === undefined ? undefined : known.get(threadTs);
      // Answering an answer lands in the thread of its root.
      const thread = root?.threadTs ?? threadTs ?? null;
      const head = thread === null ? undefined : known.get(thread);
      if (head) head.threadTs = head.ts;
      const message: Stored = {
        ...version,
        ts: stamps.ts(),
        channel,
        user,
        botId,
        threadTs: thread,
        via,
        versions: [version],
        edited: false,
        deleted: false,
        reactions: [],
      };
      known.set(message.ts, message);
      return message;
    },
    find(channel, ts) {
      const message = channels.get(channel)?.get(ts);
      return message?.deleted ? undefined : message;
    },
    edit(message, change, flag = false) {
      const { text, blocks, attachments, metadata, files } = { ...message, ...change };
      const version = versionOf({ text, blocks, attachments, metadata, files });
      const target = stored(message);
      Object.assign(target, version, { versions: [...target.versions, version], edited: target.edited || flag });
      return target;
    },
    remove(message) {
      stored(message).deleted = true;
    },
    react(message, name) {
      const target = stored(message);
      if (target.reactions.includes(name)) return false;
      target.reactions = [...target.reactions, name];
      return true;
    },
    in: (channel, { deleted = false } = {}) =>
      [...(channels.get(channel)?.values() ?? [])]
        .filter((message) => deleted || !message.deleted)
        .map((message) => ({ ...message })),
  };
}

function versionOf(content: Content): Version {
  return { ...content, at: Date.now(), rings: ringsOf(content.text, [...content.blocks, ...content.attachments]) };
}
