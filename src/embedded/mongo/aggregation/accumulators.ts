import { Double, Int32 } from 'bson';
import { add, canCalculate } from '../arithmetic.ts';
import { MongoError, notHere } from '../errors.ts';
import { toNumber } from '../numbers.ts';
import { compareValues, identityOf } from '../order.ts';
import { isObject } from '../values.ts';
import { createExpression } from './create-expression.ts';
import type { Expression } from './expression.ts';

/** The values of one group's documents, undefined where missing → the group's result. */
const accumulators: Readonly<Record<string, (values: readonly unknown[]) => unknown>> = {
  $sum: sum,
  $avg: (values) => {
    const numbers = values.filter((value) => toNumber(value) !== undefined);
    return numbers.length === 0 ? null : new Double(Number(toNumber(sum(numbers))) / numbers.length);
  },
  $min: (values) => extreme(values, -1),
  $max: (values) => extreme(values, 1),
  $first: (values) => values[0] ?? null,
  $last: (values) => values.at(-1) ?? null,
  $push: present,
  $addToSet: (values) => [...new Map(present(values).map((value) => [identityOf(value), value])).values()],
};
const knownElsewhere = new Set([
  ...[
    '$accumulator',
    '$bottom',
    '$bottomN',
    '$firstN',
    '$lastN',
    '$maxN',
    '$median',
    '$mergeObjects',
    '$minN',
  ],
  ...['$percentile', '$stdDevPop', '$stdDevSamp', '$top', '$topN', '$concatArrays', '$setUnion'],
]);

export interface Accumulator {
  readonly value: Expression;
  readonly result: (values: readonly unknown[]) => unknown;
}

/** `{$sum: '$size'}` → accumulator. Fails for what is none. */
export function createAccumulator(field: string, specification: unknown): Accumulator {
  const [name, ...more] = isObject(specification) ? Object.keys(specification) : [];
  if (name === undefined)
    throw new MongoError('GroupFieldNotAccumulator', `The field '${field}' must be an accumulator object`);
  if (more.length > 0)
    throw new MongoError('GroupFieldWithMany', `The field '${field}' must specify one accumulator`);
  const operand: unknown = (specification as Record<string, unknown>)[name];
  if (name === '$count') {
    if (!isObject(operand) || Object.keys(operand).length > 0)
      throw new MongoError('TypeMismatch', '$count takes no arguments, i.e. $count:{}');
    return { value: () => new Int32(1), result: sum };
  }
  const result = Object.hasOwn(accumulators, name) ? accumulators[name] : undefined;
  if (result) return { value: createExpression(operand), result };
  throw knownElsewhere.has(name)
    ? notHere(`The accumulator ${name}`)
    : new MongoError('GroupOperator', `unknown group operator '${name}'`);
}

function present(values: readonly unknown[]): unknown[] {
  return values.filter((value) => value !== undefined);
}

/** What is no number does not count; a sum beyond 64 bits is a double. */
function sum(values: readonly unknown[]): unknown {
  let total: Int32 | Double | ReturnType<typeof add> = new Int32(0);
  for (const value of values) {
    if (toNumber(value) === undefined) continue;
    if (!canCalculate(value)) throw notHere('A sum of Decimal128');
    total = add(total, value) ?? new Double(Number(toNumber(total)) + Number(toNumber(value)));
  }
  return total;
}

function extreme(values: readonly unknown[], sign: number): unknown {
  const counted = values.filter((value) => value !== undefined && value !== null);
  if (counted.length === 0) return null;
  return counted.reduce((best, value) => (sign * compareValues(value, best) > 0 ? value : best));
}
