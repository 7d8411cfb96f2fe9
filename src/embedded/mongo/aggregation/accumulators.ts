import { Double, Int32 } from 'bson';
import { add, canCalculate, multiply } from '../arithmetic.ts';
import { MongoError, notHere } from '../errors.ts';
import { toNumber } from '../numbers.ts';
import { compareValues, type Identity, identityOf } from '../order.ts';
import { isObject } from '../values.ts';
import { createExpression } from './create-expression.ts';
import type { Expression } from './expression.ts';

/** How the values of one group's documents, undefined where missing, become the group's result: one after another. */
interface Reducer {
  readonly start: () => unknown;
  /** The same value so many times. */
  readonly add: (soFar: unknown, value: unknown, count: number) => unknown;
  readonly end: (soFar: unknown) => unknown;
}

const reducer = <T>(
  start: () => T,
  add: (soFar: T, value: unknown, count: number) => T,
  end: (soFar: T) => unknown = (soFar) => soFar,
) => ({ start, add, end }) as Reducer;

const sum = reducer<unknown>(() => new Int32(0), addTo);

const reducers: Readonly<Record<string, Reducer>> = {
  $sum: sum,
  $avg: reducer<{ readonly total: unknown; readonly count: number }>(
    () => ({ total: new Int32(0), count: 0 }),
    (soFar, value, count) =>
      toNumber(value) === undefined
        ? soFar
        : { total: addTo(soFar.total, value, count), count: soFar.count + count },
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
    (values, value, count) => {
      if (value !== undefined) for (let n = 0; n < count; n += 1) values.push(value);
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
    return { value: () => new Int32(1), ...sum };
  }
  const found = Object.hasOwn(reducers, name) ? reducers[name] : undefined;
  if (found) return { value: createExpression(operand), ...found };
  throw knownElsewhere.has(name)
    ? notHere(`The accumulator ${name}`)
    : new MongoError('GroupOperator', `unknown group operator '${name}'`);
}

/** What is no number does not count; a sum beyond 64 bits is a double. */
function addTo(total: unknown, value: unknown, count: number): unknown {
  // Most often: such are summed up by the million.
  if (total instanceof Double && value instanceof Double)
    return new Double(total.value + value.value * count);
  if (total instanceof Int32 && value instanceof Int32) {
    const sum = total.value + value.value * count;
    if (sum === (sum | 0)) return new Int32(sum);
  }
  if (toNumber(value) === undefined) return total;
  if (!canCalculate(value)) throw notHere('A sum of Decimal128');
  const all =
    count === 1 ? value : (multiply(value, new Int32(count)) ?? new Double(Number(toNumber(value)) * count));
  return add(total, all) ?? new Double(Number(toNumber(total)) + Number(toNumber(all)));
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
