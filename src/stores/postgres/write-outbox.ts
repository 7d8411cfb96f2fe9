import type { ModelName } from '../../model-name.ts';
import type { Transaction } from './transact.ts';

/** Notes what MongoDB and Redis still have to be told of an event, in the transaction that wrote the event. */
export async function enqueue(
  transaction: Transaction,
  {
    sequence,
    modelName,
    kind,
    payload,
  }: { sequence: string; modelName: ModelName; kind: string; payload: object },
): Promise<void> {
  await transaction`/* modelgraph enqueue */
    insert into outbox (sequence, model_name, kind, payload)
    values (${sequence}, ${modelName}, ${kind}, ${transaction.json(payload as never)})`;
}

/** Whether the other stores still have to be told, and the name has not been registered anew since. */
export async function isPendingDelete(transaction: Transaction, sequence: string): Promise<boolean> {
  const found = await transaction`/* modelgraph isPendingDelete */
    select from outbox where sequence = ${sequence} and applied_at is null
      and not exists (select from models where name = outbox.model_name)`;
  return found.length > 0;
}

/** Says that the other stores have been told. */
export async function markApplied(transaction: Transaction, sequence: string): Promise<void> {
  await transaction`/* modelgraph markApplied */
    update outbox set applied_at = statement_timestamp() where sequence = ${sequence}`;
}
