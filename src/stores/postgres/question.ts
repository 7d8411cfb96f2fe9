import { is, Placeholder, type SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { LRUCache } from 'lru-cache';

/** A statement, compiled once: selects at most one row `(i bigint, j json)` for each key, `i` being the key's position from 1. */
export interface Shape {
  readonly name: string;
  readonly text: string;
  /** The placeholder's name of $1, $2, … */
  readonly parameters: readonly string[];
}

/** A shape with its arguments: everything but the keys. */
export interface Question<Key, Row> {
  /** Equal for equal questions; with `keyOf` it is the loader's cache key. */
  readonly id: string;
  readonly shape: Shape;
  /** Reads so many rows that nothing else shall wait for its answer. */
  readonly heavy: boolean;
  readonly values: Readonly<Record<string, unknown>>;
  readonly keyOf: (key: Key) => string;
  /** Keys → one array a placeholder that the statement unnests. */
  readonly columns: (keys: readonly Key[]) => Record<string, readonly unknown[]>;
  /** The row's JSON, or undefined when the statement had no row for the key. */
  readonly decode: (json: unknown) => Row;
}

/** One key put to one question. */
export interface Ask {
  // biome-ignore lint/suspicious/noExplicitAny: a batch mixes questions with keys and rows of their own.
  readonly question: Question<any, any>;
  readonly key: unknown;
}

const dialect = new PgDialect();

// Filters and page directions make a shape in few variants; values never do, they are placeholders.
const shapes = new LRUCache<string, Shape>({ max: 500 });

/** Drizzle's typed SQL → Shape, compiled when its name is first met. Every parameter must be a `sql.placeholder`. */
export function shapeOf(name: string, statement: () => SQL): Shape {
  let shape = shapes.get(name);
  if (!shape) {
    const { sql: text, params } = dialect.sqlToQuery(statement());
    shape = { name, text, parameters: params.map((param) => nameOf(name, param)) };
    shapes.set(name, shape);
  }
  return shape;
}

function nameOf(shape: string, param: unknown): string {
  if (is(param, Placeholder)) return param.name;
  throw new TypeError(`${shape}: the statement holds a value where it needs a placeholder.`);
}
