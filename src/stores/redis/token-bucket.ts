/**
 * A bucket of points that come back evenly, for the script hook of rate-limiter-flexible, whose own script counts windows: at
 * the edge of two it lets through twice as much, and what it turns away uses points up. KEYS: the bucket. ARGV: points to
 * take; unused; points of a full bucket; seconds in which an empty one fills. Returns points in use, more than the bucket
 * has when they were refused, and milliseconds until it is full, or until as many could be taken. The key's expiry is the
 * clock, so that it is Redis's own. In use are points times milliseconds, whole numbers below 2^53: nothing is rounded.
 */
export const tokenBucket = `
local points, window = ARGV[3] + 0.0, ARGV[4] * 1000.0
local used = 0.0
local held = redis.call('GET', KEYS[1])
if held then
  local before, lifetime = string.match(held, '^(%d+):(%d+)$')
  used = math.max(0.0, before - (lifetime - redis.call('PTTL', KEYS[1])) * points)
end
local after = used + ARGV[1] * window
local inUse = math.ceil(after / window)
if after > points * window then return {inUse, math.ceil((after - points * window) / points)} end
local lifetime = math.ceil(after / points)
redis.call('SET', KEYS[1], string.format('%.0f:%.0f', after, lifetime), 'PX', string.format('%.0f', lifetime))
return {inUse, lifetime}
`;
