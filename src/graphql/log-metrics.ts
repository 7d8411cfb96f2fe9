import { type LogMetricsSuccess, logMetrics } from '../operations/log-metrics.ts';
import { builder } from './builder.ts';
import { NonFiniteEnum } from './enums.ts';
import { idempotencyKeyField } from './inputs.ts';
import { resultUnion, runOperation } from './mutation.ts';
import { decodeIdOf } from './node-id.ts';
import { fromPostgres, postgresSource } from './provenance.ts';
import { TrainingRunRef } from './refs.ts';

/** A measured number to write. */
export const MetricInput = builder.inputType('MetricInput', {
  description: 'A number as trained: either `value`, or `nonFinite` when it is not finite.',
  fields: (t) => ({
    key: t.string({
      required: true,
      description: 'What was measured, such as accuracy; 1 to 200 characters.',
    }),
    value: t.float({ description: 'The number.' }),
    nonFinite: t.field({ type: NonFiniteEnum, description: 'What it is instead of a number.' }),
    step: t.field({
      type: 'Int64',
      description:
        'The training step it was measured at. Left out, it is the run’s value without steps, which counts as step 0.',
    }),
  }),
});

const LogMetricsInput = builder.inputType('LogMetricsInput', {
  description: 'What a run measured.',
  fields: (t) => ({
    idempotencyKey: idempotencyKeyField(t),
    runId: t.id({ required: true, description: 'Its `id`. It may have ended.' }),
    metrics: t.field({
      type: [MetricInput],
      required: true,
      description: '1 to 10,000 points, of any metrics. Of one step given more than once the last one stays.',
    }),
  }),
});

const LogMetricsSuccessType = builder.objectRef<LogMetricsSuccess>('LogMetricsSuccess').implement({
  description: 'All points are written.',
  extensions: postgresSource,
  fields: (t) => ({
    run: t.expose('run', { type: TrainingRunRef, nullable: false, description: 'The run.' }),
    written: t.exposeInt('written', {
      nullable: false,
      description:
        'How many points: as many as were given, less those that a later one of the same step replaced.',
    }),
    sequence: t.expose('sequence', {
      type: 'Int64',
      nullable: false,
      description: 'The number of its event.',
    }),
  }),
});

builder.mutationField('logMetrics', (t) =>
  t.field({
    type: resultUnion(LogMetricsSuccessType, ['NotFoundError', 'IdempotencyConflictError']),
    description:
      'Writes what a run measured, all points or none. A metric’s value is that of its highest step, in whatever order the points come; the same step again replaces what is there.',
    extensions: fromPostgres,
    args: { input: t.arg({ type: LogMetricsInput, required: true, description: 'The points.' }) },
    resolve: (_, { input }, context) =>
      runOperation(logMetrics, context, {
        ...input,
        runId: decodeIdOf('TrainingRun', input.runId, ['input', 'runId']),
      }),
  }),
);
