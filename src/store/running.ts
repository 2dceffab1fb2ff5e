/** Long work that people may stop: one Redis hash per command with where and by whom it was asked, and whether somebody said stop. Gone when its time is over. */
import type { Redis } from "./redis.ts";

/** Where long work was asked, and by whom. */
export interface Asked {
  readonly conversation: string;
  /** By the platform's own id; undefined in a terminal, which is one person's. */
  readonly person?: string | undefined;
  /** What that person is called. Written by strangers. */
  readonly name?: string | undefined;
}

/** Whoever says stop. */
export interface Stopper extends Pick<Asked, "conversation" | "person"> {
  /** May stop what others asked for. */
  readonly admin: boolean;
}

export type Stopped =
  | { readonly is: "stopping" }
  /** Nothing of that id runs, or it was asked elsewhere. */
  | { readonly is: "nothing" }
  /** Somebody else asked for it, called so where the platform said. */
  | { readonly is: "refused"; readonly name: string | undefined };

export interface RunningWork {
  /** Can be stopped from now on, where it was asked. */
  open(command: string, asked: Asked, ttlMs: number): Promise<void>;
  stop(command: string, by: Stopper): Promise<Stopped>;
  isStopped(command: string): Promise<boolean>;
  close(command: string): Promise<void>;
}

const stopScript = `
local run = redis.call('HMGET', KEYS[1], 'conversation', 'person', 'name')
if run[1] ~= ARGV[1] then return { 'nothing' } end
if run[2] and run[2] ~= ARGV[2] and ARGV[3] ~= '1' then return { 'refused', run[3] or '' } end
redis.call('HSET', KEYS[1], 'stop', '1')
return { 'stopping' }`;

export function createRunningWork(redis: Redis, prefix: string): RunningWork {
  const key = (command: string) => `${prefix}:running:${command}`;
  return {
    async open(command, { conversation, person, name }, ttlMs) {
      const asker = person === undefined ? {} : { person, ...(name !== undefined && { name }) };
      await redis
        .multi()
        .hset(key(command), { conversation, ...asker })
        .pexpire(key(command), Math.ceil(Math.max(ttlMs, 1)))
        .exec();
    },
    async stop(command, { conversation, person = "", admin }) {
      const said = await redis.eval(stopScript, 1, key(command), conversation, person, admin ? "1" : "0");
      const [is, name = ""] = said as ["stopping" | "nothing" | "refused", string?];
      return is === "refused" ? { is, name: name === "" ? undefined : name } : { is };
    },
    async isStopped(command) {
      return (await redis.hexists(key(command), "stop")) === 1;
    },
    async close(command) {
      await redis.del(key(command));
    },
  };
}
