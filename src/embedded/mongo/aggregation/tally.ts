import type { Document } from 'bson';
import { MongoError } from '../errors.ts';
import { define } from '../paths.ts';
import { createAccumulator } from './accumulators.ts';

/** What a group makes of its documents, one after another; the sums so far are one a field. */
export interface Tally {
  readonly start: () => unknown[];
  /** The same document so many times. */
  readonly add: (sums: unknown[], document: Document, count: number) => void;
  readonly result: (id: unknown, sums: readonly unknown[]) => Document;
}

/** `{n: {$sum: 1}}` → tally. Fails for what is no accumulator. */
export function createTally(fields: Document): Tally {
  const all = Object.entries(fields).map(([field, specification]) => {
    if (field.includes('.'))
      throw new MongoError('FailedToParse', `The field name '${field}' cannot contain '.'`);
    return { field, ...createAccumulator(field, specification) };
  });
  return {
    start: () => all.map(({ start }) => start()),
    add: (sums, document, count) => {
      for (let n = 0; n < all.length; n += 1) {
        const { add, value } = all[n] as (typeof all)[number];
        sums[n] = add(sums[n], value(document), count);
      }
    },
    result: (_id, sums) => {
      const made: Document = { _id };
      for (const [n, { field, end }] of all.entries()) define(made, field, end(sums[n]));
      return made;
    },
  };
}
