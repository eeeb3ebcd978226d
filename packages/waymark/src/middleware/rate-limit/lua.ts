import type { Algorithm } from "./policy.ts";
import { PARTS } from "./sliding-window.ts";

/*
 * The same three as sliding-window.ts, token-bucket.ts and fixed-window.ts, as Redis runs them: one key, one step, by
 * Redis's own clock, so that all processes have one time. A clock that was set back moves what is stored back with it.
 * KEYS[1] is the bucket; ARGV is limit, window in milliseconds, cost. The reply is allowed, remaining, reset, retryAfter.
 */

const CLOCK = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

const BEGIN = `
local limit, window, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local state = {}
local saved = redis.call('GET', KEYS[1])
if saved then
  local ok, decoded = pcall(cjson.decode, saved)
  local ours = ok and type(decoded) == 'table' and #decoded > 0 and #decoded % size == 0
  for i = 1, ours and #decoded or 0 do ours = ours and type(decoded[i]) == 'number' end
  if not ours then return redis.error_reply('WRONGTYPE ' .. KEYS[1] .. ' holds something else') end
  state = decoded
end
local allowed, remaining, reset, retry
local function save()
  redis.call('SET', KEYS[1], cjson.encode(state), 'PX', math.max(math.ceil(reset), 1))
end
`;

const END = `
return { allowed and 1 or 0, math.floor(remaining), math.ceil(reset), math.ceil(retry) }
`;

/** The state is first, last and cost of an entry after the other. */
const SLIDING_WINDOW = `
local newest = state[#state - 1]
local stepped = newest and newest > now
if stepped then
  for i = 1, #state, 3 do
    state[i] = state[i] - newest + now
    state[i + 1] = state[i + 1] - newest + now
  end
end
local kept, spent = {}, 0
for i = 1, #state, 3 do
  if state[i + 1] > now - window then
    for j = i, i + 2 do kept[#kept + 1] = state[j] end
    spent = spent + state[i + 2]
  end
end
state = kept
allowed = spent + cost <= limit
if allowed and cost > 0 then
  spent = spent + cost
  local count = #state
  if count == 0 or now - state[count - 2] > window / ${PARTS} then
    state[count + 1], state[count + 2], state[count + 3] = now, now, cost
  else
    state[count - 1], state[count] = now, state[count] + cost
  end
end
remaining = math.max(limit - spent, 0)
reset = #state == 0 and 0 or state[#state - 1] + window - now
retry = 0
if not allowed then
  retry = window
  local freed = 0
  for i = 1, #state, 3 do
    freed = freed + state[i + 2]
    if freed >= spent + cost - limit then
      retry = state[i + 1] + window - now
      break
    end
  end
end
if (allowed and cost > 0) or stepped then save() end
`;

/** The state is the tokens, and when they were counted. */
const TOKEN_BUCKET = `
local rate = limit / window
local tokens, at = state[1] or limit, math.min(state[2] or now, now)
tokens = math.min(limit, tokens + (now - at) * rate)
allowed = tokens + 1e-6 >= cost
if allowed then tokens = math.max(tokens - cost, 0) end
state = { tokens, now }
remaining = tokens + 1e-6
reset = (limit - tokens) / rate
retry = allowed and 0 or cost > limit and window or (cost - tokens) / rate
if reset > 0 then save() end
`;

/** The state is when the window began, and what was spent in it. */
const FIXED_WINDOW = `
local begin, spent = math.min(state[1] or now, now), state[2] or 0
if spent == 0 or now >= begin + window then begin, spent = now, 0 end
allowed = spent + cost <= limit
if allowed then spent = spent + cost end
state = { begin, spent }
remaining = math.max(limit - spent, 0)
reset = spent == 0 and 0 or begin + window - now
retry = allowed and 0 or begin + window - now
if reset > 0 then save() end
`;

const ALGORITHMS: Readonly<Record<Algorithm, string>> = {
  "sliding-window": SLIDING_WINDOW,
  "token-bucket": TOKEN_BUCKET,
  "fixed-window": FIXED_WINDOW,
};

/** Numbers that belong together in the state. */
const SIZES: Readonly<Record<Algorithm, number>> = {
  "sliding-window": 3,
  "token-bucket": 2,
  "fixed-window": 2,
};

/** The script of an algorithm. `clock` sets `now`, in milliseconds; tests give another one. */
export function rateLimitScript(algorithm: Algorithm, clock: string = CLOCK): string {
  return `${clock}local size = ${SIZES[algorithm]}\n` + BEGIN + ALGORITHMS[algorithm] + END;
}
