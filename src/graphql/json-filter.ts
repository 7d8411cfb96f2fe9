import { badUserInput } from '../errors.ts';
import { type JsonPointer, parseJsonPointer } from '../json-pointer.ts';
import type { ConfigCondition } from '../stores/mongo/config-filter.ts';
import { builder } from './builder.ts';
import {
  checkFloatFilter,
  checkStringFilter,
  checkText,
  FloatFilterInput,
  StringFilterInput,
} from './filters.ts';

export const JsonFilterInput = builder.inputType('JsonFilter', {
  description:
    'Conditions on what a document holds at a path; all that are given must hold, and one must be. Texts are only compared with texts, numbers with numbers. Where an array stands at the path or on the way, any of its members will do, and for each operator another may; a number in the path is a position in it.',
  fields: (t) => ({
    path: t.string({
      required: true,
      description: 'A JSON Pointer into the document, such as "/architecture/layers/0/units".',
    }),
    exists: t.boolean({
      description: 'Whether anything is there, be it null; for false, any without a document will do too.',
    }),
    string: t.field({ type: StringFilterInput, description: 'There is such a text.' }),
    number: t.field({ type: FloatFilterInput, description: 'There is such a number.' }),
    bool: t.boolean({ description: 'There is this truth value.' }),
  }),
});

/** The condition, checked. Fails with BAD_USER_INPUT under `argumentPath`. */
export function checkJsonFilter(
  { path, exists, string, number, bool }: typeof JsonFilterInput.$inferInput,
  argumentPath: readonly string[],
): ConfigCondition {
  const pointer = parseInnerPointer(path, [...argumentPath, 'path']);
  if (string) checkStringFilter(string, [...argumentPath, 'string']);
  if (number) checkFloatFilter(number, [...argumentPath, 'number']);
  if (exists == null && string == null && number == null && bool == null)
    throw badUserInput(argumentPath, 'Give at least one of exists, string, number or bool.');
  return { pointer, exists, string, number, bool };
}

/** A pointer to something in a document, not to all of it. */
export function parseInnerPointer(path: string, argumentPath: readonly string[]): JsonPointer {
  checkText(path, argumentPath);
  const pointer = parseJsonPointer(path, argumentPath);
  if (pointer.length === 0)
    throw badUserInput(argumentPath, 'Give a path into the document, such as "/metrics/accuracy".');
  return pointer;
}
