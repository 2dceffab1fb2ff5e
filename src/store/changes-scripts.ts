/** Redis' side of what is known about changes. What must not come apart happens in one script. Times are epoch milliseconds. */

/**
 * KEYS heads, texts, ages, meta, entries, list, graves; ARGV key, expected head, head, gone, text, now, keep ms, most bytes of texts, most heads, most of the list,
 * id, at, body ("" for no change). Returns the head that is there where it is not the expected one; false: written. At most 500 texts, 100 graves and 500 changes
 * are removed by one call, which is more than one adds.
 */
export const commitScript = `
local key, now, keep = ARGV[1], tonumber(ARGV[6]), tonumber(ARGV[7])
local have = redis.call('HGET', KEYS[1], key) or ''
if have ~= ARGV[2] then return have end
if have == '' and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[9]) then return false end
local overhead = 2 * #key + 100
local bytes = tonumber(redis.call('HGET', KEYS[4], 'bytes') or 0)
local function forget(name)
  local size = redis.call('HSTRLEN', KEYS[2], name)
  if size > 0 then
    bytes = bytes - size - 2 * #name - 100
    redis.call('HDEL', KEYS[2], name)
  end
  redis.call('ZREM', KEYS[3], name)
end
forget(key)
redis.call('HSET', KEYS[1], key, ARGV[3])
if ARGV[5] ~= '' then
  redis.call('HSET', KEYS[2], key, ARGV[5])
  redis.call('ZADD', KEYS[3], now, key)
  bytes = bytes + #ARGV[5] + overhead
end
for _ = 1, 500 do
  if bytes <= tonumber(ARGV[8]) then break end
  local oldest = redis.call('ZRANGE', KEYS[3], 0, 0)[1]
  if not oldest then break end
  forget(oldest)
end
redis.call('HSET', KEYS[4], 'bytes', math.max(0, bytes))
if ARGV[4] == '1' then redis.call('ZADD', KEYS[7], now, key) else redis.call('ZREM', KEYS[7], key) end
for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[7], '-inf', now - 86400000, 'LIMIT', 0, 100)) do
  redis.call('HDEL', KEYS[1], name)
  redis.call('ZREM', KEYS[7], name)
end
if ARGV[13] ~= '' and redis.call('HSETNX', KEYS[5], ARGV[11], ARGV[13]) == 1 then
  redis.call('ZADD', KEYS[6], ARGV[12], ARGV[11])
  local function drop(ids)
    for _, id in ipairs(ids) do
      redis.call('HDEL', KEYS[5], id)
      redis.call('ZREM', KEYS[6], id)
    end
  end
  drop(redis.call('ZRANGEBYSCORE', KEYS[6], '-inf', now - keep, 'LIMIT', 0, 250))
  local more = redis.call('ZCARD', KEYS[6]) - tonumber(ARGV[10])
  if more > 0 then drop(redis.call('ZRANGE', KEYS[6], 0, math.min(more, 250) - 1)) end
end
for at = 1, #KEYS do redis.call('PEXPIRE', KEYS[at], keep + 86400000) end
return false`;

/**
 * KEYS watch, heads, texts, ages, meta, entries, graves, lists…; ARGV resource, now, keep ms, gap ms. A time without a sign of life becomes a gap, of which the newest
 * five are kept. Everything lives on while somebody watches.
 */
export const watchedScript = `
local resource, now, keep = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local last = tonumber(redis.call('HGET', KEYS[1], 'until ' .. resource) or 0)
redis.call('HSETNX', KEYS[1], 'since ' .. resource, ARGV[2])
if last > 0 and now - last > tonumber(ARGV[4]) then
  local gaps = { string.format('%.0f-%.0f', last, now) }
  for gap in string.gmatch(redis.call('HGET', KEYS[1], 'gaps ' .. resource) or '', '[^,]+') do
    if #gaps < 5 then gaps[#gaps + 1] = gap end
  end
  redis.call('HSET', KEYS[1], 'gaps ' .. resource, table.concat(gaps, ','))
end
if now > last then redis.call('HSET', KEYS[1], 'until ' .. resource, ARGV[2]) end
for at = 1, #KEYS do redis.call('PEXPIRE', KEYS[at], keep + 86400000) end
return 1`;
