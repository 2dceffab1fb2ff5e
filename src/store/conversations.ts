/**
 * Where a chat platform's conversations are reached, kept until the bot is removed there: whatever the bot has to say of its own reaches a channel after any restart,
 * with nobody greeting it first. A platform may move a tenant to another address, so that each contact overwrites what was known.
 */
import type { Redis } from "./redis.ts";

export interface Reference {
  /** The address of the service that takes messages. Comes from the platform; whoever sends a token there checks it first. */
  readonly serviceUrl: string;
  /** How the bot is called there. */
  readonly bot: string;
  readonly kind: "personal" | "group" | "channel";
  /** What it belongs to and goes away with: in Teams the team's id. */
  readonly group?: string;
}

export interface Conversations {
  /** `name` as in deliveries: `teams:<tenant>/<id>`. */
  keep(name: string, reference: Reference): Promise<void>;
  find(name: string): Promise<Reference | undefined>;
  /** The newest of any conversation of the same tenant: whoever is installed in a team may post into channels in which nobody ever spoke to it. */
  findNear(name: string): Promise<Reference | undefined>;
  drop(name: string): Promise<void>;
  /** With all conversations of that group. */
  dropGroup(name: string, group: string): Promise<void>;
}

export function createConversations(redis: Redis, prefix: string): Conversations {
  const key = (name: string) => `${prefix}:conversation:${name}`;
  const near = (name: string) => `${prefix}:conversation-near:${tenantOf(name)}`;
  const members = (name: string, group: string) => `${prefix}:conversation-group:${tenantOf(name)}/${group}`;
  const read = (text: string | null) => (text === null ? undefined : (JSON.parse(text) as Reference));
  return {
    async keep(name, reference) {
      const text = JSON.stringify(reference);
      const work = redis.multi().set(key(name), text).set(near(name), text);
      if (reference.group !== undefined) work.sadd(members(name, reference.group), name);
      await work.exec();
    },
    find: async (name) => read(await redis.get(key(name))),
    findNear: async (name) => read(await redis.get(near(name))),
    async drop(name) {
      await redis.del(key(name));
    },
    async dropGroup(name, group) {
      const names = await redis.smembers(members(name, group));
      await redis.del(...names.map(key), key(name), members(name, group));
    },
  };
}

/** `teams:<tenant>` */
function tenantOf(name: string): string {
  return name.split("/", 1)[0] ?? "";
}
