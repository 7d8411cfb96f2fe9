import type { RegisterTrainingRunSuccess } from '../operations/register-in-transaction.ts';
import { registerTrainingRuns } from '../operations/register-training-runs.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { DatasetRoleEnum, RunStatusEnum } from './enums.ts';
import { idempotencyKeyField, TagInput } from './inputs.ts';
import { MetricInput } from './log-metrics.ts';
import { resultUnion } from './mutation.ts';
import { encodeNodeId } from './node-id.ts';
import { fromPostgres, postgresSource } from './provenance.ts';
import { TrainingRunRef } from './refs.ts';
import { ReplicationType } from './replication.ts';

const RunDatasetInput = builder.inputType('RunDatasetInput', {
  description: 'A dataset that a run read.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: 'What it is called. It must be there: see createDataset.',
    }),
    version: t.string({ description: 'Which state of it; the one created last, when left out.' }),
    role: t.field({
      type: DatasetRoleEnum,
      required: true,
      defaultValue: 'TRAIN',
      description: 'What the run used it for.',
    }),
  }),
});

const RegisterTrainingRunInput = builder.inputType('RegisterTrainingRunInput', {
  description: 'A run to register.',
  fields: (t) => ({
    idempotencyKey: idempotencyKeyField(t),
    modelName: t.string({ required: true, description: 'The model it trains; a new one is registered.' }),
    framework: t.string({ required: true, description: 'The library it trains with, 1 to 200 characters.' }),
    status: t.field({
      type: RunStatusEnum,
      required: true,
      defaultValue: 'RUNNING',
      description: 'Where it stands; an end for one that is imported.',
    }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'When it began; left out, a run that is RUNNING begins now.',
    }),
    endedAt: t.field({
      type: 'DateTime',
      description: 'When it ended; left out, a run that has ended ends now.',
    }),
    datasets: t.field({
      type: [RunDatasetInput],
      required: true,
      description: 'The datasets it reads, at most 100.',
    }),
    hyperparameters: t.field({
      type: 'JSON',
      description: 'An object; it becomes `hyperparameters` of the configuration.',
    }),
    config: t.field({
      type: 'JSON',
      description: 'Its configuration, of any shape. It stays as it is.',
    }),
    metrics: t.field({
      type: [MetricInput],
      description: 'What it measured so far, at most 10,000 points.',
    }),
    tags: t.field({ type: [TagInput], description: 'Labels; each key can be there once.' }),
    waitForReplicas: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Answer when the other stores know the run, but after two seconds in any case.',
    }),
  }),
});

const RegisterTrainingRunSuccessType = builder
  .objectRef<RegisterTrainingRunSuccess>('RegisterTrainingRunSuccess')
  .implement({
    description: 'The run is registered; the other stores follow by themselves.',
    extensions: postgresSource,
    fields: (t) => ({
      run: t.field({
        type: TrainingRunRef,
        description: 'The run; null when it was deleted with its model before a repeated call.',
        extensions: fromPostgres,
        resolve: ({ runId }, _, { loaders }) => loaders.runs.byId(runId),
      }),
      postgresId: t.id({
        nullable: false,
        description: 'The run’s id in PostgreSQL, as it is there.',
        resolve: ({ runId }) => runId,
      }),
      mongodbId: t.id({
        nullable: false,
        description: 'The `_id` of its configuration in MongoDB: the same.',
        resolve: ({ runId }) => runId,
      }),
      runId: t.id({
        nullable: false,
        description: 'The run’s `id`, as other mutations take it.',
        resolve: ({ runId }) => encodeNodeId('TrainingRun', runId),
      }),
      sequence: t.expose('sequence', {
        type: 'Int64',
        nullable: false,
        description: 'The number of its event. Give it to `model(minSequence:)` to read what was written.',
      }),
      replication: t.field({
        type: ReplicationType,
        description: 'How far its configuration is on its way to MongoDB.',
        extensions: fromPostgres,
        resolve: ({ runId }, _, { loaders }) => loaders.replication.ofRun(runId),
      }),
      replayed: t.exposeBoolean('replayed', {
        nullable: false,
        description: 'Whether this very call had been answered before, under its idempotencyKey.',
      }),
    }),
  });

const RegisterTrainingRunResult = resultUnion(RegisterTrainingRunSuccessType, [
  'NotFoundError',
  'IdempotencyConflictError',
]);

builder.mutationField('registerTrainingRun', (t) =>
  t.field({
    type: RegisterTrainingRunResult,
    description:
      'Registers a run, and its model when it is new, in one transaction of PostgreSQL; MongoDB and Redis follow by themselves, also when they are down now.',
    extensions: fromPostgres,
    args: { input: t.arg({ type: RegisterTrainingRunInput, required: true, description: 'The run.' }) },
    resolve: async (_, { input }, context) => {
      const [result] = await register(context, [input]);
      return result ?? null;
    },
  }),
);

builder.mutationField('registerTrainingRuns', (t) =>
  t.field({
    type: [RegisterTrainingRunResult],
    nullable: { list: true, items: true },
    description:
      'Registers runs, at most 10,000, in transactions of 500: what can be registered is, whatever becomes of the others. One result an input, in order; null with an error where PostgreSQL failed.',
    extensions: fromPostgres,
    args: { inputs: t.arg({ type: [RegisterTrainingRunInput], required: true, description: 'The runs.' }) },
    resolve: (_, { inputs }, context) => register(context, inputs),
  }),
);

async function register(
  { operations, forgetReads }: GraphQLContext,
  inputs: readonly (typeof RegisterTrainingRunInput.$inferInput)[],
) {
  const settled = await registerTrainingRuns(operations, inputs as never);
  forgetReads();
  return settled.map((result) =>
    result.status === 'fulfilled' ? Promise.resolve(result.value) : Promise.reject(result.reason),
  );
}
