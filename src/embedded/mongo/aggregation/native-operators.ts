import { Int32 } from 'bson';
import { MongoError } from '../errors.ts';
import { toNumber } from '../numbers.ts';
import { compareValues } from '../order.ts';
import { isObject, typeName } from '../values.ts';
import type { CreateExpression, Expression } from './expression.ts';

/** Operators that compare or choose: here BSON types matter, which mingo does not know. */
export const nativeOperators: Readonly<
  Record<string, (operand: unknown, create: CreateExpression) => Expression>
> = {
  $eq: comparison((order) => order === 0),
  $ne: comparison((order) => order !== 0),
  $gt: comparison((order) => order > 0),
  $gte: comparison((order) => order >= 0),
  $lt: comparison((order) => order < 0),
  $lte: comparison((order) => order <= 0),
  $cmp: comparison((order) => new Int32(Math.sign(order))),
  $and: (operand, create) => {
    const all = listOf(operand).map(create);
    return (document) => all.every((one) => isTruthy(one(document)));
  },
  $or: (operand, create) => {
    const all = listOf(operand).map(create);
    return (document) => all.some((one) => isTruthy(one(document)));
  },
  $not: (operand, create) => {
    const [one] = exactly(1, operand, '$not').map(create);
    return (document) => !isTruthy(one?.(document));
  },
  $cond: (operand, create) => {
    const [condition, yes, no] = exactly(3, isObject(operand) ? branchesOf(operand) : operand, '$cond').map(
      create,
    );
    return (document) => (isTruthy(condition?.(document)) ? yes : no)?.(document);
  },
  $ifNull: (operand, create) => {
    const all = listOf(operand).map(create);
    if (all.length < 2) throw new MongoError('FailedToParse', '$ifNull needs at least two arguments');
    return (document) => {
      for (const one of all.slice(0, -1)) {
        const value = one(document);
        if (value !== undefined && value !== null) return value;
      }
      return all.at(-1)?.(document);
    };
  },
  $isArray: (operand, create) => {
    const [one] = exactly(1, operand, '$isArray').map(create);
    return (document) => Array.isArray(one?.(document));
  },
  $arrayElemAt: (operand, create) => {
    const [list, position] = exactly(2, operand, '$arrayElemAt').map(create);
    return (document) => memberAt(list?.(document), position?.(document));
  },
  $type: (operand, create) => {
    const [one] = exactly(1, operand, '$type').map(create);
    return (document) => {
      const value = one?.(document);
      return value === undefined ? 'missing' : typeName(value);
    };
  },
};

/** A negative position counts from the end; undefined when there is none of that position. */
function memberAt(list: unknown, position: unknown): unknown {
  if (list === undefined || list === null || position === undefined || position === null) return null;
  if (!Array.isArray(list))
    throw new MongoError(
      'ElementOfNoArray',
      `$arrayElemAt's first argument must be an array, but is ${typeName(list)}`,
    );
  const n = toNumber(position);
  if (!Number.isInteger(n))
    throw new MongoError(
      'ElementAtNoNumber',
      `$arrayElemAt's second argument must be a whole number, but is ${typeName(position)}`,
    );
  return list.at(Number(n));
}

function comparison(result: (order: number) => unknown) {
  return (operand: unknown, create: CreateExpression): Expression => {
    const [a, b] = exactly(2, operand, 'a comparison').map(create);
    return (document) => result(compareMaybeMissing(a?.(document), b?.(document)));
  };
}

/** In expressions, other than in filters, a missing field is less than null. */
function compareMaybeMissing(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return compareValues(a, b);
}

const listOf = (operand: unknown): unknown[] => (Array.isArray(operand) ? operand : [operand]);

function exactly(count: number, operand: unknown, operator: string): unknown[] {
  const list = listOf(operand);
  if (list.length === count) return list;
  throw new MongoError(
    'FailedToParse',
    `Expression ${operator} takes exactly ${count} arguments. ${list.length} were passed in.`,
  );
}

function branchesOf(operand: Record<string, unknown>): unknown[] {
  const keys = ['if', 'then', 'else'];
  if (keys.some((key) => !(key in operand)) || Object.keys(operand).length > 3) {
    throw new MongoError('FailedToParse', '$cond needs if, then and else, and nothing more');
  }
  return keys.map((key) => operand[key]);
}

/** False, null, missing and zero are no; all else is yes, an empty string too. */
function isTruthy(value: unknown): boolean {
  const number = toNumber(value);
  if (number !== undefined) return Number(number) !== 0;
  return value !== undefined && value !== null && value !== false;
}

/** Whether an expression gives the same for a document at any time, whatever the pipeline. */
export function isPure(expression: unknown): boolean {
  if (typeof expression === 'string') return !expression.startsWith('$$');
  if (Array.isArray(expression)) return expression.every(isPure);
  if (!isObject(expression)) return true;
  return Object.entries(expression).every(
    ([key, operand]) =>
      key === '$literal' ||
      ((!key.startsWith('$') || Object.hasOwn(nativeOperators, key)) && isPure(operand)),
  );
}
