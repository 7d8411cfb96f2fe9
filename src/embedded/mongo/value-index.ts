import type { Document } from 'bson';
import { areComparable, compareValues, firstWhere, type Identity, identityOf } from './order.ts';
import { elementsAt, soleAt } from './paths.ts';
import { isObject } from './values.ts';

/** Which values are meant: some, those of which something holds, or a range with both its ends, over one type of values. */
export type Bounds =
  | { readonly values: readonly unknown[] }
  | { readonly holds: (value: unknown) => boolean }
  | { readonly from: unknown; readonly to?: unknown }
  | { readonly to: unknown };

/** What documents hold at one path, arrays by their members too; objects, arrays and what is missing are in none. */
export interface ValueIndex {
  add(document: Document): void;
  remove(document: Document): void;
  /** About how many documents `scan` gives. */
  size(bounds: Bounds): number;
  /** Each document once. */
  scan(bounds: Bounds): Iterable<Document>;
}

interface Entry {
  readonly value: unknown;
  readonly documents: Set<Document>;
}

const manyValues = 1_000;

/** An empty one, for the values at a path. */
export function createValueIndex(path: readonly string[]): ValueIndex {
  const entries = new Map<Identity, Entry>();
  let sorted: Entry[] = [];
  // Sorted when a range is first asked for: whoever only writes, or looks up equal values, does without.
  let unsorted: Entry[] = [];
  let emptied = 0;
  let isMultikey = false;

  const valuesOf = (document: Document) => {
    const sole = soleAt(document, path);
    if (sole === undefined) return [];
    if (isScalar(sole)) return [sole];
    const all = elementsAt(document, path, true).filter(isScalar);
    isMultikey ||= all.length > 1;
    return all;
  };
  const inOrder = () => {
    if (unsorted.length === 0) return sorted;
    sorted = [...sorted, ...unsorted].sort((a, b) => compareValues(a.value, b.value));
    unsorted = [];
    return sorted;
  };
  const forget = () => {
    for (const [identity, { documents }] of entries) if (documents.size === 0) entries.delete(identity);
    sorted = [];
    unsorted = [...entries.values()];
    emptied = 0;
  };
  const find = (bounds: Bounds): readonly Entry[] => {
    if ('holds' in bounds) return [...entries.values()].filter(({ value }) => bounds.holds(value));
    if (!('values' in bounds)) return within(inOrder(), bounds);
    const identities = new Set(bounds.values.map(identityOf));
    return [...identities].flatMap((identity) => entries.get(identity) ?? []);
  };

  return {
    add(document) {
      const values = valuesOf(document);
      for (const value of values) {
        const identity = identityOf(value);
        const entry = entries.get(identity);
        if (entry) {
          if (entry.documents.size === 0) emptied -= 1;
          entry.documents.add(document);
        } else {
          const made = { value, documents: new Set([document]) };
          entries.set(identity, made);
          unsorted.push(made);
        }
      }
    },
    remove(document) {
      const values = valuesOf(document);
      for (const value of values) {
        const documents = entries.get(identityOf(value))?.documents;
        if (documents?.delete(document) && documents.size === 0) emptied += 1;
      }
      if (emptied > 1_000 && emptied > entries.size / 2) forget();
    },
    size(bounds) {
      const found = find(bounds);
      // Of many values it is enough to know that there are many.
      if (found.length > manyValues) return found.length;
      return found.reduce((total, { documents }) => total + documents.size, 0);
    },
    *scan(bounds) {
      const seen = isMultikey ? new Set<Document>() : undefined;
      for (const { documents } of find(bounds)) {
        for (const document of documents) {
          if (seen?.has(document)) continue;
          seen?.add(document);
          yield document;
        }
      }
    },
  };
}

const isScalar = (value: unknown) => value !== undefined && !Array.isArray(value) && !isObject(value);

function within(
  sorted: readonly Entry[],
  bounds: Exclude<Bounds, { values: unknown } | { holds: unknown }>,
): Entry[] {
  const [from, to] = ['from' in bounds ? bounds.from : undefined, bounds.to];
  return stretch(
    sorted,
    (value) =>
      from === undefined
        ? areComparable(value, to) || compareValues(value, to) >= 0
        : compareValues(value, from) >= 0,
    (value) => areComparable(value, from ?? to) && (to === undefined || compareValues(value, to) <= 0),
  );
}

/** From the first entry that has begun, for as long as they go on; both ends are found by halves. */
function stretch(
  sorted: readonly Entry[],
  hasBegun: (value: unknown) => boolean,
  goesOn: (value: unknown) => boolean,
): Entry[] {
  const start = firstWhere(sorted, 0, ({ value }) => hasBegun(value));
  return sorted.slice(
    start,
    firstWhere(sorted, start, ({ value }) => !goesOn(value)),
  );
}
