import type { Document } from 'bson';
import { MongoError } from '../errors.ts';
import { define } from '../paths.ts';
import { isObject } from '../values.ts';
import type { Expression } from './expression.ts';
import { createMingoExpression } from './mingo-expression.ts';
import { nativeOperators } from './native-operators.ts';

/** Expression of a pipeline → function. Fails with InvalidPipelineOperator for operators that are not known. */
export function createExpression(expression: unknown): Expression {
  if (typeof expression === 'string' && expression.startsWith('$')) return createReference(expression);
  if (Array.isArray(expression)) {
    const items = expression.map(createExpression);
    return (document) => items.map((item) => item(document) ?? null);
  }
  if (!isObject(expression)) return () => expression;
  const [name, ...more] = Object.keys(expression);
  if (!name?.startsWith('$')) return createObject(expression);
  if (more.length > 0) {
    throw new MongoError(
      'ExpressionWithManyFields',
      'an expression specification must contain exactly one field, the name of the expression',
    );
  }
  const operand: unknown = expression[name];
  if (name === '$literal') return () => operand;
  const native = Object.hasOwn(nativeOperators, name) ? nativeOperators[name] : undefined;
  return native ? native(operand, createExpression) : createMingoExpression(name, operand, createExpression);
}

function createObject(expression: Document): Expression {
  const members = Object.entries(expression).map(([key, member]) => [key, createExpression(member)] as const);
  return (document) => {
    const made: Document = {};
    for (const [key, member] of members) {
      const value = member(document);
      if (value !== undefined) define(made, key, value);
    }
    return made;
  };
}

function createReference(reference: string): Expression {
  if (!reference.startsWith('$$')) return createFieldPath(reference.slice(1).split('.'));
  const [name = '', ...path] = reference.slice(2).split('.');
  const now = new Date();
  if (name === 'ROOT' || name === 'CURRENT') return createFieldPath(path);
  if (name === 'NOW') return () => now;
  if (name === 'REMOVE') return () => undefined;
  throw new MongoError('UndefinedVariable', `Use of undefined variable: ${name}`);
}

function createFieldPath(path: readonly string[]): Expression {
  if (path.includes(''))
    throw new MongoError('EmptyFieldName', 'FieldPath field names may not be empty strings.');
  const [key] = path;
  if (path.length === 1 && key !== undefined)
    return (document) => (Object.hasOwn(document, key) ? document[key] : undefined);
  return (document) => fieldAt(document, path, 0);
}

/** Unlike in a filter, arrays are gone through by member only, and only members that have the field count. */
function fieldAt(container: unknown, path: readonly string[], from: number): unknown {
  let value = container;
  for (let depth = from; depth < path.length; depth += 1) {
    const key = path[depth] as string;
    if (Array.isArray(value))
      return value
        .filter(isObject)
        .map((item) => fieldAt(item, path, depth))
        .filter((found) => found !== undefined);
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}
