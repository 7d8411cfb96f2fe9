import { z } from 'zod';
import { notFound } from '../problems.ts';
import type { RunRow } from '../stores/postgres/runs.ts';
import { writeEvent } from '../stores/postgres/write-events.ts';
import { upsertMetrics } from '../stores/postgres/write-metrics.ts';
import { lockRun } from '../stores/postgres/write-runs.ts';
import { decide } from './decide.ts';
import { idempotencyKey, uuid } from './inputs.ts';
import { metric } from './metric-input.ts';
import { defineOperation } from './operation.ts';

const maxMetrics = 10_000;
const maxKeysInEvent = 100;

const logMetricsInput = z.object({
  idempotencyKey,
  runId: uuid,
  metrics: z
    .array(metric)
    .min(1, 'give at least one metric')
    .max(maxMetrics, `give at most ${maxMetrics} metrics in one call`),
});

export interface LogMetricsSuccess {
  readonly run: RunRow;
  /** Fewer than were given when one step of a metric was given more than once: then the last one stays. */
  readonly written: number;
  readonly sequence: string;
}

/**
 * Writes what a run measured, at most 10,000 points a call, also after its end. The value of a metric's highest step is
 * the run's; a point without a step is at step 0; the same step again replaces what is there.
 */
export const logMetrics = defineOperation(logMetricsInput, (context, input) =>
  decide<LogMetricsSuccess>(context, { operation: 'logMetrics', input }, async (transaction) => {
    const { runId, metrics } = input;
    const run = await lockRun(transaction, runId);
    if (!run) throw notFound('TrainingRun', runId);
    const written = await upsertMetrics(transaction, run, metrics);
    const keys = [...new Set(metrics.map(({ key }) => key))];
    const sequence = await writeEvent(transaction, {
      kind: 'METRICS_LOGGED',
      modelName: run.modelName,
      subject: { type: 'TrainingRun', key: runId },
      actor: context.actor,
      metricKeys: keys,
      after: { written, keyCount: keys.length, keys: keys.slice(0, maxKeysInEvent) },
    });
    return { run, written, sequence };
  }),
);
