import type { PostgresClient } from './client.ts';
import type { Follower } from './outbox-claim.ts';

/** The stores that have something to be told now. */
export async function followersBehind(client: PostgresClient): Promise<Follower[]> {
  const rows = await client.unsafe<{ store: Follower }[]>(behind, [], { prepare: true });
  return rows.map(({ store }) => store);
}

const behind = `/* modelgraph followersBehind */
  select store from unnest(array['MONGODB', 'REDIS']) as store where exists (
    select from outbox o where o.store = store and o.applied_at is null and o.dead_at is null
      and o.next_attempt_at <= statement_timestamp()
  )`;

const rowsPerPruning = 5_000;

/** Forgets rows that were told, or discarded, longer ago than that; as many at a time as do not hold up others. */
export async function pruneOutbox(client: PostgresClient, olderThanMs: number): Promise<void> {
  for (;;) {
    const { count } = await client.unsafe(prune, [olderThanMs, rowsPerPruning], { prepare: true });
    if (count < rowsPerPruning) return;
  }
}

const prune = `/* modelgraph pruneOutbox */
  delete from outbox where (sequence, store) in (
    select sequence, store from outbox
    where applied_at < statement_timestamp() - $1::float8 * interval '1 millisecond'
    limit $2 for update skip locked
  )`;
