import { badUserInput } from '../errors.ts';
import type { StringFilter } from '../stores/postgres/filter.ts';
import { builder } from './builder.ts';

export const StringFilterInput = builder.inputType('StringFilter', {
  description: 'Conditions on a text; all that are given must hold. Case matters.',
  fields: (t) => ({
    eq: t.string({ description: 'It is this text.' }),
    in: t.stringList({ description: 'It is one of these texts, at most 100.' }),
    startsWith: t.string({ description: 'It begins with this text.' }),
    contains: t.string({ description: 'This text is somewhere in it.' }),
  }),
});

export const TagFilterInput = builder.inputType('TagFilter', {
  description: 'A condition on a tag.',
  fields: (t) => ({
    key: t.string({ required: true, description: 'The tag must be there.' }),
    value: t.field({ type: StringFilterInput, description: 'What its value must be; any, when left out.' }),
  }),
});

export const DateTimeFilterInput = builder.inputType('DateTimeFilter', {
  description: 'Conditions on a moment; all that are given must hold.',
  fields: (t) => ({
    gte: t.field({ type: 'DateTime', description: 'At this moment or later.' }),
    lt: t.field({ type: 'DateTime', description: 'Before this moment.' }),
  }),
});

const maxListed = 100;

/** The filter, checked. Fails with BAD_USER_INPUT under `argumentPath`. */
export function checkStringFilter<Filter extends StringFilter | null | undefined>(
  filter: Filter,
  argumentPath: readonly string[],
): Filter {
  for (const [operator, operand] of Object.entries(filter ?? {})) {
    const texts: unknown[] = Array.isArray(operand) ? operand : [operand];
    const path = [...argumentPath, operator];
    if (texts.length > maxListed)
      throw badUserInput(path, `A list in a filter can have at most ${maxListed} texts.`);
    for (const text of texts) checkText(text, path);
  }
  return filter;
}

/** Fails with BAD_USER_INPUT for a NUL character, which PostgreSQL cannot hold, and a text over 1,000 characters. */
export function checkText(text: unknown, argumentPath: readonly string[]): void {
  if (typeof text !== 'string') return;
  if (text.includes('\0')) throw badUserInput(argumentPath, 'A text cannot hold a NUL character.');
  if (text.length > 1_000)
    throw badUserInput(argumentPath, 'A text in a query can have at most 1,000 characters.');
}
