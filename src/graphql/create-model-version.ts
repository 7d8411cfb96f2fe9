import { type CreateModelVersionSuccess, createModelVersion } from '../operations/create-model-version.ts';
import { builder } from './builder.ts';
import { idempotencyKeyField, TagInput } from './inputs.ts';
import { resultUnion, runOperation, runOperations } from './mutation.ts';
import { decodeIdOf } from './node-id.ts';
import { fromPostgres, postgresSource } from './provenance.ts';
import { ModelVersionRef } from './refs.ts';

const ArtifactInput = builder.inputType('ArtifactInput', {
  description: 'A file of a version. Its bytes are never in a store.',
  fields: (t) => ({
    kind: t.string({ required: true, description: 'What it is, such as model or confusion-matrix.' }),
    uri: t.string({ required: true, description: 'Where it is, at most 2,000 characters.' }),
    sha256: t.string({ description: 'SHA-256 of its bytes: 64 hexadecimal digits.' }),
    sizeBytes: t.field({ type: 'Int64', description: 'Its size in bytes.' }),
  }),
});

const CreateModelVersionInput = builder.inputType('CreateModelVersionInput', {
  description: 'A version of a model to register.',
  fields: (t) => ({
    idempotencyKey: idempotencyKeyField(t),
    modelName: t.string({ required: true, description: 'The model; registered when there is none yet.' }),
    runId: t.id({ description: 'The run of this model that produced it; left out for an imported version.' }),
    artifacts: t.field({ type: [ArtifactInput], description: 'Its files, at most 100.' }),
    description: t.string({ description: 'What is new in it, at most 10,000 characters.' }),
    tags: t.field({ type: [TagInput], description: 'Its labels, at most 100; each key once.' }),
  }),
});

const CreateModelVersionSuccessType = builder
  .objectRef<CreateModelVersionSuccess>('CreateModelVersionSuccess')
  .implement({
    description: 'The version is registered.',
    extensions: postgresSource,
    fields: (t) => ({
      version: t.expose('version', {
        type: ModelVersionRef,
        nullable: false,
        description: 'The version: its number is 1 more than the highest before it.',
      }),
      sequence: t.expose('sequence', {
        type: 'Int64',
        nullable: false,
        description: 'The number of its event.',
      }),
    }),
  });

const CreateModelVersionResult = resultUnion(CreateModelVersionSuccessType, [
  'NotFoundError',
  'IdempotencyConflictError',
]);

type Input = typeof CreateModelVersionInput.$inferInput;

const decodeRun = (input: Input, path: readonly string[]) => ({
  ...input,
  runId: input.runId == null ? null : decodeIdOf('TrainingRun', input.runId, [...path, 'runId']),
});

builder.mutationField('createModelVersion', (t) =>
  t.field({
    type: CreateModelVersionResult,
    description: 'Registers the next version of a model, and the model itself when it is new.',
    extensions: fromPostgres,
    args: {
      input: t.arg({ type: CreateModelVersionInput, required: true, description: 'The version.' }),
    },
    resolve: (_, { input }, context) =>
      runOperation(createModelVersion, context, decodeRun(input, ['input'])),
  }),
);

builder.mutationField('createModelVersions', (t) =>
  t.field({
    type: [CreateModelVersionResult],
    nullable: { list: true, items: true },
    description:
      'Registers versions in the order given, at most 100, each by itself: what succeeded is kept, whatever becomes of the others. One result an input; null with an error where PostgreSQL failed.',
    extensions: fromPostgres,
    args: {
      inputs: t.arg({ type: [CreateModelVersionInput], required: true, description: 'The versions.' }),
    },
    resolve: (_, { inputs }, context) =>
      runOperations(
        createModelVersion,
        context,
        inputs.map((input, n) => decodeRun(input, ['inputs', String(n)])),
      ),
  }),
);
