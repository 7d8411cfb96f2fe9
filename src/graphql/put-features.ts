import { type PutFeaturesSuccess, putFeatures } from '../operations/put-features.ts';
import { builder } from './builder.ts';
import { resultUnion, runOperation } from './mutation.ts';
import { fromRedis, redisSource } from './provenance.ts';

const FeatureRowInput = builder.inputType('FeatureRowInput', {
  description: 'What was true of an entity at a moment.',
  fields: (t) => ({
    entity: t.string({ required: true, description: 'The entity: any text of 1 to 500 characters.' }),
    eventTimestamp: t.field({
      type: 'DateTime',
      required: true,
      description: 'When it was true, to the microsecond; not before 1970, at most a day ahead.',
    }),
    values: t.field({
      type: 'JSON',
      required: true,
      description:
        'An object: features by name, 1 to 200 a row. A value is any JSON, a list of numbers for an embedding, and null is a value too; NaN, infinities and integers beyond 2^53 are given as text.',
    }),
  }),
});

const PutFeaturesInput = builder.inputType('PutFeaturesInput', {
  description: 'Rows of a feature view.',
  fields: (t) => ({
    view: t.string({ required: true, description: 'The feature view, made when there is none.' }),
    ttlSeconds: t.int({
      required: true,
      description:
        'For how long after its event a value is fresh. For each entity the row of the newest event decides.',
    }),
    rows: t.field({
      type: [FeatureRowInput],
      required: true,
      description: 'The rows, 1 to 10,000, with at most 100,000 values in all.',
    }),
  }),
});

const PutFeaturesSuccessType = builder.objectRef<PutFeaturesSuccess>('PutFeaturesSuccess').implement({
  description: 'What became of the values.',
  extensions: redisSource,
  fields: (t) => ({
    written: t.exposeInt('written', { nullable: false, description: 'How many values were written.' }),
    skippedAsOlder: t.exposeInt('skippedAsOlder', {
      nullable: false,
      description: 'How many were not, because a value of a newer event is there.',
    }),
  }),
});

builder.mutationField('putFeatures', (t) =>
  t.field({
    type: resultUnion(PutFeaturesSuccessType, []),
    description:
      'Writes features of many entities. An older event never overwrites a newer one; of equal events the last one written stays. A fault in any row refuses the whole call. Rows are independent of each other: should Redis fail midway, some are written; send all again, which is harmless.',
    extensions: fromRedis,
    args: { input: t.arg({ type: PutFeaturesInput, required: true, description: 'The rows.' }) },
    resolve: (_, { input }, context) => runOperation(putFeatures, context, input),
  }),
);
