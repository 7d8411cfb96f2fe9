import { addToModelMetrics, updateModelMetrics } from './model-metrics.ts';
import type { RunRow } from './runs.ts';
import type { Transaction } from './transact.ts';

/** A measured number to write. What JavaScript could lose on the way, such as the sign of -0, is safe as text. */
export interface MetricToWrite {
  readonly key: string;
  /** A double as text: a number, NaN, Infinity or -Infinity. */
  readonly value: string;
  /** 64 bits as text; null: the run's value without steps, which counts as step 0. */
  readonly step: string | null;
}

/**
 * Writes what a run measured, by one statement whatever the number, and brings what is kept of it elsewhere in line. Of two values
 * at one step the later stays; the run's own value is that of its highest step, whatever the order in which they come.
 * The run must be locked (`lockRun`). Returns how many values were left when each step had one.
 */
export async function upsertMetrics(
  transaction: Transaction,
  { id, modelName }: RunRow,
  metrics: readonly MetricToWrite[],
): Promise<number> {
  const steps = new Map(metrics.map((metric) => [`${metric.step ?? 0}\n${metric.key}`, metric]));
  const taken = [...steps.values()];
  const byStep = new Set(metrics.filter(({ step }) => step !== null).map(({ key }) => key));
  const columns = [
    taken.map(({ key }) => key),
    taken.map(({ value }) => value),
    taken.map(({ step }) => step ?? '0'),
  ];
  await transaction.unsafe(upsert, [id, ...columns, [...byStep]] as never[], { prepare: true });
  const keys = [...new Set(taken.map(({ key }) => key))];
  const fallen = await transaction.unsafe<{ key: string }[]>(fallenBests, [id, modelName, keys] as never[], {
    prepare: true,
  });
  if (fallen.length > 0)
    await updateModelMetrics(
      transaction,
      [modelName],
      fallen.map(({ key }) => key),
    );
  return taken.length;
}

// Only where the run was its model's best, or worst, and no longer has that value, all runs of the model have to be looked
// at. As text, since -0 is another value.
const fallenBests = `/* modelgraph fallenBests */
  select distinct key from model_metrics b join run_metrics m using (key)
  where m.run_id = $1::uuid and b.model_name = $2 and key = any($3::text[])
    and ((b.highest_run_id = m.run_id and b.highest::text <> m.value::text)
      or (b.lowest_run_id = m.run_id and b.lowest::text <> m.value::text))`;

// A metric's points are kept only when it is logged by step; the value that it had without steps is then its step 0.
const upsert = `/* modelgraph upsertMetrics */
  with taken as (
    select key, value::double precision, step from unnest($2::text[], $3::text[], $4::bigint[]) as t (key, value, step)
  ), by_step as (
    select key from unnest($5::text[]) as k (key)
    union
    select key from (select distinct key from taken) k
    where exists (select from run_metric_points p where p.run_id = $1 and p.key = k.key)
  ), points as (
    insert into run_metric_points (run_id, key, step, value, recorded_at)
    select $1::uuid, key, step, value, statement_timestamp() from taken where key in (select key from by_step)
    union all
    select m.run_id, m.key, m.step, m.value, m.recorded_at from run_metrics m
    where m.run_id = $1 and m.key in (select key from by_step)
      and not exists (select from run_metric_points p where p.run_id = $1 and p.key = m.key)
      and not exists (select from taken where taken.key = m.key and taken.step = m.step)
    on conflict (run_id, key, step) do update set value = excluded.value, recorded_at = excluded.recorded_at
  ), ends as (
    insert into run_metrics (run_id, key, step, value, recorded_at, model_name, framework, run_created_at)
    select distinct on (key) r.id, key, step, value, statement_timestamp(), r.model_name, r.framework, r.created_at
    from taken cross join training_runs r where r.id = $1 order by key, step desc
    on conflict (run_id, key) do update set step = excluded.step, value = excluded.value, recorded_at = excluded.recorded_at
    where excluded.step >= run_metrics.step
    returning run_id, key, value, model_name, framework
  ), model_bests as (${addToModelMetrics('ends')}
  )
  update run_datasets set accuracy = case when value > '-Infinity' and value < 'Infinity' then value end
  from ends where run_datasets.run_id = $1 and key = 'accuracy'`;
