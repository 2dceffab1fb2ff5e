/** Which follows run: one Redis hash, a field for each, so that they can be counted and named. A field whose time is over counts for nothing; one left by a killed worker is gone then. */
import type { Redis } from "./redis.ts";

export interface RunningFollow {
  readonly cluster: string;
  readonly conversation: string;
  /** The command as it was understood; empty where others may not read it. */
  readonly line: string;
  /** Epoch milliseconds: over by then. */
  readonly until: number;
}

export interface FollowLimits {
  readonly perCluster: number;
  readonly perConversation: number;
}

export interface Follows {
  /** Takes a place. Resolves to those that hold the places when there is none left, else to nothing. Again by the same command changes nothing. */
  enter(command: string, follow: RunningFollow, limits: FollowLimits): Promise<readonly RunningFollow[]>;
  leave(command: string): Promise<void>;
}

const enterScript = `
local now, most = tonumber(ARGV[3]), { tonumber(ARGV[4]), tonumber(ARGV[5]) }
local mine = cjson.decode(ARGV[2])
local held, texts = { 0, 0 }, { {}, {} }
local latest = mine['until']
local all = redis.call('HGETALL', KEYS[1])
for index = 1, #all, 2 do
  local one = cjson.decode(all[index + 1])
  if one['until'] <= now then redis.call('HDEL', KEYS[1], all[index])
  elseif all[index] ~= ARGV[1] then
    if one['until'] > latest then latest = one['until'] end
    for kind, name in ipairs({ 'conversation', 'cluster' }) do
      if one[name] == mine[name] then
        held[kind] = held[kind] + 1
        table.insert(texts[kind], all[index + 1])
      end
    end
  end
end
for kind = 1, 2 do if held[kind] >= most[kind] then return texts[kind] end end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', latest))
return {}`;

export function createFollows(redis: Redis, prefix: string): Follows {
  const key = `${prefix}:follows`;
  return {
    async enter(command, follow, { perCluster, perConversation }) {
      const text = JSON.stringify(follow);
      const held = await redis.eval(enterScript, 1, key, command, text, Date.now(), perConversation, perCluster);
      return (held as string[]).map((one) => JSON.parse(one) as RunningFollow);
    },
    async leave(command) {
      await redis.hdel(key, command);
    },
  };
}
