import type { InputIssue } from '../problems.ts';

const maxDepth = 100;
// A list of ten thousand wrong values need not be told ten thousand times.
const maxIssues = 20;
const least = -(2n ** 63n);
const greatest = 2n ** 63n - 1n;

/** What keeps a value from being a configuration document; nothing when it is one. Paths lead there from the document. */
export function checkDocument(document: unknown): readonly InputIssue[] {
  if (!isPlainObject(document))
    return [{ path: [], message: 'give an object: a document has keys at its root' }];
  const issues: InputIssue[] = [];
  check(document, [], issues);
  return issues;
}

function check(value: unknown, path: string[], issues: InputIssue[]): void {
  if (issues.length >= maxIssues) return;
  const fault = faultOf(value, path.length);
  if (fault !== undefined) issues.push({ path: [...path], message: fault });
  else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      path.push(key);
      if (isWellFormed(key)) check(member, path, issues);
      else issues.push({ path: [...path], message: 'its key holds half of a character' });
      path.pop();
    }
  }
}

function faultOf(value: unknown, depth: number): string | undefined {
  switch (typeof value) {
    case 'boolean':
    case 'number':
      return undefined;
    case 'string':
      return isWellFormed(value) ? undefined : 'holds half of a character';
    case 'bigint':
      return value < least || value > greatest ? 'is beyond 64 bits; write it as text' : undefined;
    case 'object':
      if (value === null) return undefined;
      if (!Array.isArray(value) && !isPlainObject(value)) return 'is no JSON value';
      return depth >= maxDepth ? `is deeper than ${maxDepth} levels` : undefined;
    default:
      return 'is no JSON value';
  }
}

/** Whether text has no half of a surrogate pair, which UTF-8 cannot hold. */
export const isWellFormed = (text: string) => !/\p{Cs}/u.test(text);

/** An object as JSON has it: no array, no date, nothing with a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
