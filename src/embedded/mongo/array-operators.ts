import { BSONRegExp, type Document } from 'bson';
import { MongoError, notHere } from './errors.ts';
import { equalValues } from './order.ts';
import { getAt, setAt } from './paths.ts';
import { createMatcher } from './query.ts';
import { matchesPattern } from './regex.ts';
import { show } from './show.ts';
import { isObject, toCount, typeName, wholeArgument } from './values.ts';

type Path = readonly string[];

/** `$push`: one value, or `$each` of many with `$position` and `$slice`. */
export function push(document: Document, path: Path, operand: unknown): void {
  const { values, modifiers } = valuesOf(operand, ['$each', '$position', '$slice']);
  const items = [...arrayAt(document, path, '$push')];
  const position = wholeArgument(modifiers, '$position') ?? items.length;
  items.splice(position < 0 ? Math.max(0, items.length + position) : position, 0, ...values);
  const slice = wholeArgument(modifiers, '$slice');
  setAt(document, path, slice === undefined ? items : slice < 0 ? items.slice(slice) : items.slice(0, slice));
}

/** `$addToSet`: one value, or `$each` of many, where it is not there yet. */
export function addToSet(document: Document, path: Path, operand: unknown): void {
  const items = [...arrayAt(document, path, '$addToSet')];
  for (const value of valuesOf(operand, ['$each']).values) {
    if (!items.some((item) => equalValues(item, value))) items.push(value);
  }
  setAt(document, path, items);
}

/** `$pull`: members equal to the value, or that match a condition. */
export function pull(document: Document, path: Path, operand: unknown): void {
  if (getAt(document, path) === undefined) return;
  const items = arrayAt(document, path, '$pull');
  const matches = pullCondition(operand);
  setAt(
    document,
    path,
    items.filter((item) => !matches(item)),
  );
}

function pullCondition(operand: unknown): (item: unknown) => boolean {
  if (operand instanceof BSONRegExp) return matchesPattern(operand);
  if (!isObject(operand)) return (item) => equalValues(item, operand);
  if (Object.keys(operand)[0]?.startsWith('$')) {
    const matches = createMatcher({ item: operand });
    return (item) => matches({ item });
  }
  const matches = createMatcher(operand);
  return (item) => isObject(item) && matches(item);
}

/** `$pullAll`: members equal to any of the values. */
export function pullAll(document: Document, path: Path, operand: unknown): void {
  if (!Array.isArray(operand)) throw new MongoError('BadValue', '$pullAll requires an array argument');
  if (getAt(document, path) === undefined) return;
  const items = arrayAt(document, path, '$pullAll');
  setAt(
    document,
    path,
    items.filter((item) => !operand.some((value) => equalValues(item, value))),
  );
}

/** `$pop`: 1 the last member, -1 the first. */
export function pop(document: Document, path: Path, operand: unknown): void {
  const end = toCount(operand);
  if (end !== 1 && end !== -1) throw new MongoError('FailedToParse', '$pop expects 1 or -1');
  if (getAt(document, path) === undefined) return;
  const items = getAt(document, path);
  if (!Array.isArray(items))
    throw new MongoError(
      'TypeMismatch',
      `Path '${path.join('.')}' contains an element of non-array type '${typeName(items)}'`,
    );
  setAt(document, path, end === 1 ? items.slice(0, -1) : items.slice(1));
}

function arrayAt(document: Document, path: Path, operator: string): unknown[] {
  const value = getAt(document, path);
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw new MongoError('BadValue', notAnArray(operator, path, document, typeName(value)));
}

function notAnArray(operator: string, path: Path, document: Document, type: string): string {
  const field = path.at(-1) ?? '';
  if (operator === '$push') {
    return `The field '${path.join('.')}' must be an array but is of type ${type} in document {_id: ${show(document._id)}}`;
  }
  return `Cannot apply ${operator} to a non-array field. Field named '${field}' has a non-array type ${type}`;
}

function valuesOf(operand: unknown, known: readonly string[]): { values: unknown[]; modifiers: Document } {
  if (!isObject(operand) || !Object.keys(operand).some((key) => key.startsWith('$')))
    return { values: [operand], modifiers: {} };
  const unknown = Object.keys(operand).find((key) => !known.includes(key));
  if (unknown === '$sort') throw notHere('$push with $sort');
  if (unknown !== undefined) throw new MongoError('BadValue', `Unrecognized clause: ${unknown}`);
  if (!Array.isArray(operand.$each))
    throw new MongoError('BadValue', 'The argument to $each must be an array');
  return { values: operand.$each, modifiers: operand };
}
