import { putModelConfig } from '../operations/put-model-config.ts';
import { builder } from './builder.ts';
import { idempotencyKeyField } from './inputs.ts';
import { runOperation } from './mutation.ts';
import { fromPostgresAndMongo } from './provenance.ts';
import { PutModelConfigResult, shownPaths } from './put-model-config-result.ts';

const PutModelConfigInput = builder.inputType('PutModelConfigInput', {
  description: 'A configuration to put in place of the model’s head configuration.',
  fields: (t) => ({
    idempotencyKey: idempotencyKeyField(t),
    modelName: t.string({ required: true, description: 'The model; registered when there is none yet.' }),
    framework: t.string({
      description: 'The library it is written for; left out, it stays as it is, and null removes it.',
    }),
    document: t.field({
      type: 'JSON',
      required: true,
      description:
        'An object with any keys and values, at most 100 levels deep and 16 MiB large, less 64 KiB, as BSON.',
    }),
    expectedRevision: t.int({
      description: 'Only over this revision (0: only when there is none); left out, over whatever is there.',
    }),
  }),
});

builder.mutationField('putModelConfig', (t) =>
  t.field({
    type: PutModelConfigResult,
    description:
      'Puts a document in place of the model’s head configuration: at once, and only over the revision that was expected. An unknown model is registered first; when MongoDB then fails, it stands without a configuration, and the write may be sent again.',
    extensions: fromPostgresAndMongo,
    args: { input: t.arg({ type: PutModelConfigInput, required: true, description: 'The configuration.' }) },
    resolve: (_, { input }, context, info) =>
      runOperation(putModelConfig, context, { ...input, document: input.document, paths: shownPaths(info) }),
  }),
);
