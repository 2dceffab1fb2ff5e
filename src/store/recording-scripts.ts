/** Redis' side of a recording. What must not come apart happens in one script: the check of the token, the entries, the bounds. Numbers are whole. */

/** KEYS lease, fence, state; ARGV holder, lease ms. The new token, or 0 while somebody else holds it. */
export const takeScript = `
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then return 0 end
local token = redis.call('INCR', KEYS[2])
redis.call('HSET', KEYS[3], 'token', token, 'holder', ARGV[1], 'sequence', 0)
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return token`;

/** KEYS lease; ARGV holder. */
export const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`;

/**
 * KEYS stream, state, …; ARGV token, holder, keep ms, most bytes, overhead, …. `trim` removes from the front what is too old or too much, and remembers up to
 * which moment the recording has lost its beginning; both keys expire together when nobody comes any more. At most 500 entries a call: no call adds that many, so it ends within the bounds.
 */
const shared = `
local stream, state = KEYS[1], KEYS[2]
local keep, most, overhead = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
if redis.call('HGET', state, 'token') ~= ARGV[1] or redis.call('HGET', state, 'holder') ~= ARGV[2] then return 0 end
local function whole(number) return string.format('%.0f', number) end
local function trim()
  local time = redis.call('TIME')
  local oldest = time[1] * 1000 + math.floor(time[2] / 1000) - keep
  local bytes = tonumber(redis.call('HGET', state, 'bytes') or 0)
  local trimmed = tonumber(redis.call('HGET', state, 'trimmed') or 0)
  for _ = 1, 500 do
    local first = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
    if not first then bytes = 0 break end
    local at = tonumber(string.match(first[1], '^%d+'))
    if at >= oldest and bytes <= most then break end
    redis.call('XDEL', stream, first[1])
    bytes = math.max(0, bytes - #first[2][10] - overhead)
    if first[2][2] == 'flows' then trimmed = math.max(trimmed, tonumber(first[2][6])) end
  end
  redis.call('HSET', state, 'bytes', whole(bytes), 'trimmed', whole(trimmed))
  redis.call('PEXPIRE', stream, whole(keep))
  redis.call('PEXPIRE', state, whole(keep))
end
`;

/** …; ARGV …, sequence, then kind, from, to, count, payload per entry. 0: not this lease any more. */
export const appendScript = `${shared}
if tonumber(redis.call('HGET', state, 'sequence') or 0) >= tonumber(ARGV[6]) then return 1 end
redis.call('HSET', state, 'sequence', ARGV[6])
local flows, bytes = 0, 0
for at = 7, #ARGV, 5 do
  local kind, from, to, count, payload = unpack(ARGV, at, at + 4)
  redis.call('XADD', stream, '*', 'k', kind, 'f', from, 't', to, 'n', count, 'p', payload)
  bytes = bytes + #payload + overhead
  if kind == 'flows' then flows = flows + tonumber(count) end
end
redis.call('HINCRBY', state, 'flows', whole(flows))
redis.call('HINCRBY', state, 'bytes', whole(bytes))
trim()
return 1`;

/** KEYS stream, state, lease; ARGV …, lease ms, shed, reach. A lease that ran out while nobody else wanted it goes on. 0: not this lease any more. */
export const renewScript = `${shared}
redis.call('SET', KEYS[3], ARGV[2], 'PX', ARGV[6])
redis.call('HSET', state, 'shed', ARGV[7])
if ARGV[8] ~= '' then redis.call('HSET', state, 'reach', ARGV[8]) end
trim()
return 1`;
