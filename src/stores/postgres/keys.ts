import { type SQL, sql } from 'drizzle-orm';
import type { ModelName } from '../../model-name.ts';

/** How a question's keys reach its statement: as `k(…, i)`, one row a key, `i` its position from 1. */
export interface Keys<Key> {
  readonly keyOf: (key: Key) => string;
  readonly columns: (keys: readonly Key[]) => Record<string, readonly unknown[]>;
  readonly unnest: SQL;
}

/** A version of a model; the two together are its key. */
export interface VersionKey {
  readonly name: ModelName;
  readonly version: number;
}

/** `k.key` is text: a name, or for lists without a key an empty text. */
export const textKeys: Keys<string> = {
  keyOf: (key) => key,
  columns: (keys) => ({ keys }),
  unnest: sql`unnest(${sql.placeholder('keys')}::text[]) with ordinality as k(key, i)`,
};

/** `k.key` is a uuid. */
export const idKeys: Keys<string> = {
  keyOf: (key) => key,
  columns: (keys) => ({ keys }),
  unnest: sql`unnest(${sql.placeholder('keys')}::uuid[]) with ordinality as k(key, i)`,
};

/** `k.name` is text and `k.version` an integer. */
export const versionKeys: Keys<VersionKey> = {
  keyOf: ({ name, version }) => `${version}:${name}`,
  columns: (keys) => ({ names: keys.map(({ name }) => name), versions: keys.map(({ version }) => version) }),
  unnest: sql`unnest(${sql.placeholder('names')}::text[], ${sql.placeholder('versions')}::int[]) with ordinality as k(name, version, i)`,
};
