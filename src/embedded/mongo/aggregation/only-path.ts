import { isObject } from '../values.ts';
import { nativeOperators } from './native-operators.ts';

/** The one path that an expression looks at; undefined when there are none or several, or nobody knows. */
export function onlyPathIn(expression: unknown): string | undefined {
  const paths = new Set(pathsIn(expression));
  const [path] = paths;
  return paths.size === 1 ? path : undefined;
}

const unknown = [undefined];

function pathsIn(expression: unknown): readonly (string | undefined)[] {
  if (typeof expression === 'string' && expression.startsWith('$$')) return unknown;
  if (typeof expression === 'string') return expression.startsWith('$') ? [expression.slice(1)] : [];
  if (Array.isArray(expression)) return expression.flatMap(pathsIn);
  if (!isObject(expression)) return [];
  return Object.entries(expression).flatMap(([key, operand]) => {
    if (key === '$literal') return [];
    // Of other operators some see what they do not name.
    return key.startsWith('$') && !Object.hasOwn(nativeOperators, key) ? unknown : pathsIn(operand);
  });
}
