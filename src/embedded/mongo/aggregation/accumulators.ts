import { Double, Int32 } from 'bson';
import { add, canCalculate } from '../arithmetic.ts';
import { MongoError, notHere } from '../errors.ts';
import { toNumber } from '../numbers.ts';
import { compareValues, type Identity, identityOf } from '../order.ts';
import { isObject } from '../values.ts';
import { createExpression } from './create-expression.ts';
import type { Expression } from './expression.ts';

/** How the values of one group's documents, undefined where missing, become the group's result: one after another. */
interface Reducer {
  readonly start: () => unknown;
  readonly add: (soFar: unknown, value: unknown) => unknown;
  readonly end: (soFar: unknown) => unknown;
}

const reducer = <T>(
  start: () => T,
  add: (soFar: T, value: unknown) => T,
  end: (soFar: T) => unknown = (soFar) => soFar,
) => ({ start, add, end }) as Reducer;

const sum = reducer<unknown>(() => new Int32(0), addTo);

const reducers: Readonly<Record<string, Reducer>> = {
  $sum: sum,
  $avg: reducer<{ readonly total: unknown; readonly count: number }>(
    () => ({ total: new Int32(0), count: 0 }),
    (soFar, value) =>
      toNumber(value) === undefined ? soFar : { total: addTo(soFar.total, value), count: soFar.count + 1 },
    ({ total, count }) => (count === 0 ? null : new Double(Number(toNumber(total)) / count)),
  ),
  $min: extreme(-1),
  $max: extreme(1),
  $first: reducer<unknown>(
    () => undefined,
    (first, value) => (first === undefined ? (value ?? null) : first),
  ),
  $last: reducer<unknown>(
    () => null,
    (_, value) => value ?? null,
  ),
  $push: reducer<unknown[]>(
    () => [],
    (values, value) => {
      if (value !== undefined) values.push(value);
      return values;
    },
  ),
  $addToSet: reducer<Map<Identity, unknown>>(
    () => new Map(),
    (values, value) => (value === undefined ? values : values.set(identityOf(value), value)),
    (values) => [...values.values()],
  ),
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

export interface Accumulator extends Reducer {
  readonly value: Expression;
  /** What it sums up, when that is the same for every document: then it is enough to know how many they are. */
  readonly unit?: Int32;
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
    return summing(new Int32(1));
  }
  if (name === '$sum' && operand instanceof Int32) return summing(operand);
  const found = Object.hasOwn(reducers, name) ? reducers[name] : undefined;
  if (found) return { value: createExpression(operand), ...found };
  throw knownElsewhere.has(name)
    ? notHere(`The accumulator ${name}`)
    : new MongoError('GroupOperator', `unknown group operator '${name}'`);
}

const summing = (unit: Int32): Accumulator => ({ value: () => unit, unit, ...sum });

/** What is no number does not count; a sum beyond 64 bits is a double. */
function addTo(total: unknown, value: unknown): unknown {
  if (toNumber(value) === undefined) return total;
  if (!canCalculate(value)) throw notHere('A sum of Decimal128');
  return add(total, value) ?? new Double(Number(toNumber(total)) + Number(toNumber(value)));
}

/** Of equal ones the first. */
function extreme(sign: number): Reducer {
  return reducer<unknown>(
    () => null,
    (best, value) => {
      if (value === undefined || value === null) return best;
      return best === null || sign * compareValues(value, best) > 0 ? value : best;
    },
  );
}
