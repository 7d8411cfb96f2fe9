import { updateModelMetrics } from '../operations/update-model-metrics.ts';
import { builder } from './builder.ts';
import { idempotencyKeyField } from './inputs.ts';
import { runOperation } from './mutation.ts';
import { fromPostgresAndMongo } from './provenance.ts';
import { PutModelConfigResult, shownPaths } from './put-model-config-result.ts';

const UpdateModelMetricsInput = builder.inputType('UpdateModelMetricsInput', {
  description: 'Numbers to write into the model’s head configuration.',
  fields: (t) => ({
    idempotencyKey: idempotencyKeyField(t),
    modelName: t.string({ required: true, description: 'The model, which must be registered.' }),
    metrics: t.field({
      type: 'JSON',
      required: true,
      description:
        'From 1 to 1,000 numbers by name, such as { "inference_latency_ms": 1.5 }; what is not finite as "NaN", "Infinity" or "-Infinity".',
    }),
    expectedRevision: t.int({
      description: 'Only over this revision (0: only when there is none); left out, over whatever is there.',
    }),
  }),
});

builder.mutationField('updateModelMetrics', (t) =>
  t.field({
    type: PutModelConfigResult,
    description:
      'Merges numbers, new names too, into what the model’s head configuration holds under "metrics"; all else stays. Makes the head when there is none.',
    extensions: fromPostgresAndMongo,
    args: { input: t.arg({ type: UpdateModelMetricsInput, required: true, description: 'The numbers.' }) },
    resolve: (_, { input }, context, info) =>
      runOperation(updateModelMetrics, context, {
        ...input,
        metrics: input.metrics,
        paths: shownPaths(info),
      }),
  }),
);
