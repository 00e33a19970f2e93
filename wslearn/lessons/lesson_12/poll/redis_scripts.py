"""The scripts of :mod:`.redis_room`, in Lua, each of which Redis runs as a whole or not at all.

The keys are ``state`` (what is asked, the round, the version, the codes, the last notice),
``names`` and ``keys`` (of each token), ``tokens`` (of each name's key), ``votes`` (for each name's
key its candidate) and ``tally`` (the votes of each candidate). The first argument is the channel
for news. A script answers with a list that begins with a word.
"""

KEPT_SECONDS = 24 * 60 * 60

_BEGIN = f"""
local state, names, keys, tokens, votes, tally = unpack(KEYS)
local channel = ARGV[1]
local function tell(news) redis.call('PUBLISH', channel, cjson.encode(news)) end
local function changed()
  local version = redis.call('HINCRBY', state, 'version', 1)
  for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, {KEPT_SECONDS}) end
  tell({{what = 'changed'}})
  return version
end
local function begin(question, candidates, first)
  redis.call('DEL', votes, tally)
  for i = first, #ARGV do redis.call('HSET', tally, ARGV[i], 0) end
  redis.call('HSET', state, 'question', question, 'candidates', candidates, 'open', 1)
end
"""

_HERE = f"{_BEGIN}if redis.call('EXISTS', state) == 0 then return {{'gone'}} end\n"

FOUND = f"""{_BEGIN}
if redis.call('EXISTS', state) == 0 then
  redis.call('DEL', names, keys, tokens)
  local now = redis.call('TIME')
  -- Milliseconds, not 0: no version is older than one from before Redis forgot everything.
  local version = string.format('%.0f', now[1] * 1000 + now[2] / 1000)
  redis.call('HSET', state, 'version', version, 'round', ARGV[2],
    'join_code', ARGV[5], 'instructor_key', ARGV[6])
  begin(ARGV[3], ARGV[4], 7)
  changed()
elseif redis.call('HGET', state, 'join_code') == '' then
  redis.call('HSET', state, 'join_code', ARGV[5])
end
return redis.call('HMGET', state, 'join_code', 'instructor_key')
"""

JOIN = f"""{_HERE}
local token, name, key, most = ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local owner = redis.call('HGET', tokens, key)
if owner == token then return {{'joined'}} end
if owner or redis.call('HEXISTS', votes, key) == 1 then return {{'taken'}} end
if redis.call('HLEN', names) >= most then return {{'full'}} end
redis.call('HSET', names, token, name)
redis.call('HSET', keys, token, key)
redis.call('HSET', tokens, key, token)
changed()
return {{'joined'}}
"""

LEAVE = f"""{_HERE}
local token = ARGV[2]
local key = redis.call('HGET', keys, token)
if not key then return {{'left'}} end
redis.call('HDEL', names, token)
redis.call('HDEL', keys, token)
redis.call('HDEL', tokens, key)
local candidate = redis.call('HGET', votes, key)
if candidate and redis.call('HGET', state, 'open') == '1' then
  redis.call('HDEL', votes, key)
  redis.call('HINCRBY', tally, candidate, -1)
end
tell({{what = 'left', token = token}})
changed()
return {{'left'}}
"""

VOTE = f"""{_HERE}
local token, round, candidate = ARGV[2], ARGV[3], ARGV[4]
local key = redis.call('HGET', keys, token)
if not key then return {{'login'}} end
local now = redis.call('HGET', state, 'round')
if round ~= now then return {{'round', now}} end
if redis.call('HGET', state, 'open') ~= '1' then return {{'closed'}} end
if redis.call('HEXISTS', tally, candidate) == 0 then return {{'candidate'}} end
local before = redis.call('HGET', votes, key)
local version
if before == candidate then
  version = redis.call('HGET', state, 'version')
else
  if before then redis.call('HINCRBY', tally, before, -1) end
  redis.call('HSET', votes, key, candidate)
  redis.call('HINCRBY', tally, candidate, 1)
  version = changed()
end
version = string.format('%.0f', version)
tell({{what = 'voted', token = token, round = round, candidate = candidate, version = version}})
return {{'voted', version}}
"""

CHOICE = f"""{_HERE}
local key = redis.call('HGET', keys, ARGV[2])
if not key then return {{'login'}} end
local round, version = unpack(redis.call('HMGET', state, 'round', 'version'))
return {{'choice', round, redis.call('HGET', votes, key) or '', version}}
"""

ASK = f"""{_HERE}
if redis.call('HGET', state, 'asked') == ARGV[2] then return {{'asked'}} end
redis.call('HSET', state, 'asked', ARGV[2])
redis.call('HINCRBY', state, 'round', 1)
begin(ARGV[3], ARGV[4], 5)
changed()
return {{'asked'}}
"""

OPEN = f"""{_HERE}
if redis.call('HGET', state, 'open') ~= ARGV[2] then
  redis.call('HSET', state, 'open', ARGV[2])
  changed()
end
return {{'done'}}
"""

NOTIFY = f"""{_HERE}
if redis.call('HGET', state, 'notified') == ARGV[2] then return {{'said'}} end
local number = redis.call('HINCRBY', state, 'notice_number', 1)
redis.call('HSET', state, 'notified', ARGV[2], 'notice', ARGV[3])
tell({{what = 'notice', number = number, text = ARGV[3]}})
return {{'said'}}
"""

RESULTS = f"""{_HERE}
local reply = {{'results'}}
local fields = redis.call('HMGET', state, 'round', 'question', 'candidates', 'open')
for _, field in ipairs(fields) do table.insert(reply, field) end
table.insert(reply, tostring(redis.call('HLEN', names)))
table.insert(reply, redis.call('HGET', state, 'version'))
for _, each in ipairs(redis.call('HGETALL', tally)) do table.insert(reply, each) end
return reply
"""
