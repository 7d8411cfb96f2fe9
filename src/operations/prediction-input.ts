import { z } from 'zod';
import { ttlSecondsRange } from '../serving/ttl.ts';
import type { RouteRef } from '../stores/postgres/serving-routes.ts';
import { versionRef } from './find-version.ts';
import { keyName, modelName, oneOf, text } from './inputs.ts';
import { elementOf, maxElements, tensorInput } from './tensor-input.ts';

const { least, most } = ttlSecondsRange;
const ttlRemedy = `give whole seconds from ${least} to ${most}, which is a week`;

const features = z
  .array(z.unknown())
  .min(1, 'give at least one feature')
  .max(maxElements, `give at most ${maxElements} features`)
  .transform((values, { addIssue }) =>
    values.map((value, n) => {
      const number = elementOf('FP64', value);
      if (number === undefined) addIssue({ code: 'custom', message: 'give a number', path: [n] });
      return Number(number);
    }),
  );

const tensors = z
  .array(tensorInput)
  .min(1, 'give at least one tensor')
  .max(100, 'give at most 100 tensors')
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'each name can be there once')
  .refine(
    (all) => all.reduce((sum, { data }) => sum + data.length, 0) <= maxElements,
    `can have at most ${maxElements} elements in all`,
  );

const entity = z.object({
  view: keyName,
  entity: text(500),
  names: z
    .array(text(200))
    .min(1, 'give the names of the features, in the order in which the model takes them')
    .max(200, 'give at most 200 names'),
  allowExpired: z.boolean().nullish(),
});

const inputs = z
  .object({ features: features.nullish(), tensors: tensors.nullish(), entity: entity.nullish() })
  .refine(
    (given) => Object.values(given).filter((one) => one != null).length === 1,
    'give one of features, tensors, or entity',
  );

/** For whom a prediction is. */
export const subject = text(200).refine((value) => !/\p{Cc}/u.test(value), 'cannot hold control characters');

/** What the operations of predictions take. */
export const predictionInput = z.object({
  modelName,
  ref: versionRef.nullish().transform(toRouteRef),
  subject: subject.nullish(),
  inputs,
  cache: oneOf(['DEFAULT', 'BYPASS', 'REFRESH']).default('DEFAULT'),
  ttlSeconds: z.int(ttlRemedy).min(least, ttlRemedy).max(most, ttlRemedy).nullish(),
});

export type PredictionInputGiven = z.input<typeof predictionInput>;
export type PredictionInput = z.output<typeof predictionInput>;

function toRouteRef(ref: z.output<typeof versionRef> | null | undefined): RouteRef {
  if (ref?.number != null) return { kind: 'NUMBER', number: ref.number };
  if (ref?.alias != null) return { kind: 'ALIAS', alias: ref.alias };
  return ref?.latest ? { kind: 'LATEST' } : { kind: 'TRAFFIC' };
}
