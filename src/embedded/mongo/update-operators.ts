import { type Document, Double, Int32, Long, Timestamp } from 'bson';
import { addToSet, pop, pull, pullAll, push } from './array-operators.ts';
import { MongoError } from './errors.ts';
import { compareValues } from './order.ts';
import { getAt, setAt, unsetAt } from './paths.ts';
import { isObject, isTrue, toNumber, typeName } from './values.ts';

/** Changes a document, already a copy, at one path. */
export type UpdateOperator = (document: Document, path: readonly string[], operand: unknown) => void;

/** What an update can do, one line an operator. https://www.mongodb.com/docs/manual/reference/mql/update/ */
export const updateOperators: Readonly<Record<string, UpdateOperator>> = {
  $set: setAt,
  $setOnInsert: setAt,
  $unset: (document, path) => unsetAt(document, path),
  $inc: (document, path, by) =>
    arithmetic(
      document,
      path,
      by,
      '$inc',
      (a, b) => a + b,
      (a, b) => a + b,
    ),
  $mul: (document, path, by) =>
    arithmetic(
      document,
      path,
      by,
      '$mul',
      (a, b) => a * b,
      (a, b) => a * b,
    ),
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

/** int with int is int, and long when it no longer fits; with a long it is long; with a double it is double. */
function arithmetic(
  document: Document,
  path: readonly string[],
  operand: unknown,
  operator: string,
  exact: (a: bigint, b: bigint) => bigint,
  inexact: (a: number, b: number) => number,
): void {
  const current = getAt(document, path);
  const present = current === undefined ? zeroLike(operand) : current;
  for (const [value, what] of [
    [operand, 'operand'],
    [present, path.join('.')],
  ] as const) {
    if (toNumber(value) === undefined || typeName(value) === 'decimal') {
      throw new MongoError(
        'TypeMismatch',
        `Cannot apply ${operator} to a value of non-numeric type: ${what} is of type ${typeName(value)}`,
      );
    }
  }
  setAt(document, path, combine(present, operand, exact, inexact));
}

function combine(
  a: unknown,
  b: unknown,
  exact: (a: bigint, b: bigint) => bigint,
  inexact: (a: number, b: number) => number,
): unknown {
  const whole = [a, b].every((value) => value instanceof Int32 || value instanceof Long);
  if (!whole) return new Double(inexact(Number(toNumber(a)), Number(toNumber(b))));
  const result = exact(BigInt(toNumber(a) ?? 0), BigInt(toNumber(b) ?? 0));
  const bothInts = a instanceof Int32 && b instanceof Int32;
  if (bothInts && result === BigInt.asIntN(32, result)) return new Int32(Number(result));
  if (result === BigInt.asIntN(64, result)) return Long.fromBigInt(result);
  throw new MongoError('BadValue', 'Failed to apply arithmetic: the result does not fit in 64 bits');
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
  if (typeof target !== 'string') throw new MongoError('BadValue', 'The target of $rename must be a string');
  const value = getAt(document, path);
  if (value === undefined) return;
  unsetAt(document, path);
  setAt(document, target.split('.'), value);
}

function currentDate(document: Document, path: readonly string[], operand: unknown): void {
  const type = isObject(operand) ? operand.$type : 'date';
  if (type === 'timestamp') setAt(document, path, new Timestamp({ t: Math.floor(Date.now() / 1_000), i: 1 }));
  else if (type === 'date' && (isObject(operand) || isTrue(operand))) setAt(document, path, new Date());
  else
    throw new MongoError(
      'BadValue',
      "The '$currentDate' value must be true or {$type: 'date'} or {$type: 'timestamp'}",
    );
}
