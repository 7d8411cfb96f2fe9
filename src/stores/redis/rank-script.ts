import { defineScript } from './script.ts';

/**
 * A stretch of a sorted set between two members that may be gone by now. KEYS: the set. ARGV: limit; 'first' or 'last'
 * so many; score and member above which, and below which, it lies, empty for no bound. Returns the size of the set, and
 * members with scores in ascending order. Redis can count what scores less, but not what has the same score and a lesser
 * name, so that is searched by halves: O(log² n). Lua compares strings by locale, Redis by byte.
 */
export const readStretch = defineScript(
  'modelgraphReadStretch',
  1,
  `
local key, limit = KEYS[1], tonumber(ARGV[1])

local function isLess(a, b)
  for n = 1, math.min(#a, #b) do
    local x, y = string.byte(a, n), string.byte(b, n)
    if x ~= y then return x < y end
  end
  return #a < #b
end

local function countBefore(score, member, including)
  local low = redis.call('ZCOUNT', key, '-inf', '(' .. score)
  local high = low + redis.call('ZCOUNT', key, score, score)
  while low < high do
    local middle = math.floor((low + high) / 2)
    local other = redis.call('ZRANGE', key, middle, middle)[1]
    if isLess(other, member) or (including and other == member) then
      low = middle + 1
    else
      high = middle
    end
  end
  return low
end

local total = redis.call('ZCARD', key)
local from, to = 0, total
if ARGV[3] ~= '' then from = countBefore(ARGV[3], ARGV[4], true) end
if ARGV[5] ~= '' then to = countBefore(ARGV[5], ARGV[6], false) end
if ARGV[2] == 'first' then to = math.min(to, from + limit) else from = math.max(from, to - limit) end
if from >= to then return {total, {}} end
return {total, redis.call('ZRANGE', key, from, to - 1, 'WITHSCORES')}
`,
);
