import { type RunRow, runRow } from './runs.ts';
import { askIn, type Transaction } from './transact.ts';

/**
 * The run as it is now, with its model locked until the transaction ends, so that the writes of one model follow each
 * other. Undefined: there is no such run. The model does not count as changed: what a run measures is not its record.
 */
export async function lockRun(transaction: Transaction, id: string): Promise<RunRow | undefined> {
  const locked = await transaction`/* modelgraph lockModelOfRun */
    select name from models where name = (select model_name from training_runs where id = ${id}) for no key update`;
  return locked.length > 0 ? askIn(transaction, runRow, id) : undefined;
}

/** Where a run shall stand; a moment that is null stays as it is, "now" is the moment of writing. */
interface RunChange {
  readonly id: string;
  readonly status: string;
  readonly startedAt: 'now' | null;
  readonly endedAt: string | null;
}

/** Changes a run that is locked (`lockRun`). False, and nothing written: it would end before it began. */
export async function updateRun(transaction: Transaction, { id, status, startedAt, endedAt }: RunChange) {
  // "now" as a literal would be when the transaction began, which may be before another one's end.
  const moment = (given: string | null) =>
    given === 'now' ? transaction`statement_timestamp()` : transaction`${given}::timestamptz`;
  const updated = await transaction`/* modelgraph updateRun */
    update training_runs set status = ${status}, started_at = coalesce(started_at, ${moment(startedAt)}),
      ended_at = coalesce(${moment(endedAt)}, ended_at)
    where id = ${id} and (started_at is null or coalesce(${moment(endedAt)}, started_at) >= started_at)
    returning id`;
  return updated.length > 0;
}
