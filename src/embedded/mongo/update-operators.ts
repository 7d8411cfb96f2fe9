import { type Document, Double, Int32, Long, Timestamp } from 'bson';
import { type Arithmetic, add, canCalculate, multiply } from './arithmetic.ts';
import { addToSet, pop, pull, pullAll, push } from './array-operators.ts';
import { MongoError, notHere } from './errors.ts';
import { toNumber } from './numbers.ts';
import { compareValues } from './order.ts';
import { getAt, setAt, unsetAt } from './paths.ts';
import { show } from './show.ts';
import { isObject, typeName } from './values.ts';

/** Changes a document, already a copy, at one path. */
export type UpdateOperator = (document: Document, path: readonly string[], operand: unknown) => void;

/** What an update can do, one line an operator. https://www.mongodb.com/docs/manual/reference/mql/update/ */
export const updateOperators: Readonly<Record<string, UpdateOperator>> = {
  $set: setAt,
  $setOnInsert: setAt,
  $unset: (document, path) => unsetAt(document, path),
  $inc: (document, path, by) => calculate(document, path, by, '$inc', add),
  $mul: (document, path, by) => calculate(document, path, by, '$mul', multiply),
  $min: (document, path, value) => keep(document, path, value, (order) => order < 0),
  $max: (document, path, value) => keep(document, path, value, (order) => order > 0),
  $rename: rename,
  $currentDate: currentDate,
  $push: push,
  $addToSet: addToSet,
  $pull: pull,
  $pullAll: pullAll,
  $pop: pop,
};

function calculate(
  document: Document,
  path: readonly string[],
  operand: unknown,
  operator: string,
  by: Arithmetic,
): void {
  const verb = operator === '$inc' ? 'increment' : 'multiply';
  if (toNumber(operand) === undefined) {
    throw new MongoError(
      'TypeMismatch',
      `Cannot ${verb} with non-numeric argument: {${path.join('.')}: ${show(operand)}}`,
    );
  }
  const current = valueOr(document, path, zeroLike(operand));
  if (toNumber(current) === undefined) {
    const field = `the field '${path.at(-1)}' of non-numeric type ${typeName(current)}`;
    throw new MongoError(
      'TypeMismatch',
      `Cannot apply ${operator} to a value of non-numeric type. {_id: ${show(document._id)}} has ${field}`,
    );
  }
  if (!canCalculate(operand) || !canCalculate(current)) throw notHere(`${operator} with Decimal128`);
  const result = by(current, operand);
  if (result === undefined)
    throw new MongoError(
      'BadValue',
      `Failed to apply ${operator} operations to current value (${show(current)}) for document {_id: ${show(document._id)}}`,
    );
  setAt(document, path, result);
}

function valueOr(document: Document, path: readonly string[], missing: unknown): unknown {
  const value = getAt(document, path);
  return value === undefined ? missing : value;
}

const zeroLike = (operand: unknown) =>
  operand instanceof Int32 ? new Int32(0) : operand instanceof Long ? Long.ZERO : new Double(0);

function keep(
  document: Document,
  path: readonly string[],
  value: unknown,
  wins: (order: number) => boolean,
): void {
  const current = getAt(document, path);
  if (current === undefined || wins(compareValues(value, current))) setAt(document, path, value);
}

function rename(document: Document, path: readonly string[], target: unknown): void {
  const to = String(target).split('.');
  for (const [way, what] of [
    [path, 'source'],
    [to, 'destination'],
  ] as const) {
    if (way.some((_, n) => Array.isArray(getAt(document, way.slice(0, n))))) {
      throw new MongoError('BadValue', `The ${what} field cannot be an array element, '${way.join('.')}'`);
    }
  }
  const value = getAt(document, path);
  if (value === undefined) return;
  unsetAt(document, path);
  setAt(document, to, value);
}

function currentDate(document: Document, path: readonly string[], operand: unknown): void {
  const type = isObject(operand) && Object.keys(operand).join() === '$type' ? operand.$type : undefined;
  if (type === 'timestamp') setAt(document, path, new Timestamp({ t: Math.floor(Date.now() / 1_000), i: 1 }));
  else if (type === 'date' || typeof operand === 'boolean') setAt(document, path, new Date());
  else
    throw new MongoError(
      'BadValue',
      `${typeName(operand)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`,
    );
}
