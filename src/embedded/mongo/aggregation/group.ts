import type { Document } from 'bson';
import { MongoError } from '../errors.ts';
import { type Identity, identityOf } from '../order.ts';
import { isObject } from '../values.ts';
import { createExpression } from './create-expression.ts';
import type { CreateStage } from './stage.ts';
import { createTally } from './tally.ts';

/** A document, and how often it is there. */
export interface Counted {
  readonly document: Document;
  readonly count: number;
}

/** Makes one document of many; `areDistinct`: no two have the same `_id`. */
export type Grouping = (documents: Iterable<Counted>, areDistinct?: boolean) => Iterable<Document>;

/** `$group`. https://www.mongodb.com/docs/manual/reference/operator/aggregation/group/ */
export const createGroup: CreateStage = (specification) => eachOnce(createGrouping(specification));

/** A stage that groups documents of which each is there once. */
export const eachOnce = (group: Grouping) => (documents: Iterable<Document>) => group(once(documents));

function* once(documents: Iterable<Document>): Iterable<Counted> {
  for (const document of documents) yield { document, count: 1 };
}

/** What `$group` says → grouping. */
export function createGrouping(specification: unknown): Grouping {
  if (!isObject(specification))
    throw new MongoError('FailedToParse', "a group's fields must be specified in an object");
  if (!('_id' in specification))
    throw new MongoError('GroupWithoutId', 'a group specification must include an _id');
  const { _id, ...fields } = specification;
  const idOf = createExpression(_id);
  const tally = createTally(fields);
  const keyOf = isConstant(_id) ? () => '' : identityOf;
  return function* (documents, areDistinct = false) {
    if (areDistinct) {
      for (const { document, count } of documents) {
        const sums = tally.start();
        tally.add(sums, document, count);
        yield tally.result(idOf(document) ?? null, sums);
      }
      return;
    }
    const groups = new Map<Identity, { readonly id: unknown; readonly sums: unknown[] }>();
    for (const { document, count } of documents) {
      const id = idOf(document) ?? null;
      const key = keyOf(id);
      let group = groups.get(key);
      if (!group) {
        group = { id, sums: tally.start() };
        groups.set(key, group);
      }
      tally.add(group.sums, document, count);
    }
    for (const { id, sums } of groups.values()) yield tally.result(id, sums);
  };
}

const isConstant = (expression: unknown) =>
  typeof expression !== 'string' && !Array.isArray(expression) && !isObject(expression);
