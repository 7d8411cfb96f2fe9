import type { Transaction } from './transact.ts';

/** What other stores have to be told, in the order of its event. */
interface OutboxRow {
  readonly sequence: string;
  readonly modelName: string;
  readonly kind: string;
  readonly payload: object;
}

/** Writes what has to be told, in the transaction that decides it and after its event. */
export async function insertOutbox(transaction: Transaction, row: OutboxRow): Promise<void> {
  await transaction`/* modelgraph insertOutbox */
    insert into outbox (sequence, model_name, kind, payload)
    values (${row.sequence}::bigint, ${row.modelName}, ${row.kind}, ${transaction.json(row.payload as never)})`;
}

/** Notes an attempt to tell it: applied when nothing went wrong, else still pending, with why. */
export async function noteAttempt(
  transaction: Transaction,
  sequence: string,
  lastError: string | null,
): Promise<void> {
  await transaction`/* modelgraph noteAttempt */
    update outbox set attempts = attempts + 1, last_error = ${lastError},
      applied_at = case when ${lastError}::text is null then statement_timestamp() end
    where sequence = ${sequence}::bigint and applied_at is null`;
}
