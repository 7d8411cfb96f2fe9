import { z } from 'zod';

const mostValues = 200;
const mostNameCharacters = 200;
const mostJsonCharacters = 262_144;
const deepest = 100;

/** An object of feature values → pairs of name and JSON text. Faults are issues at their paths. */
export const featureValues = z
  .unknown()
  .optional()
  .transform((values, { addIssue }) => {
    const issue = (message: string, ...path: string[]) => void addIssue({ code: 'custom', message, path });
    if (!isPlainObject(values)) {
      issue('give an object: the features’ values by name');
      return z.NEVER;
    }
    const entries = Object.entries(values);
    if (entries.length === 0) issue('give at least one value');
    if (entries.length > mostValues) issue(`give at most ${mostValues} values a row`);
    return entries.map(([name, value]): readonly [string, string] => {
      if (name === '' || name.length > mostNameCharacters || /\p{Cs}/u.test(name))
        issue(`a feature’s name has 1 to ${mostNameCharacters} characters, none of them half`, name);
      try {
        const json = toJson(value, 0);
        if (json.length > mostJsonCharacters)
          issue(`can have at most ${mostJsonCharacters} characters as JSON`, name);
        return [name, json];
      } catch (error) {
        if (!(error instanceof NoJson)) throw error;
        issue(error.message, name);
        return [name, 'null'];
      }
    });
  });

class NoJson extends Error {}

/** As JSON.stringify, but -0 stays what it is, and NaN and infinities become text instead of null. */
function toJson(value: unknown, depth: number): string {
  if (depth > deepest) throw new NoJson(`can be at most ${deepest} levels deep`);
  if (typeof value === 'number') {
    if (Object.is(value, -0)) return '-0';
    return Number.isFinite(value) ? String(value) : `"${value}"`;
  }
  if (typeof value === 'bigint') return `"${value}"`;
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((element) => toJson(element, depth + 1)).join(',')}]`;
  if (!isPlainObject(value)) throw new NoJson('give JSON: text, number, true, false, null, list or object');
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}:${toJson(member, depth + 1)}`,
  );
  return `{${members.join(',')}}`;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
