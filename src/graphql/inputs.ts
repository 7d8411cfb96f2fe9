import { builder } from './builder.ts';

type InputFields = Parameters<NonNullable<Parameters<typeof builder.inputType>[1]['fields']>>[0];

/** The field of every write that a retry could otherwise double. */
export const idempotencyKeyField = (t: InputFields) =>
  t.string({
    description:
      'Chosen by the client: sent again with the same input, the write is not done again and has the same answer.',
  });

/** A label to give. */
export const TagInput = builder.inputType('TagInput', {
  description: 'A label: a key with a value.',
  fields: (t) => ({
    key: t.string({ required: true, description: 'What it is about, 1 to 200 characters.' }),
    value: t.string({ required: true, description: 'What it says, at most 2,000 characters.' }),
  }),
});
