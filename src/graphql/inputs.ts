import type { builder } from './builder.ts';

type InputFields = Parameters<NonNullable<Parameters<typeof builder.inputType>[1]['fields']>>[0];

/** The field of every write that a retry could otherwise double. */
export const idempotencyKeyField = (t: InputFields) =>
  t.string({
    description:
      'Chosen by the client: sent again with the same input, the write is not done again and has the same answer.',
  });
