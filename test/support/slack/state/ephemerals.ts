/** What only one person sees. It is in no history and cannot be found again through the API (method chat.postEphemeral). */
import type { Content, Version } from "./messages.ts";
import { ringsOf } from "./rings.ts";
import type { Stamps } from "./stamp.ts";

export interface Ephemeral extends Omit<Content, "metadata" | "files"> {
  readonly ts: string;
  readonly channel: string;
  /** The person who sees it. */
  readonly user: string;
  readonly threadTs: string | null;
  /** `chat.postEphemeral`, `response_url` or `ack`. */
  readonly via: string;
  readonly rings: readonly string[];
  readonly versions: readonly Version[];
  readonly deleted: boolean;
}

export interface EphemeralDraft extends Partial<Pick<Content, "text" | "blocks" | "attachments">> {
  readonly channel: string;
  readonly user: string;
  readonly threadTs?: string | undefined;
  readonly via: string;
}

export interface Ephemerals {
  show(draft: EphemeralDraft): Ephemeral;
  find(ts: string): Ephemeral | undefined;
  replace(ts: string, change: Pick<EphemeralDraft, "text" | "blocks" | "attachments">): void;
  remove(ts: string): void;
  /** Oldest first, those taken away again left out. */
  all(): readonly Ephemeral[];
}

export function createEphemerals(stamps: Stamps): Ephemerals {
  const known = new Map<string, Ephemeral>();

  function say({ text = "", blocks = [], attachments = [] }: Partial<Content>): Version {
    const rings = ringsOf(text, [...blocks, ...attachments]);
    return { text, blocks, attachments, metadata: null, files: [], rings, at: Date.now() };
  }

  return {
    show({ channel, user, threadTs, via, ...said }) {
      const version = say(said);
      const { text, blocks, attachments, rings } = version;
      const ephemeral: Ephemeral = {
        ...{ text, blocks, attachments, rings },
        ...{ ts: stamps.ts(), channel, user, threadTs: threadTs ?? null, via, versions: [version], deleted: false },
      };
      known.set(ephemeral.ts, ephemeral);
      return ephemeral;
    },
    find(ts) {
      const ephemeral = known.get(ts);
      return ephemeral?.deleted ? undefined : ephemeral;
    },
    replace(ts, change) {
      const before = known.get(ts);
      if (!before) return;
      const version = say(change);
      const { text, blocks, attachments, rings } = version;
      known.set(ts, { ...before, text, blocks, attachments, rings, versions: [...before.versions, version] });
    },
    remove(ts) {
      const before = known.get(ts);
      if (before) known.set(ts, { ...before, deleted: true });
    },
    all: () => [...known.values()].filter((ephemeral) => !ephemeral.deleted),
  };
}
