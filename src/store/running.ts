/** Long work that people may stop: one Redis hash per command with where it was asked and whether somebody said stop. Gone when its time is over. */
import type { Redis } from "./redis.ts";

export interface RunningWork {
  /** Can be stopped from now on, from this conversation. */
  open(command: string, conversation: string, ttlMs: number): Promise<void>;
  /** False when nothing of that id runs, or it was asked elsewhere. */
  stop(command: string, conversation: string): Promise<boolean>;
  isStopped(command: string): Promise<boolean>;
  close(command: string): Promise<void>;
}

const stopScript = `
if redis.call('HGET', KEYS[1], 'conversation') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'stop', '1')
return 1`;

export function createRunningWork(redis: Redis, prefix: string): RunningWork {
  const key = (command: string) => `${prefix}:running:${command}`;
  return {
    async open(command, conversation, ttlMs) {
      await redis
        .multi()
        .hset(key(command), { conversation })
        .pexpire(key(command), Math.ceil(Math.max(ttlMs, 1)))
        .exec();
    },
    async stop(command, conversation) {
      return (await redis.eval(stopScript, 1, key(command), conversation)) === 1;
    },
    async isStopped(command) {
      return (await redis.hexists(key(command), "stop")) === 1;
    },
    async close(command) {
      await redis.del(key(command));
    },
  };
}
