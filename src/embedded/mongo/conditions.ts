import { BSONRegExp, MaxKey, MinKey } from 'bson';
import { arrayOperators } from './array-conditions.ts';
import type { Condition, Makers, Operator } from './condition.ts';
import { MongoError, notHere } from './errors.ts';
import { compareDoubles, isPlainNumber, toNumber } from './numbers.ts';
import { areComparable, compareValues, equalValues } from './order.ts';
import { matchesPattern, regexCondition } from './regex.ts';
import { hasType } from './type-condition.ts';
import { isObject, isTrue } from './values.ts';

const comparison =
  (operator: string, holds: (order: number) => boolean): Operator =>
  (operand) => {
    if (operand instanceof BSONRegExp)
      throw new MongoError('BadValue', `Can't have RegEx as arg to predicate over field ('${operator}').`);
    if (operand instanceof MinKey || operand instanceof MaxKey)
      throw notHere(`${operator} with MinKey or MaxKey`);
    const wantsNaN = Number.isNaN(toNumber(operand));
    return (place) =>
      place(true).some((value) => {
        if (isPlainNumber(operand) && isPlainNumber(value))
          return wantsNaN === Number.isNaN(value.value) && holds(compareDoubles(value.value, operand.value));
        if (!areComparable(value, operand)) return false;
        // NaN is neither less nor greater than a number, whatever the order in which they are sorted.
        if (wantsNaN !== Number.isNaN(toNumber(value))) return false;
        return holds(compareValues(value, operand));
      });
  };

const not =
  (holds: Condition): Condition =>
  (place) =>
    !holds(place);

const equal: Operator = (operand) => (place) => place(true).some((value) => equalValues(value, operand));

const operators: Readonly<Record<string, Operator>> = {
  $eq: equal,
  $ne: (operand, ...rest) => {
    if (operand instanceof BSONRegExp) throw new MongoError('BadValue', "Can't have regex as arg to $ne.");
    return not(equal(operand, ...rest));
  },
  $gt: comparison('$gt', (order) => order > 0),
  $gte: comparison('$gte', (order) => order >= 0),
  $lt: comparison('$lt', (order) => order < 0),
  $lte: comparison('$lte', (order) => order <= 0),
  $in: (operand) => isOneOf(operand, '$in'),
  $nin: (operand) => not(isOneOf(operand, '$nin')),
  $exists: (operand) => {
    const wanted =
      isTrue(operand) || !(operand === null || operand === false || toNumber(operand) !== undefined);
    return (place) => place(false).some((value) => value !== undefined) === wanted;
  },
  $not: (operand, _, make) => {
    if (operand instanceof BSONRegExp) return not(matchesAny(operand));
    if (!isObject(operand) || !Object.keys(operand)[0]?.startsWith('$'))
      throw new MongoError('BadValue', '$not needs a regex or a document');
    return not(make.condition(operand));
  },
  $regex: (operand, { $options }) => regexCondition(operand, $options),
  $options: (_, all) => {
    if ('$regex' in all) return () => true;
    throw new MongoError('BadValue', '$options needs a $regex');
  },
  $type: hasType,
  ...arrayOperators,
};
const knownElsewhere = new Set([
  ...[
    '$near',
    '$nearSphere',
    '$geoWithin',
    '$geoIntersects',
    '$within',
    '$geoNear',
    '$maxDistance',
    '$minDistance',
  ],
  ...['$bitsAllClear', '$bitsAllSet', '$bitsAnyClear', '$bitsAnySet', '$jsonSchema', '$expr'],
]);

/** A field's value in a filter → condition. */
export function createCondition(condition: unknown, make: Makers): Condition {
  if (condition instanceof BSONRegExp) return matchesAny(condition);
  // Only its first key makes an object a set of operators; else it is a value.
  if (!isObject(condition) || !Object.keys(condition)[0]?.startsWith('$')) return equal(condition, {}, make);
  const all = Object.entries(condition).map(([name, operand]) => {
    const create = Object.hasOwn(operators, name) ? operators[name] : undefined;
    if (create) return create(operand, condition, make);
    throw knownElsewhere.has(name)
      ? notHere(`The operator ${name}`)
      : new MongoError('BadValue', `unknown operator: ${name}`);
  });
  return (place) => all.every((holds) => holds(place));
}

/** A regular expression matches strings, and itself. */
const matchesAny = (pattern: BSONRegExp): Condition => {
  const matches = matchesPattern(pattern);
  return (place) => place(true).some(matches);
};

function isOneOf(operand: unknown, operator: string): Condition {
  if (!Array.isArray(operand)) throw new MongoError('BadValue', `${operator} needs an array`);
  // Texts are looked up: a list of thousands of names, for thousands of documents, would take seconds.
  const texts = new Set(operand.filter((item) => typeof item === 'string'));
  const tests = operand.flatMap((item): ((value: unknown) => boolean)[] => {
    if (isObject(item) && Object.keys(item)[0]?.startsWith('$'))
      throw new MongoError('BadValue', 'cannot nest $ under $in');
    if (typeof item === 'string') return [];
    return [item instanceof BSONRegExp ? matchesPattern(item) : (value) => equalValues(value, item)];
  });
  const isListed = (value: unknown) =>
    (typeof value === 'string' && texts.has(value)) || tests.some((holds) => holds(value));
  return (place) => place(true).some(isListed);
}
