import { badUserInput } from '../errors.ts';
import type { DateTimeFilter, FloatFilter, StringFilter } from '../value-filter.ts';
import { builder } from './builder.ts';

export const StringFilterInput = builder.inputType('StringFilter', {
  description: 'Conditions on a text; all that are given must hold, and one must be. Case matters.',
  fields: (t) => ({
    eq: t.string({ description: 'It is this text.' }),
    in: t.stringList({ description: 'It is one of these texts, 1 to 100.' }),
    startsWith: t.string({ description: 'It begins with this text.' }),
    contains: t.string({ description: 'This text is somewhere in it.' }),
  }),
});

export const FloatFilterInput = builder.inputType('FloatFilter', {
  description: 'Conditions on a number; all that are given must hold, and one must be. NaN meets none.',
  fields: (t) => ({
    eq: t.float({ description: 'It is this number.' }),
    gt: t.float({ description: 'It is greater.' }),
    gte: t.float({ description: 'It is this number or greater.' }),
    lt: t.float({ description: 'It is less.' }),
    lte: t.float({ description: 'It is this number or less.' }),
  }),
});

export const DateTimeFilterInput = builder.inputType('DateTimeFilter', {
  description: 'Conditions on a moment; all that are given must hold, and one must be.',
  fields: (t) => ({
    gte: t.field({ type: 'DateTime', description: 'At this moment or later.' }),
    lt: t.field({ type: 'DateTime', description: 'Before this moment.' }),
  }),
});

export const TagFilterInput = builder.inputType('TagFilter', {
  description: 'A condition on a tag.',
  fields: (t) => ({
    key: t.string({ required: true, description: 'The tag must be there.' }),
    value: t.field({ type: StringFilterInput, description: 'What its value must be; any, when left out.' }),
  }),
});

export const MetricFilterInput = builder.inputType('MetricFilter', {
  description: 'A condition on a metric.',
  fields: (t) => ({
    key: t.string({ required: true, description: 'The metric, such as accuracy; it must be there.' }),
    is: t.field({ type: FloatFilterInput, required: true, description: 'What its value must be.' }),
  }),
});

const maxListed = 100;

/** The filter, checked. Fails with BAD_USER_INPUT under `argumentPath`. */
export function checkStringFilter<Filter extends StringFilter | null | undefined>(
  filter: Filter,
  argumentPath: readonly string[],
): Filter {
  if (filter) checkNotEmpty(filter, argumentPath, 'eq, in, startsWith or contains');
  for (const [operator, operand] of Object.entries(filter ?? {})) {
    const texts: unknown[] = Array.isArray(operand) ? operand : [operand];
    const path = [...argumentPath, operator];
    if (texts.length === 0) throw badUserInput(path, 'Give at least one text, or leave the list out.');
    if (texts.length > maxListed)
      throw badUserInput(path, `A list in a filter can have at most ${maxListed} texts.`);
    for (const text of texts) checkText(text, path);
  }
  return filter;
}

/** The same for numbers, which GraphQL keeps finite. */
export function checkFloatFilter(filter: FloatFilter, argumentPath: readonly string[]): void {
  checkNotEmpty(filter, argumentPath, 'eq, gt, gte, lt or lte');
}

export function checkDateTimeFilter(filter: DateTimeFilter, argumentPath: readonly string[]): void {
  checkNotEmpty(filter, argumentPath, 'gte or lt');
}

/** The same for tags, whose lists have the bounds of their filter. */
export function checkTagFilters(
  tags:
    | readonly { readonly key: string; readonly value?: StringFilter | null | undefined }[]
    | null
    | undefined,
  argumentPath: readonly string[],
): void {
  tags?.forEach(({ key, value }, n) => {
    checkText(key, [...argumentPath, String(n), 'key']);
    checkStringFilter(value, [...argumentPath, String(n), 'value']);
  });
}

/** A filter without an operator would let everything through, which nobody means who wrote it. */
function checkNotEmpty(filter: object, argumentPath: readonly string[], operators: string): void {
  if (Object.values(filter).some((operand) => operand != null)) return;
  throw badUserInput(argumentPath, `Give at least one of ${operators}, or leave the filter out.`);
}

/** Fails with BAD_USER_INPUT for a NUL character, which PostgreSQL cannot hold, and a text over 1,000 characters. */
export function checkText(text: unknown, argumentPath: readonly string[]): void {
  if (typeof text !== 'string') return;
  if (text.includes('\0')) throw badUserInput(argumentPath, 'A text cannot hold a NUL character.');
  if (text.length > 1_000)
    throw badUserInput(argumentPath, 'A text in a query can have at most 1,000 characters.');
}
