import { type UpdateTrainingRunSuccess, updateTrainingRun } from '../operations/update-training-run.ts';
import { builder } from './builder.ts';
import { RunStatusEnum } from './enums.ts';
import { idempotencyKeyField } from './inputs.ts';
import { resultUnion, runOperation } from './mutation.ts';
import { decodeIdOf } from './node-id.ts';
import { fromPostgres, postgresSource } from './provenance.ts';
import { TrainingRunRef } from './refs.ts';

const UpdateTrainingRunInput = builder.inputType('UpdateTrainingRunInput', {
  description: 'Where a training run stands.',
  fields: (t) => ({
    idempotencyKey: idempotencyKeyField(t),
    runId: t.id({ required: true, description: 'Its `id`.' }),
    status: t.field({
      type: RunStatusEnum,
      description:
        'SCHEDULED becomes RUNNING, FAILED or KILLED; RUNNING becomes FINISHED, FAILED or KILLED; and these stay. Left out, it stands where it does.',
    }),
    endedAt: t.field({ type: 'DateTime', description: 'When it ended; now, when left out.' }),
  }),
});

const UpdateTrainingRunSuccessType = builder
  .objectRef<UpdateTrainingRunSuccess>('UpdateTrainingRunSuccess')
  .implement({
    description: 'The run stands where it should.',
    extensions: postgresSource,
    fields: (t) => ({
      run: t.expose('run', { type: TrainingRunRef, nullable: false, description: 'The run.' }),
      sequence: t.expose('sequence', {
        type: 'Int64',
        nullable: false,
        description: 'The number of its event; its model’s last when there was nothing to change.',
      }),
    }),
  });

builder.mutationField('updateTrainingRun', (t) =>
  t.field({
    type: resultUnion(UpdateTrainingRunSuccessType, [
      'NotFoundError',
      'InvalidTransitionError',
      'IdempotencyConflictError',
    ]),
    description: 'Says that a run began or ended. Told again what is so already, nothing changes.',
    extensions: fromPostgres,
    args: { input: t.arg({ type: UpdateTrainingRunInput, required: true, description: 'The change.' }) },
    resolve: (_, { input }, context) =>
      runOperation(updateTrainingRun, context, {
        ...input,
        runId: decodeIdOf('TrainingRun', input.runId, ['input', 'runId']),
      }),
  }),
);
