import { z } from 'zod';
import { invalidInput, notFound } from '../problems.ts';
import { type RunRow, runRow } from '../stores/postgres/runs.ts';
import { askIn } from '../stores/postgres/transact.ts';
import { lastSequence, writeEvent } from '../stores/postgres/write-events.ts';
import { lockRun, updateRun } from '../stores/postgres/write-runs.ts';
import { decide } from './decide.ts';
import { idempotencyKey, moment, oneOf, toUtc, uuid } from './inputs.ts';
import { defineOperation } from './operation.ts';
import { requireTransition, runStates } from './state-machine.ts';

const updateTrainingRunInput = z
  .object({
    idempotencyKey,
    runId: uuid,
    status: oneOf(['SCHEDULED', 'RUNNING', 'FINISHED', 'FAILED', 'KILLED']).nullish(),
    endedAt: moment.nullish(),
  })
  .refine(({ status, endedAt }) => (status ?? endedAt) != null, {
    path: ['status'],
    error: 'give a status',
  });

export interface UpdateTrainingRunSuccess {
  readonly run: RunRow;
  readonly sequence: string;
}

/**
 * Says where a run stands. It starts when it becomes RUNNING and ends, at `endedAt` or now, with FINISHED, FAILED or
 * KILLED, which it then stays. Told again what is so already, nothing changes.
 */
export const updateTrainingRun = defineOperation(updateTrainingRunInput, (context, input) =>
  decide<UpdateTrainingRunSuccess>(
    context,
    { operation: 'updateTrainingRun', input },
    async (transaction) => {
      const { runId, endedAt } = input;
      const before = await lockRun(transaction, runId);
      if (!before) throw notFound('TrainingRun', runId);
      const status = input.status ?? before.status;
      const ends = runStates[status].length === 0;
      if (endedAt != null && !ends) throw wrongEnd(`a run that is ${status} has not ended`);
      if (status === before.status) {
        requireSameEnd(before, endedAt);
        return { run: before, sequence: await lastSequence(transaction, before.modelName) };
      }
      requireTransition(runStates, 'The run', before.status, status);
      const change = {
        id: runId,
        status,
        startedAt: status === 'RUNNING' ? ('now' as const) : null,
        endedAt: ends ? (endedAt ?? 'now') : null,
      };
      if (!(await updateRun(transaction, change)))
        throw wrongEnd(`is before the run began, at ${before.startedAt && toUtc(before.startedAt)}`);
      const run = (await askIn(transaction, runRow, runId)) as RunRow;
      const sequence = await writeEvent(transaction, {
        kind: 'RUN_UPDATED',
        modelName: run.modelName,
        subject: { type: 'TrainingRun', key: runId },
        actor: context.actor,
        before: timesOf(before),
        after: timesOf(run),
      });
      return { run, sequence };
    },
  ),
);

function requireSameEnd({ endedAt: known }: RunRow, given: string | null | undefined): void {
  if (given == null || (known !== null && toUtc(known) === given)) return;
  throw wrongEnd(known === null ? 'the run ended, nobody knows when' : `the run ended at ${toUtc(known)}`);
}

const wrongEnd = (message: string) => invalidInput([{ path: ['endedAt'], message }]);

const timesOf = ({ status, startedAt, endedAt }: RunRow) => ({ status, startedAt, endedAt });
