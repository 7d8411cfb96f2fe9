import { Decimal128, type Document, Double, Int32, Long } from 'bson';
import { type Identity, identityOf } from './order.ts';
import { isObject } from './values.ts';

/** A value, and how often it is there; undefined for what is missing. */
export interface CountedValue {
  readonly value: unknown;
  readonly count: number;
}

/** What takes a value, always the same, out of a document; undefined where there is none. */
export interface NamedValue {
  readonly name: string;
  readonly valueIn: (document: Document) => unknown;
}

/** How often documents give each value, arrays by their members: as `$unwind` makes them. */
export interface MemberCounts {
  add(document: Document): void;
  remove(document: Document): void;
  /** Alike ones once, but for objects, arrays in arrays and decimals. */
  values(): Iterable<CountedValue>;
  /** Whether no two of them are equal. */
  areDistinct(): boolean;
}

/** Empty ones. */
export function createMemberCounts(valueIn: NamedValue['valueIn']): MemberCounts {
  // By what tells equal values apart: 1 and 1.0 are of two types.
  const byKind = new Map<unknown, Map<Identity, { readonly value: unknown; count: number }>>();
  let missing = 0;
  // What no identity tells apart; few documents hold any.
  const others = new Map<Document, readonly unknown[]>();

  const change = (document: Document, by: 1 | -1) => {
    const value = valueIn(document);
    if (value === undefined || (Array.isArray(value) && value.length === 0)) {
      missing += by;
      return;
    }
    const members: unknown[] = Array.isArray(value) ? value : [value];
    for (const member of members) if (!isOther(member)) count(member, by);
    const left = members.filter(isOther);
    if (left.length === 0) return;
    if (by === 1) others.set(document, left);
    else others.delete(document);
  };
  const count = (value: unknown, by: 1 | -1) => {
    const kind = kindOf(value);
    const entries = byKind.get(kind) ?? new Map();
    if (entries.size === 0) byKind.set(kind, entries);
    const identity = identityOf(value);
    const entry = entries.get(identity);
    if (!entry) entries.set(identity, { value, count: by });
    else if (entry.count + by === 0) entries.delete(identity);
    else entry.count += by;
  };

  const sizeOf = (kind: unknown) => byKind.get(kind)?.size ?? 0;

  return {
    add: (document) => change(document, 1),
    remove: (document) => change(document, -1),
    *values() {
      for (const entries of byKind.values()) yield* entries.values();
      if (missing > 0) yield { value: undefined, count: missing };
      for (const values of others.values()) for (const value of values) yield { value, count: 1 };
    },
    areDistinct: () =>
      others.size === 0 &&
      (missing === 0 || sizeOf(null) === 0) &&
      numbers.filter((kind) => sizeOf(kind) > 0).length < 2,
  };
}

const numbers: readonly unknown[] = ['-0', Double, Int32, Long];

/** Equal values of one kind are alike. */
const kindOf = (value: unknown): unknown =>
  value instanceof Double && Object.is(value.value, -0) ? '-0' : (value?.constructor ?? null);

const isOther = (value: unknown) => isObject(value) || Array.isArray(value) || value instanceof Decimal128;
