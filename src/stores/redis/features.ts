import { corrupt, type RedisAsk } from './ask.ts';
import { toMoment } from './event-time.ts';
import {
  decodeEvent,
  decodeTtlSeconds,
  decodeValue,
  expectedFeatures,
  featureField,
  featureOfField,
  ttlField,
} from './feature-fields.ts';
import { type HashFields, hashFields, readHash } from './hash-fields.ts';
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
        const texts = await readHash(client, key, fieldsOf(names));
        return toVector(entity, texts.pop(), { names, texts }, oldToo);
      }
      const held = await client.hgetall(key);
      const all = Object.entries(held)
        .flatMap(([field, text]): [string, string][] => {
          const name = featureOfField(field);
          return name === undefined ? [] : [[name, text]];
        })
        .sort(([a], [b]) => (a < b ? -1 : 1));
      const found = { names: all.map(([name]) => name), texts: all.map(([, text]) => text) };
      return toVector(entity, held[ttlField], found, oldToo);
    },
  };
}

const fieldsByNames = new WeakMap<readonly string[], HashFields>();

/** Those of the features, and last that of the ttl. Entities that are asked for together share their list of names. */
function fieldsOf(names: readonly string[]): HashFields {
  const known = fieldsByNames.get(names);
  if (known) return known;
  const fields = hashFields([...names.map(featureField), ttlField]);
  fieldsByNames.set(names, fields);
  return fields;
}

interface Held {
  readonly names: readonly string[];
  /** Of each name; null: it is not there. */
  readonly texts: readonly (string | null)[];
}

function toVector(
  entity: string,
  ttl: string | null | undefined,
  { names, texts }: Held,
  oldToo: boolean,
): FeatureVector {
  const ttlSeconds = decodeTtlSeconds(ttl);
  // Redis drops a key only long after its values are too old, so their own age decides.
  const oldestMicroseconds = Date.now() * 1_000 - (ttlSeconds ?? 0) * 1e6;
  const values = names.map((name, n): FeatureValue => {
    const text = texts[n];
    if (text == null) return { name, status: 'NOT_FOUND', value: null, eventTimestamp: null };
    if (ttlSeconds === undefined) throw corrupt(expectedFeatures, 'no ttl');
    const eventMicroseconds = decodeEvent(text);
    const held = decodeValue(text);
    const status = statusOf(held, eventMicroseconds < oldestMicroseconds);
    const value = status === 'PRESENT' || oldToo ? held : null;
    return { name, status, value, eventTimestamp: toMoment(eventMicroseconds) };
  });
  return { entity, values, ttlSeconds: ttlSeconds ?? null };
}

function statusOf(value: unknown, isTooOld: boolean): FeatureStatus {
  if (isTooOld) return 'OUTSIDE_MAX_AGE';
  return value === null ? 'NULL_VALUE' : 'PRESENT';
}
