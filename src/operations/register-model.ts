import { ModelGraphError } from '../errors.ts';
import type { ModelName } from '../model-name.ts';
import { modelRow } from '../stores/postgres/models.ts';
import { writeEvent } from '../stores/postgres/write-events.ts';
import { ensureModel } from '../stores/postgres/write-models.ts';
import type { OperationContext } from './operation.ts';

/** Whether the registry knows the model. */
export async function isRegistered({ stores, request }: OperationContext, name: ModelName): Promise<boolean> {
  const [row] = await stores.postgres.read([{ question: modelRow, key: name }], request);
  if (row instanceof ModelGraphError) throw row;
  return row !== undefined;
}

/** Registers the model unless it is already, in a transaction of its own, and writes its event. */
export function registerModel({ stores, actor, request }: OperationContext, name: ModelName): Promise<void> {
  return stores.postgres.transact({ operation: 'registerModel', request }, async (transaction) => {
    if (await ensureModel(transaction, name))
      await writeEvent(transaction, { kind: 'MODEL_REGISTERED', modelName: name, actor });
  });
}
