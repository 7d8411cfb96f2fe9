import { BSONRegExp } from 'bson';
import type { Condition } from './condition.ts';
import { MongoError, notHere } from './errors.ts';
import { equalValues } from './order.ts';

/** `$regex` with its `$options` → condition. */
export function regexCondition(operand: unknown, options: unknown): Condition {
  if (options !== undefined && typeof options !== 'string')
    throw new MongoError('BadValue', '$options has to be a string');
  if (operand instanceof BSONRegExp) {
    if (options !== undefined && operand.options !== '')
      throw new MongoError('RegexOptionsTwice', 'options set in both $regex and $options');
    return anyMatches(matchesPattern(new BSONRegExp(operand.pattern, options ?? operand.options)));
  }
  if (typeof operand !== 'string') throw new MongoError('BadValue', '$regex has to be a string');
  checkFlags(options ?? '');
  return anyMatches(matchesPattern(new BSONRegExp(operand, options ?? '')));
}

const anyMatches =
  (matches: (value: unknown) => boolean): Condition =>
  (place) =>
    place(true).some(matches);

/** A pattern matches strings, and itself. */
export function matchesPattern(pattern: BSONRegExp): (value: unknown) => boolean {
  const regExp = toRegExp(pattern);
  return (value) => (typeof value === 'string' ? regExp.test(value) : equalValues(value, pattern));
}

/** BSON's regular expression → JavaScript's. Fails for what only one of them knows. */
export function toRegExp({ pattern, options }: BSONRegExp): RegExp {
  checkFlags(options);
  if (options.includes('x')) throw notHere('The option x of a regular expression');
  const flags = options.replace('u', '');
  try {
    // u is what MongoDB always does, yet it makes JavaScript stricter with escapes.
    return new RegExp(pattern, `${flags}u`);
  } catch {
    return looseRegExp(pattern, flags);
  }
}

function looseRegExp(pattern: string, flags: string): RegExp {
  // JavaScript would take these for letters.
  if (/\\[AzZGQE]|\(\?[a-z]|\[\[:|[*+?}]\+/.test(pattern)) throw notHere(`The regular expression ${pattern}`);
  try {
    return new RegExp(pattern, flags);
  } catch (error) {
    throw new MongoError(
      'RegexInvalid',
      `Regular expression is invalid: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function checkFlags(options: string): void {
  const strange = /[^imsxu]/.exec(options)?.[0];
  if (strange !== undefined) throw new MongoError('RegexFlag', `invalid flag in regex options: ${strange}`);
}
