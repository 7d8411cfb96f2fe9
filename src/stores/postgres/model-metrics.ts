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

const finiteOnly = `value <> 'NaN' and value > '-Infinity' and value < 'Infinity'`;

// The frameworks of a model are few; an empty one stands for all of them.
const ranked = (rows: string) => `
    select model_name, key, coalesce(framework, '') as framework,
      (array_agg(value order by value desc, run_id desc))[1] as highest,
      (array_agg(run_id order by value desc, run_id desc))[1] as highest_run_id,
      (array_agg(value order by value, run_id desc))[1] as lowest,
      (array_agg(run_id order by value, run_id desc))[1] as lowest_run_id
    from ${rows} group by grouping sets ((model_name, key), (model_name, key, framework))`;

const columns = 'model_name, key, framework, highest, highest_run_id, lowest, lowest_run_id';

const update = `/* modelgraph updateModelMetrics */
  with changed as (
    select model_name, key, framework, value, run_id from run_metrics
    where model_name = any($1::text[]) and ($2::text[] is null or key = any($2::text[])) and ${finiteOnly}
  ), ranked as (${ranked('changed')}
  ), gone as (
    delete from model_metrics old
    where model_name = any($1::text[]) and ($2::text[] is null or key = any($2::text[])) and not exists (
      select from ranked where ranked.model_name = old.model_name and ranked.key = old.key and ranked.framework = old.framework
    )
  )
  insert into model_metrics (${columns}) select ${columns} from ranked
  on conflict (model_name, key, framework) do update set highest = excluded.highest, lowest = excluded.lowest,
    highest_run_id = excluded.highest_run_id, lowest_run_id = excluded.lowest_run_id`;

/**
 * SQL that brings `model_metrics` in line with new rows of `run_metrics`, which stand in a CTE of that name; it looks at no
 * run that was there before.
 */
export function addToModelMetrics(newRows: string): string {
  // Of equal values that of the latest run stays, as when all are looked at.
  const higher = '(excluded.highest, excluded.highest_run_id) > (old.highest, old.highest_run_id)';
  const lower = '(-excluded.lowest, excluded.lowest_run_id) > (-old.lowest, old.lowest_run_id)';
  const set = (column: string, when: string) =>
    `${column} = case when ${when} then excluded.${column} else old.${column} end`;
  return `
    insert into model_metrics as old (${columns})
    select ${columns} from (${ranked(`(select * from ${newRows} where ${finiteOnly}) added`)}) ranked
    on conflict (model_name, key, framework) do update set ${set('highest', higher)}, ${set('highest_run_id', higher)},
      ${set('lowest', lower)}, ${set('lowest_run_id', lower)}`;
}
