/**
 * Answers behind short ids, until they expire: a Redis hash each, found only within the team in which it was given. An id is made of the command's own, so that the same answer
 * kept twice is one; where another has it already, it is a letter longer. Bounded: one answer, those of a conversation, and all bytes together, oldest out first.
 */
import { createHash } from "node:crypto";
import { deflate, inflate } from "node:zlib";
import type { Redis } from "./redis.ts";

export interface Answers<Kept> {
  /** Its id; undefined where it is too large. The first one kept for a command stays. */
  keep(command: string, conversation: string, kept: Kept): Promise<string | undefined>;
  /** Of the team that this conversation belongs to. */
  find(id: string, conversation: string): Promise<Kept | undefined>;
}

export interface AnswersOptions {
  readonly redis: Redis;
  readonly prefix: string;
  readonly ttlMs: number;
  /** Deflated, of one answer. */
  readonly mostBytes?: number;
  /** Answers of one conversation. */
  readonly mostHere?: number;
  /** Deflated, of all. */
  readonly mostBytesOfAll?: number;
}

/** Without vowels, which make words, and without digits and letters that look like each other. */
const alphabet = "23456789bcdfghjkmnpqrstvwxyz";
const idLengths = [4, 5, 6, 8];

/** Members are `<id>:<bytes>`, of all with the team in front, scored by when they expire. Removes what has expired, and then what is in the way. */
const keepScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local here, all, total = KEYS[1], KEYS[2], KEYS[3]
local at, command, packed, ttl = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local mostHere, mostOfAll = tonumber(ARGV[5]), tonumber(ARGV[6])
local function remove(member)
  if redis.call('ZREM', all, member) == 1 then
    redis.call('DECRBY', total, string.match(member, '%d+$'))
    redis.call('DEL', at .. string.match(member, '^(.*):%d+$'))
  end
end
for _, member in ipairs(redis.call('ZRANGEBYSCORE', all, '-inf', now)) do remove(member) end
redis.call('ZREMRANGEBYSCORE', here, '-inf', now)
local id
for try = 7, #ARGV do
  local owner = redis.call('HGET', at .. ARGV[try], 'command')
  if owner == command then return ARGV[try] end
  if not owner then id = ARGV[try] break end
end
if not id then return false end
local member = id .. ':' .. #packed
while redis.call('INCRBY', total, 0) + #packed > mostOfAll do
  local oldest = redis.call('ZRANGE', all, 0, 0)[1]
  if not oldest then break end
  remove(oldest)
end
redis.call('HSET', at .. id, 'command', command, 'packed', packed)
redis.call('PEXPIRE', at .. id, ttl)
redis.call('ZADD', all, now + ttl, member)
redis.call('INCRBY', total, #packed)
redis.call('ZADD', here, now + ttl, member)
local over = redis.call('ZCARD', here) - mostHere
if over > 0 then
  for _, oldest in ipairs(redis.call('ZRANGE', here, 0, over - 1)) do remove(oldest) redis.call('ZREM', here, oldest) end
end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ttl) end
return id`;

export function createAnswers<Kept>({
  redis,
  prefix,
  ttlMs,
  mostBytes = 256 * 1024,
  mostHere = 200,
  mostBytesOfAll = 64 * 1024 * 1024,
}: AnswersOptions): Answers<Kept> {
  const at = `${prefix}:answer:`;
  const keysOf = (conversation: string) => [
    `${prefix}:answers-of:${conversation}`,
    `${prefix}:answers`,
    `${prefix}:answers-bytes`,
  ];
  return {
    async keep(command, conversation, kept) {
      const packed = await pack(kept);
      if (packed.length > mostBytes) return undefined;
      const names = idsFor(command).map((id) => nameOf(id, conversation));
      const limits = [Math.ceil(ttlMs), mostHere, mostBytesOfAll];
      const name = await redis.eval(keepScript, 3, ...keysOf(conversation), at, command, packed, ...limits, ...names);
      return typeof name === "string" ? name.slice(name.lastIndexOf("/") + 1) : undefined;
    },
    async find(id, conversation) {
      const packed = await redis.hgetBuffer(`${at}${nameOf(id, conversation)}`, "packed");
      return packed === null ? undefined : await unpack<Kept>(packed);
    },
  };
}

/** The team is what stands before a conversation's first slash. */
function nameOf(id: string, conversation: string): string {
  return `${conversation.split("/", 1)[0] ?? ""}/${id}`;
}

function idsFor(command: string): string[] {
  const digest = createHash("sha256").update(command).digest();
  const letters = [...digest].map((byte) => alphabet[byte % alphabet.length] ?? "").join("");
  return idLengths.map((length) => letters.slice(0, length));
}

function pack(kept: unknown): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    deflate(JSON.stringify(kept), (error, packed) => (error ? reject(error) : resolve(packed)));
  });
}

/** No answer of a size that was kept unpacks to more. */
const mostUnpacked = 64 * 1024 * 1024;

function unpack<Kept>(packed: Buffer): Promise<Kept> {
  return new Promise((resolve, reject) => {
    inflate(packed, { maxOutputLength: mostUnpacked }, (error, text) =>
      error ? reject(error) : resolve(JSON.parse(text.toString("utf8")) as Kept),
    );
  });
}
