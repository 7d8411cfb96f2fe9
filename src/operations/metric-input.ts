import { z } from 'zod';
import { int64, oneOf, text } from './inputs.ts';

const nonFinite = { NAN: 'NaN', POSITIVE_INFINITY: 'Infinity', NEGATIVE_INFINITY: '-Infinity' } as const;

/** A measured number: either finite, or named by what it is instead. As it is written: a double as text. */
export const metric = z
  .object({
    key: text(200),
    value: z.number('give a finite number, or nonFinite').nullish(),
    nonFinite: oneOf(['NAN', 'POSITIVE_INFINITY', 'NEGATIVE_INFINITY']).nullish(),
    step: int64.nullish(),
  })
  .refine(({ value, nonFinite }) => (value == null) !== (nonFinite == null), 'give either value or nonFinite')
  .transform(({ key, value, nonFinite: name, step = null }) => ({
    key,
    value: name != null ? nonFinite[name] : Object.is(value, -0) ? '-0' : String(value),
    step,
  }));
