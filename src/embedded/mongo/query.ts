import type { Document } from 'bson';
import { Query } from 'mingo';
import { MongoError, notHere } from './errors.ts';
import { isObject, toPlain, typeName } from './values.ts';

const listOperators = new Set(['$and', '$or', '$nor']);
const arrayOperators = new Set(['$in', '$nin', '$all']);
const fieldOperators = new Set([
  ...arrayOperators,
  ...['$eq', '$ne', '$gt', '$gte', '$lt', '$lte', '$exists', '$not', '$regex', '$options', '$mod', '$elemMatch', '$size'],
]);
const knownElsewhere = new Set([
  ...['$expr', '$where', '$text', '$jsonSchema', '$type', '$near', '$nearSphere', '$geoWithin', '$geoIntersects'],
  ...['$bitsAllClear', '$bitsAllSet', '$bitsAnyClear', '$bitsAnySet', '$sampleRate'],
]);

/** Filter → test of a document in plain form. Fails with BadValue for what MongoDB would not take. */
export function createMatcher(filter: Document): (plain: Document) => boolean {
  checkFilter(filter);
  const { $comment: _, ...plain } = toPlain(filter) as Document;
  if (Object.keys(plain).length === 0) return () => true;
  const query = new Query(plain);
  return (document) => query.test(document);
}

/** Fails with BadValue for operators that are unknown, misplaced or misshapen. */
export function checkFilter(filter: unknown): void {
  if (!isObject(filter)) throw new MongoError('TypeMismatch', `a filter must be an object, not ${typeName(filter)}`);
  for (const [key, value] of Object.entries(filter)) {
    if (key === '$comment') continue;
    if (listOperators.has(key)) checkList(key, value);
    else if (key.startsWith('$')) throw unknownOperator(key, 'unknown top level operator');
    else checkCondition(value);
  }
}

function checkList(operator: string, list: unknown): void {
  if (!Array.isArray(list) || list.length === 0) throw new MongoError('BadValue', '$and/$or/$nor must be a nonempty array');
  for (const filter of list) {
    if (!isObject(filter)) throw new MongoError('BadValue', `${operator} entries need to be full objects`);
    checkFilter(filter);
  }
}

function checkCondition(condition: unknown): void {
  if (!isObject(condition)) return;
  const keys = Object.keys(condition);
  // A value that is an object; only its first key makes it a set of operators.
  if (!keys[0]?.startsWith('$')) return;
  for (const key of keys) {
    const operand = condition[key];
    if (!fieldOperators.has(key)) throw unknownOperator(key, 'unknown operator');
    if (arrayOperators.has(key) && !Array.isArray(operand)) throw new MongoError('BadValue', `${key} needs an array`);
    if (key === '$not') checkNot(operand);
    if (key === '$elemMatch') checkElemMatch(operand);
  }
}

function checkNot(operand: unknown): void {
  if (typeName(operand) === 'regex') return;
  if (!isObject(operand) || Object.keys(operand).length === 0) throw new MongoError('BadValue', '$not needs a regex or a document');
  checkCondition(operand);
}

function checkElemMatch(operand: unknown): void {
  if (!isObject(operand)) throw new MongoError('BadValue', '$elemMatch needs an Object');
  if (Object.keys(operand)[0]?.startsWith('$')) checkCondition(operand);
  else checkFilter(operand);
}

function unknownOperator(operator: string, what: string): MongoError {
  return knownElsewhere.has(operator) ? notHere(`The operator ${operator}`) : new MongoError('BadValue', `${what}: ${operator}`);
}
