import { Double } from 'bson';
import { type Arithmetic, add, canCalculate, multiply, subtract } from '../arithmetic.ts';
import { toNumber } from '../numbers.ts';
import { compareValues } from '../order.ts';
import type { CreateExpression, Expression } from './expression.ts';
import { createMingoExpression } from './mingo-expression.ts';

/** Arguments, all of them numbers → result. */
type Calculation = (values: readonly unknown[]) => unknown;

const pairwise =
  (calculate: Arithmetic): Calculation =>
  (values) =>
    values.reduce((total, value) => calculate(total, value) ?? lossy(calculate, total, value));

/** Beyond 64 bits it is a double. */
const lossy = (calculate: Arithmetic, a: unknown, b: unknown) => calculate(toDouble(a), toDouble(b));

const toDouble = (value: unknown) => new Double(Number(toNumber(value)));

// Of these an aggregation calculates millions; mingo, which knows all others, takes some twenty times as long.
const calculations: Readonly<Record<string, { readonly count?: number; readonly of: Calculation }>> = {
  $add: { of: pairwise(add) },
  $subtract: { count: 2, of: pairwise(subtract) },
  $multiply: { of: pairwise(multiply) },
  $divide: { count: 2, of: ([a, b]) => new Double(Number(toNumber(a)) / Number(toNumber(b))) },
  $floor: {
    count: 1,
    of: ([value]) => (value instanceof Double ? new Double(Math.floor(value.value)) : value),
  },
  $min: { of: (values) => values.reduce((a, b) => (compareValues(b, a) < 0 ? b : a)) },
  $max: { of: (values) => values.reduce((a, b) => (compareValues(b, a) > 0 ? b : a)) },
};

/** An operator that calculates: by itself with numbers, by mingo with all else; undefined for other operators. */
export function createCalculation(
  name: string,
  operand: unknown,
  create: CreateExpression,
): Expression | undefined {
  const calculation = Object.hasOwn(calculations, name) ? calculations[name] : undefined;
  if (!calculation) return undefined;
  const other = createMingoExpression(name, operand, create);
  const args = (Array.isArray(operand) ? operand : [operand]).map(create);
  if (args.length === 0 || args.length !== (calculation.count ?? args.length)) return other;
  return (document) => {
    const values = args.map((arg) => arg(document));
    const isEasy = values.every(canCalculate) && !(name === '$divide' && isZero(values[1]));
    return isEasy ? calculation.of(values) : other(document);
  };
}

const isZero = (value: unknown) => Number(toNumber(value)) === 0;
