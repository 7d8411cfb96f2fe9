import { type Document, ObjectId } from 'bson';
import { MongoError, notHere } from './errors.ts';
import { equalValues } from './order.ts';
import { getAt, setAt } from './paths.ts';
import { updateOperators } from './update-operators.ts';
import { clone, isObject, typeName } from './values.ts';

/** Document → what it becomes, leaving it untouched; `inserting` when it is about to be made by an upsert. */
export type Change = (document: Document, inserting: boolean) => Document;

const refused = new Set(['$bit']);

/** Update specification → change. Fails before any document is touched for what MongoDB would not take. */
export function createChange(update: unknown): Change {
  if (Array.isArray(update)) throw notHere('An update by pipeline');
  if (!isObject(update)) throw new MongoError('FailedToParse', 'Update argument must be an object');
  if (!Object.keys(update)[0]?.startsWith('$')) {
    checkReplacement(update);
    return (document) => replace(document, update);
  }
  checkOperators(update);
  const steps = stepsOf(update);
  return (document, inserting) => {
    const changed = clone(document);
    for (const { name, path, operand } of steps) {
      if (name !== '$setOnInsert' || inserting) updateOperators[name]?.(changed, path, clone(operand));
    }
    checkSameId(document, changed);
    return changed;
  };
}

function checkReplacement(replacement: Document): void {
  const strange = Object.keys(replacement).find((key) => key.startsWith('$'));
  if (strange === undefined) return;
  throw new MongoError(
    'DollarPrefixedFieldName',
    `The dollar ($) prefixed field '${strange}' in '${strange}' is not allowed in the context of an update's replacement document.`,
  );
}

interface Step {
  readonly name: string;
  readonly path: readonly string[];
  readonly operand: unknown;
}

/** Fields are written in the order of their names. https://www.mongodb.com/docs/manual/reference/mql/update/#behavior */
function stepsOf(update: Document): Step[] {
  const steps = Object.entries(update).flatMap(([name, fields]) =>
    Object.entries(fields as Document).map(([path, operand]) => ({ name, operand, path: path.split('.') })),
  );
  const target = ({ name, path, operand }: Step) => (name === '$rename' ? String(operand).split('.') : path);
  return steps.sort((a, b) => comparePaths(target(a), target(b)));
}

function comparePaths(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((key, n) => key !== b[n]);
  const [keyA = '', keyB = ''] = [a[at], b[at]];
  if (/^\d+$/.test(keyA) && /^\d+$/.test(keyB)) return Number(keyA) - Number(keyB);
  return keyA < keyB ? -1 : Number(keyA > keyB);
}

function checkOperators(update: Document): void {
  const paths: string[] = [];
  for (const [operator, fields] of Object.entries(update)) {
    if (refused.has(operator)) throw notHere(`The update operator ${operator}`);
    if (!Object.hasOwn(updateOperators, operator)) {
      throw new MongoError(
        'FailedToParse',
        `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
    }
    if (!isObject(fields)) {
      throw new MongoError(
        'FailedToParse',
        `Modifiers operate on fields but we found type ${typeName(fields)} instead. For example: {$mod: {<field>: ...}}`,
      );
    }
    const targets = operator === '$rename' ? Object.entries(fields).map(renameTarget) : [];
    for (const path of [...Object.keys(fields), ...targets]) {
      checkPath(path);
      paths.push(path);
    }
  }
  paths.sort();
  paths.forEach((path, n) => {
    const clash = paths.find((other, m) => m !== n && (other === path || other.startsWith(`${path}.`)));
    if (clash !== undefined)
      throw new MongoError(
        'ConflictingUpdateOperators',
        `Updating the path '${clash}' would create a conflict at '${path}'`,
      );
  });
}

function renameTarget([path, target]: [string, unknown]): string {
  if (typeof target !== 'string')
    throw new MongoError('BadValue', `The 'to' field for $rename must be a string: ${path}`);
  if (target === path)
    throw new MongoError('BadValue', `The source and target field for $rename must differ: ${path}`);
  return target;
}

function checkPath(path: string): void {
  const keys = path.split('.');
  if (keys.includes(''))
    throw new MongoError(
      'BadValue',
      `The update path '${path}' contains an empty field name, which is not allowed.`,
    );
  if (keys.some((key) => key.startsWith('$'))) {
    if (keys.some((key) => key === '$' || key.startsWith('$['))) throw notHere('A positional update');
    throw new MongoError(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${path}' is not allowed in the context of an update's path`,
    );
  }
}

/** A replacement keeps the `_id`, which stands first. It replaces one document only, so what is in it need not be cloned. */
function replace(document: Document, replacement: Document): Document {
  const replaced = document._id === undefined ? replacement : withIdFirst(replacement, document._id);
  checkSameId(document, replaced);
  return replaced;
}

function checkSameId(before: Document, after: Document): void {
  if (before._id === undefined || (after._id !== undefined && equalValues(before._id, after._id))) return;
  throw new MongoError(
    'ImmutableField',
    "Performing an update on the path '_id' would modify the immutable field '_id'",
  );
}

/** The document that an upsert makes: what the filter says by equality, then the change. */
export function createUpsert(filter: Document, change: Change): Document {
  const seed: Document = {};
  addEqualities(seed, filter);
  return withIdFirst(change(seed, true), new ObjectId());
}

/** The document with its `_id` before all else; a copy only where that is not so. */
export function withIdFirst(document: Document, idOtherwise: unknown): Document {
  for (const first in document) {
    if (first === '_id') return document;
    break;
  }
  const { _id = idOtherwise, ...rest } = document;
  return { _id, ...rest };
}

function addEqualities(seed: Document, filter: Document): void {
  for (const [key, condition] of Object.entries(filter)) {
    if (key === '$and' && Array.isArray(condition)) for (const part of condition) addEqualities(seed, part);
    if (key.startsWith('$')) continue;
    const operators = isObject(condition) && Object.keys(condition)[0]?.startsWith('$');
    const value = operators ? condition.$eq : condition;
    if (value === undefined || typeName(value) === 'regex') continue;
    const path = key.split('.');
    if (getAt(seed, path) !== undefined)
      throw new MongoError(
        'NotSingleValueField',
        `cannot infer query fields to set, path '${key}' is matched twice`,
      );
    setAt(seed, path, clone(value));
  }
}
