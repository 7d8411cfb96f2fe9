import type { Document } from 'bson';
import type { Makers, Matcher, Place } from './condition.ts';
import { createCondition } from './conditions.ts';
import { MongoError, notHere } from './errors.ts';
import { elementsAt, soleAt } from './paths.ts';
import { isObject, typeName } from './values.ts';

const lists: Readonly<Record<string, (all: readonly Matcher[]) => Matcher>> = {
  $and: (all) => (document) => all.every((matches) => matches(document)),
  $or: (all) => (document) => all.some((matches) => matches(document)),
  $nor: (all) => (document) => !all.some((matches) => matches(document)),
};
const knownElsewhere = new Set([
  '$expr',
  '$where',
  '$text',
  '$jsonSchema',
  '$sampleRate',
  '$alwaysTrue',
  '$alwaysFalse',
]);

const makers: Makers = {
  condition: (value) => createCondition(value, makers),
  matcher: (filter) => createMatcher(filter),
};

/** Filter → matcher. Fails with BadValue for operators that are unknown, misplaced or misshapen. */
export function createMatcher(filter: unknown): Matcher {
  if (!isObject(filter))
    throw new MongoError(
      'TypeMismatch',
      `Expected field filter to be of type object, not ${typeName(filter)}`,
    );
  const all = Object.entries(filter).flatMap(([key, value]) => {
    if (key === '$comment') return [];
    if (key.startsWith('$')) return [createList(key, value)];
    const path = key.split('.');
    const holds = makers.condition(value);
    return [(document: Document) => holds(placeIn(document, path))];
  });
  const [only] = all;
  return only && all.length === 1 ? only : (document) => all.every((matches) => matches(document));
}

function placeIn(document: Document, path: readonly string[]): Place {
  const sole = soleAt(document, path);
  if (Array.isArray(sole)) return (spread) => elementsAt(document, path, spread);
  // Most often there is but one, which several conditions are on.
  const values = [sole];
  return () => values;
}

function createList(operator: string, list: unknown): Matcher {
  const create = Object.hasOwn(lists, operator) ? lists[operator] : undefined;
  if (knownElsewhere.has(operator)) throw notHere(`The operator ${operator}`);
  if (!create)
    throw new MongoError(
      'BadValue',
      `unknown top level operator: ${operator}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
    );
  if (!Array.isArray(list)) throw new MongoError('BadValue', `${operator} must be an array`);
  if (list.length === 0) throw new MongoError('BadValue', '$and/$or/$nor must be a nonempty array');
  if (!list.every(isObject))
    throw new MongoError('BadValue', '$or/$and/$nor entries need to be full objects');
  return create(list.map(createMatcher));
}
