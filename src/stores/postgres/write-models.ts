import type { ModelName } from '../../model-name.ts';
import type { Transaction } from './transact.ts';

/**
 * Says that the model changes now, and locks it until the transaction ends, so that the writes of one model, and their
 * events, follow each other. False: there is no such model.
 */
export async function touchModel(transaction: Transaction, name: ModelName): Promise<boolean> {
  const touched = await transaction`/* modelgraph touchModel */
    update models set updated_at = greatest(now(), updated_at) where name = ${name} returning name`;
  return touched.length > 0;
}

/** As `touchModel`, but registers the model when there is none yet. True: it is new. */
export async function ensureModel(transaction: Transaction, name: ModelName): Promise<boolean> {
  // One that is there at first may be deleted before it can be locked.
  for (;;) {
    const made = await transaction`/* modelgraph ensureModel */
      insert into models (name) values (${name}) on conflict (name) do nothing returning name`;
    if (made.length > 0) return true;
    if (await touchModel(transaction, name)) return false;
  }
}
