import { type Document, Int32 } from 'bson';
import { multiply } from '../arithmetic.ts';
import { MongoError } from '../errors.ts';
import { define } from '../paths.ts';
import { createAccumulator } from './accumulators.ts';

/** What a group makes of its documents, one after another; the sums so far are one a field. */
export interface Tally {
  readonly start: () => unknown[];
  readonly add: (sums: unknown[], document: Document) => void;
  /** So many documents at once; undefined: each has to be looked at. */
  readonly addMany: ((sums: unknown[], count: number) => void) | undefined;
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
    add: (sums, document) => {
      for (const [n, { add, value }] of all.entries()) sums[n] = add(sums[n], value(document));
    },
    addMany: all.every(({ unit }) => unit)
      ? (sums, count) => {
          for (const [n, { add, unit }] of all.entries())
            sums[n] = add(sums[n], multiply(unit, new Int32(count)));
        }
      : undefined,
    result: (_id, sums) => {
      const made: Document = { _id };
      for (const [n, { field, end }] of all.entries()) define(made, field, end(sums[n]));
      return made;
    },
  };
}
