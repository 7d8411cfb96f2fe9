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

// Reads share the connection and wait for what was sent before them: no longer than so many rows take.
const rowsPerRoundTrip = 1_000;

/**
 * Writes each value whose event is not older than that of the one there. Rows are independent of each other, in the
 * order given, a thousand a round trip. Harmless to repeat. Rejects with the driver's error or STORE_CORRUPT.
 */
export async function writeFeatures(
  client: RedisClient,
  { view, ttlSeconds, rows }: FeatureBatch,
): Promise<WrittenFeatures> {
  const counts: unknown[] = [];
  for (let from = 0; from < rows.length; from += rowsPerRoundTrip) {
    const chunk = rows.slice(from, from + rowsPerRoundTrip);
    counts.push(...(await Promise.all(chunk.map((row) => write(client, view, ttlSeconds, row)))));
  }
  const written = counts.reduce<number>((sum, count) => sum + Number(count), 0);
  const offered = rows.reduce((sum, { values }) => sum + values.length, 0);
  return { written, skippedAsOlder: offered - written };
}

function write(client: RedisClient, view: string, ttlSeconds: number, row: FeatureRow): Promise<unknown> {
  const { entity, eventMicroseconds, values } = row;
  const aheadSeconds = Math.max(0, Math.ceil((eventMicroseconds / 1_000 - Date.now()) / 1_000));
  const fields = values.flatMap(([name, json]) => [featureField(name), json]);
  const key = featuresKey(view, entity);
  return writeRow(client, key, eventMicroseconds, ttlSeconds, aheadSeconds, ttlField, ...fields).catch(
    (error) => Promise.reject(isWrongType(error) ? corrupt(expectedFeatures, error) : error),
  );
}

// The key outlives its values, so that too old can be told from never there: twice as long, at most a day longer.
const writeRow = defineScript(
  'modelgraphWriteFeatures',
  1,
  `local key, event, ttl, ahead, ttlField = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
  local fields = {}
  for n = 5, #ARGV, 2 do fields[#fields + 1] = ARGV[n] end
  local held = redis.call('HMGET', key, ttlField, unpack(fields))
  local function isNewer(text)
    local heldEvent = type(text) == 'string' and tonumber(string.match(text, '^%[(%d+),'))
    return heldEvent and heldEvent > tonumber(event)
  end
  local accepted = {}
  for n = 1, #fields do
    if not isNewer(held[n + 1]) then
      accepted[#accepted + 1] = fields[n]
      accepted[#accepted + 1] = '[' .. event .. ',' .. ARGV[4 + 2 * n] .. ']'
    end
  end
  local written = #accepted / 2
  if written > 0 then
    local inForce = isNewer(held[1]) and tonumber(string.match(held[1], ',(%d+)%]$'))
    if not inForce then
      inForce = tonumber(ttl)
      accepted[#accepted + 1] = ttlField
      accepted[#accepted + 1] = '[' .. event .. ',' .. ttl .. ']'
    end
    redis.call('HSET', key, unpack(accepted))
    local lifetime = ahead + inForce + math.min(inForce, 86400)
    if lifetime > redis.call('TTL', key) then
      redis.call('EXPIRE', key, string.format('%d', lifetime))
    end
  end
  return written`,
);
