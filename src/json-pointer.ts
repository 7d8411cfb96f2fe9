import { badUserInput } from './errors.ts';

/** The reference tokens of a JSON Pointer, unescaped; empty for the whole document. https://www.rfc-editor.org/rfc/rfc6901 */
export type JsonPointer = readonly string[];

const maxDepth = 100;

/** "/architecture/layers/0/units" → tokens. Fails with BAD_USER_INPUT at `argumentPath`. */
export function parseJsonPointer(text: string, argumentPath: readonly string[]): JsonPointer {
  if (text === '') return [];
  if (!text.startsWith('/')) {
    throw badUserInput(
      argumentPath,
      `"${text.slice(0, 80)}" is not a JSON Pointer: it must begin with "/", as in "/architecture/layers/0".`,
    );
  }
  if (/~(?![01])/.test(text)) {
    throw badUserInput(
      argumentPath,
      'In a JSON Pointer "~" is written "~0" and "/" inside a key is written "~1".',
    );
  }
  const tokens = text.slice(1).split('/');
  if (tokens.length > maxDepth)
    throw badUserInput(argumentPath, `A JSON Pointer can have at most ${maxDepth} levels.`);
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Tokens → "/architecture/layers/0/units". */
export const formatJsonPointer = (pointer: JsonPointer): string =>
  pointer.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** The value at the pointer, or undefined when the document has none there. */
export function valueAt(document: unknown, pointer: JsonPointer): unknown {
  let value = document;
  for (const token of pointer) {
    if (typeof value !== 'object' || value === null) return undefined;
    // Own keys only: "/constructor" must not reach into JavaScript. An array has no "-1" or "01".
    if (Array.isArray(value) ? !/^(0|[1-9]\d*)$/.test(token) : !Object.hasOwn(value, token)) return undefined;
    value = (value as Record<string, unknown>)[token];
  }
  return value;
}

/** The document cut down to the pointers; what a path skips in an array is null, so that positions stay true. */
export function partOf(document: unknown, pointers: readonly JsonPointer[]): unknown {
  if (pointers.some((pointer) => pointer.length === 0)) return document;
  if (typeof document !== 'object' || document === null) return undefined;
  const byToken = groupByFirst(pointers);
  if (Array.isArray(document)) {
    return document.map((item, n) => {
      const rest = byToken.get(String(n));
      return rest ? (partOf(item, tails(rest)) ?? null) : null;
    });
  }
  const part: [string, unknown][] = [];
  for (const [key, value] of Object.entries(document)) {
    const rest = byToken.get(key);
    const kept = rest && partOf(value, tails(rest));
    if (kept !== undefined) part.push([key, kept]);
  }
  return Object.fromEntries(part);
}

const tails = (pointers: readonly JsonPointer[]) => pointers.map((pointer) => pointer.slice(1));

function groupByFirst(pointers: readonly JsonPointer[]): Map<string, JsonPointer[]> {
  const groups = new Map<string, JsonPointer[]>();
  for (const pointer of pointers) {
    const token = pointer[0] ?? '';
    groups.set(token, [...(groups.get(token) ?? []), pointer]);
  }
  return groups;
}
