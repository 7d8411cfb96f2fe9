import { BSONRegExp, type Document } from 'bson';
import type { Condition, Operator, Place } from './condition.ts';
import { MongoError } from './errors.ts';
import { toNumber } from './numbers.ts';
import { isObject } from './values.ts';

/** The conditions about arrays, and $mod. https://www.mongodb.com/docs/manual/reference/mql/query-predicates/arrays/ */
export const arrayOperators: Readonly<Record<string, Operator>> = {
  $all: (operand, _, make) => {
    if (!Array.isArray(operand)) throw new MongoError('BadValue', '$all needs an array');
    const all = operand.map((item): Condition => {
      const first = isObject(item) ? Object.keys(item)[0] : undefined;
      if (first?.startsWith('$') && first !== '$elemMatch')
        throw new MongoError('BadValue', 'no $ expressions in $all');
      return make.condition(item instanceof BSONRegExp || first === '$elemMatch' ? item : { $eq: item });
    });
    return (place) => all.length > 0 && all.every((holds) => holds(place));
  },
  $elemMatch: (operand, _, make) => {
    if (!isObject(operand)) throw new MongoError('BadValue', '$elemMatch needs an Object');
    const holds = isOperators(operand) ? ofValue(make.condition(operand)) : ofObject(make.matcher(operand));
    return (place) => place(false).some((value) => Array.isArray(value) && value.some(holds));
  },
  $size: (operand) => {
    const size = toNumber(operand);
    if (!Number.isInteger(size))
      throw new MongoError('BadValue', 'Failed to parse $size. Expected an integer');
    if (Number(size) < 0)
      throw new MongoError('BadValue', 'Failed to parse $size. Expected a non-negative number');
    return (place) => place(false).some((value) => Array.isArray(value) && value.length === size);
  },
  $mod: (operand) => {
    if (!Array.isArray(operand)) throw new MongoError('BadValue', 'malformed mod, needs to be an array');
    if (operand.length !== 2)
      throw new MongoError(
        'BadValue',
        `malformed mod, ${operand.length < 2 ? 'not enough' : 'too many'} elements`,
      );
    const [divisor, remainder] = operand.map(toWhole);
    if (divisor === undefined || remainder === undefined)
      throw new MongoError('BadValue', 'malformed mod, divisor and remainder must be numbers');
    if (divisor === 0n) throw new MongoError('BadValue', 'divisor cannot be 0');
    return (place) =>
      place(true).some((value) => {
        const whole = toWhole(value);
        return whole !== undefined && whole % divisor === remainder;
      });
  },
};

// A filter may begin with one of these too; then it is about members that are documents.
const isOperators = (operand: Document) => /^\$(?!(?:and|or|nor)$)/.test(Object.keys(operand)[0] ?? '');

const ofValue = (holds: Condition) => (item: unknown) => {
  const place: Place = () => [item];
  return holds(place);
};

const ofObject = (matches: (document: Document) => boolean) => (item: unknown) =>
  (isObject(item) || Array.isArray(item)) && matches(item);

/** A number cut to its whole part, as $mod sees it. */
function toWhole(value: unknown): bigint | undefined {
  const number = toNumber(value);
  if (typeof number === 'bigint') return number;
  return number === undefined || !Number.isFinite(number) ? undefined : BigInt(Math.trunc(number));
}
