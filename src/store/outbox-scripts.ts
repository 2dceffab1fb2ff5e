/** The outbox' steps, each in one piece inside Redis. */

/**
 * KEYS: this id is known, the list, the answer's id is known, the text of the newest progress or lasting message, the log. The first of the list may be on its way and keeps
 * its place; of the others, what lasts goes in front.
 */
export const appendScript = `
local kind = ARGV[3]
if (kind == 'placeholder' or kind == 'progress') and redis.call('EXISTS', KEYS[3]) == 1 then return 0 end
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[2]) then return 0 end
redis.call('HINCRBY', KEYS[5], 'stored', 1)
redis.call('EXPIRE', KEYS[5], ARGV[5])
if ARGV[4] == 'lasts' then
  local old = redis.call('GET', KEYS[4])
  local at = old and redis.call('LPOS', KEYS[2], old)
  redis.call('SET', KEYS[4], ARGV[1], 'EX', ARGV[2])
  if at then
    redis.call('LSET', KEYS[2], at, ARGV[1])
    redis.call('HINCRBY', KEYS[5], 'merged', 1)
    return 1
  end
  local before
  for _, other in ipairs(redis.call('LRANGE', KEYS[2], 1, 200)) do
    if not string.find(other, '"lasts":true', 1, true) then before = other break end
  end
  if before then redis.call('LINSERT', KEYS[2], 'BEFORE', before, ARGV[1])
  else redis.call('RPUSH', KEYS[2], ARGV[1]) end
  redis.call('EXPIRE', KEYS[2], ARGV[2])
  return 1
end
if kind == 'progress' or kind == 'answer' then
  local old = redis.call('GET', KEYS[4])
  if old and redis.call('LREM', KEYS[2], 1, old) == 1 then redis.call('HINCRBY', KEYS[5], 'merged', 1) end
  if kind == 'answer' then redis.call('DEL', KEYS[4]) end
end
if kind == 'progress' then
  redis.call('SET', KEYS[4], ARGV[1], 'EX', 60)
  redis.call('EXPIRE', KEYS[1], 60)
end
redis.call('RPUSH', KEYS[2], ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[2])
return 1`;

/** KEYS: the holder, the list, the parked names, their texts, what is wrong. */
export const firstScript = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return {0} end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
local name = redis.call('LINDEX', KEYS[3], 0)
return {1, redis.call('LINDEX', KEYS[2], 0), name and redis.call('HGET', KEYS[4], name), redis.call('GET', KEYS[5])}`;

export const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

/** KEYS: the list, the log. What was replaced while it was being shown counts as shown. */
export const settleScript = `
local first = redis.call('LINDEX', KEYS[1], 0)
if first and cjson.decode(first).id == ARGV[1] then redis.call('LPOP', KEYS[1])
elseif ARGV[2] ~= '' and first and cjson.decode(first).subject == ARGV[2] then redis.call('HINCRBY', KEYS[2], 'merged', -1)
else return end
redis.call('HINCRBY', KEYS[2], ARGV[3], 1)
redis.call('EXPIRE', KEYS[2], ARGV[4])`;

/** KEYS: the list, the log, the parked names, their texts. */
export const parkScript = `
local first = redis.call('LINDEX', KEYS[1], 0)
if not first or cjson.decode(first).id ~= ARGV[1] then return end
redis.call('LPOP', KEYS[1])
if redis.call('HSET', KEYS[4], ARGV[2], first) == 0 then redis.call('HINCRBY', KEYS[2], 'merged', 1)
else redis.call('RPUSH', KEYS[3], ARGV[2]) end
if redis.call('LLEN', KEYS[3]) > tonumber(ARGV[3]) then
  redis.call('HDEL', KEYS[4], redis.call('LPOP', KEYS[3]))
  redis.call('HINCRBY', KEYS[2], 'given_up', 1)
end
redis.call('EXPIRE', KEYS[3], ARGV[4])
redis.call('EXPIRE', KEYS[4], ARGV[4])`;

/** KEYS: the parked names, their texts, what is wrong, the log. A newer version of it stays. */
export const settleParkedScript = `
if redis.call('LINDEX', KEYS[1], 0) ~= ARGV[2] then return end
local text = redis.call('HGET', KEYS[2], ARGV[2])
if text and cjson.decode(text).id == ARGV[1] then
  redis.call('LPOP', KEYS[1])
  redis.call('HDEL', KEYS[2], ARGV[2])
  redis.call('HINCRBY', KEYS[4], ARGV[3], 1)
else
  redis.call('HINCRBY', KEYS[4], 'merged', -1)
  redis.call('HINCRBY', KEYS[4], ARGV[3], 1)
end
if redis.call('LLEN', KEYS[1]) == 0 then redis.call('DEL', KEYS[3]) end`;
