import type { Document } from 'mongodb';
import type { ModelFilter } from '../../model-list.ts';
import { numberOperators, textOperators } from './filter.ts';
import { toFixedMoment } from './moments.ts';

/** Each condition as predicates on a copy, all of which must hold. The type leaves none out: a filter is never ignored. */
const predicates: {
  readonly [Field in keyof ModelFilter]-?: (is: NonNullable<ModelFilter[Field]>) => readonly Document[];
} = {
  and: (all) => all.map(allOf),
  or: (some) => [{ $or: some.map(allOf) }],
  not: (none) => [{ $nor: [allOf(none)] }],
  name: (is) => [{ _id: textOperators(is) }],
  // Of the members of an array one must meet all operators, as one run must in PostgreSQL.
  framework: (is) => [{ frameworks: { $elemMatch: textOperators(is) } }],
  tags: (all) =>
    all.map(({ key, value }) => ({
      tags: { $elemMatch: { key, ...(value && { value: textOperators(value) }) } },
    })),
  createdAt: ({ gte, lt }) => [
    ...(gte == null ? [] : [{ createdAt: { $gte: toFixedMoment(gte) } }]),
    ...(lt == null ? [] : [{ createdAt: { $lt: toFixedMoment(lt) } }]),
  ],
  bestMetric: (all) =>
    all.map(({ key, is }) => ({ metrics: { $elemMatch: { key, highest: numberOperators(is) } } })),
  deployedTo: (environment) => [{ environments: environment }],
  among: (names) => [{ _id: { $in: names } }],
};

/** Which copies match: those that say what PostgreSQL would say of the model itself. */
export const whereCopies = (filter: ModelFilter): Document => ({ deleted: false, ...allOf(filter) });

function allOf(filter: ModelFilter): Document {
  const all = Object.entries(filter).flatMap(([field, is]) =>
    is == null ? [] : (predicates[field as keyof ModelFilter] as (is: unknown) => readonly Document[])(is),
  );
  return all.length > 0 ? { $and: all } : {};
}
