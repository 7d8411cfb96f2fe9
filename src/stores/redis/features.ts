import { corrupt, type RedisAsk } from './ask.ts';
import { toMoment } from './event-time.ts';
import {
  decodeTimedValue,
  decodeTtlSeconds,
  expectedFeatures,
  featureField,
  featureOfField,
  ttlField,
} from './feature-fields.ts';
import { featuresKey } from './keys.ts';

export type FeatureStatus = 'PRESENT' | 'NULL_VALUE' | 'NOT_FOUND' | 'OUTSIDE_MAX_AGE';

/** A feature of an entity as of the reading. */
export interface FeatureValue {
  readonly name: string;
  readonly status: FeatureStatus;
  /** JSON; null unless PRESENT, so that nobody takes an old value for a fresh one who has not asked for old ones. */
  readonly value: unknown;
  /** RFC 3339 with microseconds; null for NOT_FOUND. */
  readonly eventTimestamp: string | null;
}

export interface FeatureVector {
  readonly entity: string;
  readonly values: readonly FeatureValue[];
  /** For how long after its event a value is fresh; null: nothing is known of the entity. */
  readonly ttlSeconds: number | null;
}

/**
 * An entity's features in the order of `names`, read alone; without `names` all that are there, by name. `oldToo`: values
 * OUTSIDE_MAX_AGE are given too.
 */
export function featuresOf(
  view: string,
  entity: string,
  names: readonly string[] | undefined,
  oldToo = false,
): RedisAsk<FeatureVector> {
  const key = featuresKey(view, entity);
  return {
    operation: 'readFeatures',
    id: `features ${JSON.stringify([view, entity, names, oldToo])}`,
    expected: expectedFeatures,
    async read(client) {
      if (names) {
        const [ttl, ...held] = await client.hmget(key, ttlField, ...names.map(featureField));
        return toVector(
          entity,
          ttl,
          names.map((name, n) => [name, held[n]]),
          oldToo,
        );
      }
      const held = await client.hgetall(key);
      const all = Object.entries(held).flatMap(([field, text]): Held[] => {
        const name = featureOfField(field);
        return name === undefined ? [] : [[name, text]];
      });
      return toVector(entity, held[ttlField], all.sort(byName), oldToo);
    },
  };
}

type Held = readonly [name: string, text: string | null | undefined];

const byName = ([a]: Held, [b]: Held) => (a < b ? -1 : 1);

function toVector(
  entity: string,
  ttl: string | null | undefined,
  held: readonly Held[],
  oldToo: boolean,
): FeatureVector {
  const ttlSeconds = decodeTtlSeconds(ttl);
  // Redis drops a key only long after its values are too old, so their own age decides.
  const oldestMicroseconds = Date.now() * 1_000 - (ttlSeconds ?? 0) * 1e6;
  const values = held.map(([name, text]): FeatureValue => {
    const found = decodeTimedValue(text);
    if (!found) return { name, status: 'NOT_FOUND', value: null, eventTimestamp: null };
    if (ttlSeconds === undefined) throw corrupt(expectedFeatures, 'no ttl');
    const status = statusOf(found.value, found.eventMicroseconds < oldestMicroseconds);
    const value = status === 'PRESENT' || oldToo ? found.value : null;
    return { name, status, value, eventTimestamp: toMoment(found.eventMicroseconds) };
  });
  return { entity, values, ttlSeconds: ttlSeconds ?? null };
}

function statusOf(value: unknown, isTooOld: boolean): FeatureStatus {
  if (isTooOld) return 'OUTSIDE_MAX_AGE';
  return value === null ? 'NULL_VALUE' : 'PRESENT';
}
