import { sql } from 'drizzle-orm';
import type { ModelName } from '../../model-name.ts';
import { askAll } from './ask.ts';
import { outbox } from './event-tables.ts';
import { type Keys, textKeys } from './keys.ts';
import type { Follower } from './outbox-claim.ts';

/** A store that has not been told all of a model; for how long, in milliseconds. */
export interface ModelLag {
  readonly store: Follower;
  readonly lagMs: number;
}

/** The stores that do not know all of a model yet. */
export const modelLag = askAll<ModelName, ModelLag>({
  name: 'modelLag',
  keys: textKeys as Keys<ModelName>,
  from: sql`unnest(array['MONGODB', 'REDIS']) as s (store) cross join lateral (
    select min(${outbox.createdAt}) as since from ${outbox} where ${outbox.store} = s.store and ${outbox.modelName} = k.key
      and ${outbox.appliedAt} is null and ${outbox.discardedBecause} is null) behind`,
  where: sql`since is not null`,
  orderBy: sql`s.store`,
  row: sql`json_build_object('store', s.store, 'lagMs', (extract(epoch from clock_timestamp() - since) * 1000)::int)`,
});
