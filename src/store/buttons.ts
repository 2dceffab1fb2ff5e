/** The commands behind buttons: a button carries a random id and nothing else, so that what comes back from a client is never trusted as a command. */
import { randomBytes } from "node:crypto";
import type { Redis } from "./redis.ts";

export interface StoredButton {
  /** A command line as a person would type it. */
  readonly command: string;
  /** Where the button was shown: it works there and nowhere else. */
  readonly conversation: string;
}

export interface Buttons {
  /** Stores them and returns their ids, in the same order. */
  keep(buttons: readonly StoredButton[]): Promise<string[]>;
  find(id: string): Promise<StoredButton | undefined>;
}

const keepSeconds = 7 * 24 * 3600;
/** 128 random bits. */
const idPattern = /^[\w-]{22}$/;

export function createButtons(redis: Redis, prefix: string): Buttons {
  const key = (id: string) => `${prefix}:button:${id}`;
  return {
    async keep(buttons) {
      const ids = buttons.map(() => randomBytes(16).toString("base64url"));
      await Promise.all(
        buttons.map((button, at) => redis.set(key(ids[at] ?? ""), JSON.stringify(button), "EX", keepSeconds)),
      );
      return ids;
    },
    async find(id) {
      if (!idPattern.test(id)) return undefined;
      const text = await redis.get(key(id));
      return text === null ? undefined : (JSON.parse(text) as StoredButton);
    },
  };
}
