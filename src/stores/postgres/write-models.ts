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

/**
 * Locks models until the transaction ends, and registers those that are not there; they do not count as changed.
 * Returns the new ones.
 */
export async function lockOrRegisterModels(
  transaction: Transaction,
  names: readonly ModelName[],
): Promise<ModelName[]> {
  const made: ModelName[] = [];
  // One that is there at first may be deleted before it can be locked. All lock in one order, so that none wait for each other.
  for (let missing = [...names].sort(); ; ) {
    const locked = await transaction<{ name: ModelName }[]>`/* modelgraph lockModels */
      select name from models where name = any(${missing}::text[]) order by name for no key update`;
    const held = new Set(locked.map(({ name }) => name));
    missing = missing.filter((name) => !held.has(name));
    if (missing.length === 0) return made;
    const inserted = await transaction<{ name: ModelName }[]>`/* modelgraph registerModels */
      insert into models (name) select name from unnest(${missing}::text[]) with ordinality as m (name, n) order by n
      on conflict (name) do nothing returning name`;
    made.push(...inserted.map(({ name }) => name));
    const fresh = new Set(made);
    missing = missing.filter((name) => !fresh.has(name));
    if (missing.length === 0) return made;
  }
}

/** Locks a model until the transaction ends; it does not count as changed. False: there is no such model. */
export async function lockModel(transaction: Transaction, name: ModelName): Promise<boolean> {
  const locked = await transaction`/* modelgraph lockModel */
    select name from models where name = ${name} for no key update`;
  return locked.length > 0;
}
