import type { Document } from 'bson';
import { MongoError } from '../errors.ts';
import { type Identity, identityOf } from '../order.ts';
import type { Kind } from '../value-index.ts';
import { isObject } from '../values.ts';
import { createExpression } from './create-expression.ts';
import { onlyPathIn } from './only-path.ts';
import type { CreateStage } from './stage.ts';
import { createTally } from './tally.ts';

/** `$group`. https://www.mongodb.com/docs/manual/reference/operator/aggregation/group/ */
export const createGroup: CreateStage = (specification) => {
  const { groupsOf, tally, result } = createGroups(specification);
  return (documents) => {
    const { of, all } = groupsOf();
    for (const document of documents) tally.add(of(document), document);
    return result(all);
  };
};

/** A group that only counts documents by what is at one path: it is enough to see one of each kind. */
export interface KindGroup {
  readonly path: string;
  readonly group: (kinds: Iterable<Kind>) => Iterable<Document>;
}

/** `$group` → the same of kinds; undefined when it must see every document. */
export function createKindGroup(specification: unknown): KindGroup | undefined {
  const { groupsOf, tally, result } = createGroups(specification);
  const path = onlyPathIn((specification as Document)._id);
  const { addMany } = tally;
  if (path === undefined || !addMany) return undefined;
  return {
    path,
    group: (kinds) => {
      const { of, all } = groupsOf();
      for (const { document, count } of kinds) addMany(of(document), count);
      return result(all);
    },
  };
}

interface Group {
  readonly id: unknown;
  readonly sums: unknown[];
}

function createGroups(specification: unknown) {
  if (!isObject(specification))
    throw new MongoError('FailedToParse', "a group's fields must be specified in an object");
  if (!('_id' in specification))
    throw new MongoError('GroupWithoutId', 'a group specification must include an _id');
  const { _id, ...fields } = specification;
  const idOf = createExpression(_id);
  const tally = createTally(fields);
  const keyOf = isConstant(_id) ? () => '' : identityOf;
  const groupsOf = () => {
    const all = new Map<Identity, Group>();
    const of = (document: Document): unknown[] => {
      const id = idOf(document) ?? null;
      const key = keyOf(id);
      const known = all.get(key);
      if (known) return known.sums;
      const made = { id, sums: tally.start() };
      all.set(key, made);
      return made.sums;
    };
    return { of, all };
  };
  function* result(all: Map<Identity, Group>) {
    for (const { id, sums } of all.values()) yield tally.result(id, sums);
  }
  return { groupsOf, tally, result };
}

const isConstant = (expression: unknown) =>
  typeof expression !== 'string' && !Array.isArray(expression) && !isObject(expression);
