import { corrupt } from './ask.ts';
import { isWrongType, type RedisClient } from './client.ts';
import { expectedFeatures, featureField, ttlField } from './feature-fields.ts';
import { featuresKey } from './keys.ts';
import { defineScript } from './script.ts';

/** Values of one entity at one moment; each a feature's name and its value as JSON text. */
export interface FeatureRow {
  readonly entity: string;
  /** Since 1970. */
  readonly eventMicroseconds: number;
  readonly values: readonly (readonly [name: string, json: string])[];
}

export interface FeatureBatch {
  readonly view: string;
  readonly ttlSeconds: number;
  readonly rows: readonly FeatureRow[];
}

/** How many values were written, and how many were not because a newer one was there. */
export interface WrittenFeatures {
  readonly written: number;
  readonly skippedAsOlder: number;
}

/**
 * Writes each value whose event is not older than that of the one there. Rows are independent of each other, in the
 * order given, and sent in one tick. Harmless to repeat. Rejects with the driver's error or STORE_CORRUPT.
 */
export async function writeFeatures(
  client: RedisClient,
  { view, ttlSeconds, rows }: FeatureBatch,
): Promise<WrittenFeatures> {
  const nowMicroseconds = Date.now() * 1_000;
  const counts = await Promise.all(
    rows.map(({ entity, eventMicroseconds, values }) => {
      const aheadSeconds = Math.max(0, Math.ceil((eventMicroseconds - nowMicroseconds) / 1e6));
      const fields = values.flatMap(([name, json]) => [featureField(name), json]);
      const key = featuresKey(view, entity);
      return writeRow(client, key, eventMicroseconds, ttlSeconds, aheadSeconds, ttlField, ...fields);
    }),
  ).catch((error) => Promise.reject(isWrongType(error) ? corrupt(expectedFeatures, error) : error));
  const written = counts.reduce<number>((sum, count) => sum + Number(count), 0);
  const offered = rows.reduce((sum, { values }) => sum + values.length, 0);
  return { written, skippedAsOlder: offered - written };
}

// The key outlives its values, so that too old can be told from never there: twice as long, at most a day longer.
const writeRow = defineScript(
  'modelgraphWriteFeatures',
  1,
  `local key, event, ttl, ahead, ttlField = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
  local function put(field, json)
    local held = redis.call('HGET', key, field)
    local heldEvent = held and tonumber(string.match(held, '^%[(%d+),'))
    if heldEvent and heldEvent > tonumber(event) then return false end
    redis.call('HSET', key, field, '[' .. event .. ',' .. json .. ']')
    return true
  end
  local written = 0
  for n = 5, #ARGV, 2 do
    if put(ARGV[n], ARGV[n + 1]) then written = written + 1 end
  end
  if written > 0 then
    put(ttlField, ttl)
    local inForce = tonumber(string.match(redis.call('HGET', key, ttlField), ',(%d+)%]$')) or tonumber(ttl)
    local lifetime = ahead + inForce + math.min(inForce, 86400)
    if lifetime > redis.call('TTL', key) then
      redis.call('EXPIRE', key, string.format('%d', lifetime))
    end
  end
  return written`,
);
