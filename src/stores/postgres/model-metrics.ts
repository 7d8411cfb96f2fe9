import type { PostgresClient } from './client.ts';

/**
 * Brings `model_metrics` in line with `run_metrics` for these models, and of these keys only when some are given.
 * By index, whatever the number of runs. To be called in the transaction that wrote `run_metrics`.
 */
export async function updateModelMetrics(
  transaction: Pick<PostgresClient, 'unsafe'>,
  modelNames: readonly string[],
  keys: readonly string[] | null = null,
): Promise<void> {
  if (modelNames.length > 0)
    await transaction.unsafe(update, [modelNames, keys] as never[], { prepare: true });
}

// The frameworks of a model are few; an empty one stands for all of them.
const update = `/* modelgraph updateModelMetrics */
  with changed as (
    select model_name, key, framework, value, run_id from run_metrics
    where model_name = any($1::text[]) and ($2::text[] is null or key = any($2::text[]))
      and value <> 'NaN' and value > '-Infinity' and value < 'Infinity'
  ), ranked as (
    select model_name, key, coalesce(framework, '') as framework,
      (array_agg(value order by value desc, run_id desc))[1] as highest,
      (array_agg(run_id order by value desc, run_id desc))[1] as highest_run_id,
      (array_agg(value order by value, run_id desc))[1] as lowest,
      (array_agg(run_id order by value, run_id desc))[1] as lowest_run_id
    from changed group by grouping sets ((model_name, key), (model_name, key, framework))
  ), gone as (
    delete from model_metrics old
    where model_name = any($1::text[]) and ($2::text[] is null or key = any($2::text[])) and not exists (
      select from ranked where ranked.model_name = old.model_name and ranked.key = old.key and ranked.framework = old.framework
    )
  )
  insert into model_metrics (model_name, key, framework, highest, highest_run_id, lowest, lowest_run_id)
  select model_name, key, framework, highest, highest_run_id, lowest, lowest_run_id from ranked
  on conflict (model_name, key, framework) do update set highest = excluded.highest, lowest = excluded.lowest,
    highest_run_id = excluded.highest_run_id, lowest_run_id = excluded.lowest_run_id`;
