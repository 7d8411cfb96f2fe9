import type { Document } from 'bson';
import { isObject, isTrue } from '../values.ts';
import { createExpression } from './create-expression.ts';

/** The field that is all that is left of a document, and the expression for it. */
export interface Sole {
  readonly field: string;
  readonly value: unknown;
}

/** The stages that a pipeline begins with, as far as each leaves one field: `{$project: {_id: 0, v: '$a.b'}}`. */
export function soleFields(stages: readonly Document[]): Sole[] {
  const soles: Sole[] = [];
  for (const stage of stages) {
    const sole = soleField(stage.$project);
    if (!sole) break;
    soles.push(sole);
  }
  return soles;
}

function soleField(project: unknown): Sole | undefined {
  if (!isObject(project)) return undefined;
  const { _id: withId, ...fields } = project;
  const [[field, value] = ['', undefined], ...others] = Object.entries(fields);
  const isSole = others.length === 0 && withId !== undefined && !isTrue(withId) && !field.includes('.');
  const isExpression = (typeof value === 'string' && value.startsWith('$')) || isOperator(value);
  return isSole && isExpression ? { field, value } : undefined;
}

const isOperator = (value: unknown) => isObject(value) && Object.keys(value)[0]?.startsWith('$') === true;

/** What is left of a document after all of them, undefined where nothing is. */
export function valueAfter(soles: readonly Sole[]): (document: Document) => unknown {
  const steps = soles.map(({ field, value }) => ({ field, value: createExpression(value) }));
  return (document) => {
    let [left, result]: [Document, unknown] = [document, undefined];
    for (const { field, value } of steps) {
      result = value(left);
      left = result === undefined ? {} : { [field]: result };
    }
    return result;
  };
}
