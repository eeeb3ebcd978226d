/*
 * The meters as Redis runs them: all limits of a request in one step, by Redis's own clock, and spent from only
 * where all of them allow it. KEYS are the counters; for each of them ARGV has how it counts, limit, window in
 * milliseconds, cost, and what is special: the burst of a token bucket, when a calendar's period ends, the name of a lease.
 * The reply has for each allowed, remaining, reset, wait.
 */
const CLOCK = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

const BODY = `
local rules, all = {}, true

local function wrong(key)
  error('WRONGTYPE ' .. key .. ' holds something else')
end
-- What a command says of a key, which may be of another type.
local function of(key, ...)
  local said = redis.pcall(...)
  if type(said) ~= 'table' then return said end
  if string.find(said.err, 'WRONGTYPE', 1, true) then wrong(key) end
  error(said.err)
end
-- Numbers, so many of them or a multiple of that.
local function state(key, size)
  local saved = of(key, 'GET', key)
  if not saved then return {} end
  local ok, decoded = pcall(cjson.decode, saved)
  if not ok or type(decoded) ~= 'table' or #decoded == 0 or #decoded % size ~= 0 then wrong(key) end
  for i = 1, #decoded do
    if type(decoded[i]) ~= 'number' then wrong(key) end
  end
  return decoded
end
local function save(key, value, life)
  redis.call('SET', key, cjson.encode(value), 'PX', math.max(math.ceil(life), 1))
end

local counting = {}

-- The state is the tokens, and when they were counted.
counting.t = function(rule)
  local saved = state(rule.key, 2)
  local rate = rule.limit / rule.window
  local burst = tonumber(rule.special)
  local at = math.min(saved[2] or now, now)
  rule.tokens = math.min(burst, (saved[1] or burst) + (now - at) * rate)
  rule.allowed = rule.tokens + 1e-6 >= rule.cost
  rule.wait = rule.allowed and 0 or rule.cost > burst and rule.window or (rule.cost - rule.tokens) / rate
  rule.spend = function() rule.tokens = math.max(rule.tokens - rule.cost, 0) end
  rule.finish = function(spent)
    rule.remaining = rule.tokens + 1e-6
    rule.reset = (burst - rule.tokens) / rate
    if spent and rule.reset > 0 then save(rule.key, { rule.tokens, now }, rule.reset) end
  end
end

-- The state is first, last and cost of an entry after the other.
counting.s = function(rule)
  local saved = state(rule.key, 3)
  local newest = saved[#saved - 1]
  local ahead = newest and newest > now and newest - now or 0
  local kept, spent = {}, 0
  for i = 1, #saved, 3 do
    if saved[i + 1] - ahead > now - rule.window then
      kept[#kept + 1], kept[#kept + 2], kept[#kept + 3] = saved[i] - ahead, saved[i + 1] - ahead, saved[i + 2]
      spent = spent + saved[i + 2]
    end
  end
  rule.allowed = spent + rule.cost <= rule.limit + 1e-6
  rule.wait = 0
  if not rule.allowed then
    rule.wait = rule.window
    local freed = 0
    for i = 1, #kept, 3 do
      freed = freed + kept[i + 2]
      if freed >= spent + rule.cost - rule.limit then
        rule.wait = kept[i + 1] + rule.window - now
        break
      end
    end
  end
  rule.spend = function()
    if rule.cost == 0 then return end
    local count = #kept
    spent = spent + rule.cost
    if count == 0 or now - kept[count - 2] > rule.window / 64 then
      kept[count + 1], kept[count + 2], kept[count + 3] = now, now, rule.cost
    else
      kept[count - 1], kept[count] = now, kept[count] + rule.cost
    end
  end
  rule.finish = function(isSpent)
    rule.remaining = math.max(rule.limit - spent, 0)
    rule.reset = #kept == 0 and 0 or kept[#kept - 1] + rule.window - now
    if (isSpent and rule.cost > 0) or ahead > 0 then save(rule.key, kept, rule.reset) end
  end
end

-- The state is what was spent; the period is a part of the key.
counting.q = function(rule)
  local ends = tonumber(rule.special)
  local saved = of(rule.key, 'GET', rule.key) or '0'
  local spent = string.match(saved, '^%d[%de.+-]*$') and tonumber(saved)
  if not spent then wrong(rule.key) end
  rule.allowed = spent + rule.cost <= rule.limit + 1e-6
  rule.spend = function()
    spent = spent + rule.cost
    redis.call('SET', rule.key, string.format('%.17g', spent))
    -- A little longer than the period, and than now, for gateways whose clocks are behind.
    redis.call('PEXPIREAT', rule.key, math.max(ends, now) + 60000)
  end
  rule.finish = function()
    rule.remaining = math.max(rule.limit - spent, 0)
    rule.reset = math.max(ends - now, 0)
    rule.wait = rule.allowed and 0 or rule.reset
  end
end

-- A set of leases, each with the time at which it ends by itself.
counting.l = function(rule)
  of(rule.key, 'ZREMRANGEBYSCORE', rule.key, '-inf', now)
  local active = redis.call('ZCARD', rule.key)
  rule.allowed = active < rule.limit
  rule.wait = rule.allowed and 0 or 1000
  rule.spend = function()
    active = active + 1
    redis.call('ZADD', rule.key, now + rule.window, rule.special)
    redis.call('PEXPIRE', rule.key, rule.window)
  end
  rule.finish = function()
    rule.remaining = math.max(rule.limit - active, 0)
    rule.reset = 0
  end
end

for i = 1, #KEYS do
  local at = (i - 1) * 5
  local rule = {
    key = KEYS[i],
    limit = tonumber(ARGV[at + 2]),
    window = tonumber(ARGV[at + 3]),
    cost = tonumber(ARGV[at + 4]),
    special = ARGV[at + 5],
  }
  counting[ARGV[at + 1]](rule)
  all = all and rule.allowed
  rules[i] = rule
end
local reply = {}
for i = 1, #rules do
  local rule = rules[i]
  if all then rule.spend() end
  rule.finish(all)
  reply[#reply + 1] = rule.allowed and 1 or 0
  reply[#reply + 1] = math.floor(rule.remaining)
  reply[#reply + 1] = math.ceil(rule.reset)
  reply[#reply + 1] = math.ceil(rule.wait)
end
return reply
`;

/** @param clock sets `now`, in milliseconds; tests give another one */
export function limitScript(clock: string = CLOCK): string {
  return clock + BODY;
}
