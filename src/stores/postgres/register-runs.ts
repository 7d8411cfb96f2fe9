import type { ModelName } from '../../model-name.ts';
import type { DatasetRole } from './datasets.ts';
import { addToModelMetrics } from './model-metrics.ts';
import { wakeChannel } from './outbox-wakes.ts';
import type { Transaction } from './transact.ts';
import type { MetricToWrite } from './write-metrics.ts';

/** A run to register, with a new id; its model is locked and its datasets are there. */
export interface RunToRegister {
  readonly id: string;
  readonly modelName: ModelName;
  /** Who is named in the audit. */
  readonly actor: string | null;
  readonly status: string;
  readonly framework: string;
  readonly tags: Readonly<Record<string, string>>;
  /** RFC 3339; "now" is the moment of writing, at which a run may begin or end. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly datasets: readonly { readonly id: string; readonly role: DatasetRole }[];
  readonly metrics: readonly MetricToWrite[];
  /** In BSON. */
  readonly document: Uint8Array;
  /** What its event tells of it. */
  readonly after: object;
}

/**
 * Writes runs with all that belongs to them, the metrics of their models, their events, and what MongoDB and Redis have to
 * be told, of which it gives relays notice, by one statement whatever their number. Run id → sequence of its event.
 */
export async function registerRuns(
  transaction: Transaction,
  runs: readonly RunToRegister[],
  newModels: readonly ModelName[],
  notice: string,
): Promise<Map<string, string>> {
  const each = <T>(of: (run: RunToRegister) => T) => runs.map(of);
  const links = runs.flatMap(({ id, datasets }) => datasets.map((dataset) => ({ ...dataset, runId: id })));
  const points = runs.flatMap(({ id, metrics }) => pointsOf(id, metrics));
  const metricKeys = (run: RunToRegister) => [...new Set(run.metrics.map(({ key }) => key))];
  const parameters = [
    each(({ id }) => id),
    each(({ modelName }) => modelName),
    each(({ status }) => status),
    each(({ framework }) => framework),
    each(({ tags }) => JSON.stringify(tags)),
    each(({ startedAt }) => startedAt),
    each(({ endedAt }) => endedAt),
    each(({ document }) => Buffer.from(document).toString('hex')),
    each(({ after }) => JSON.stringify(after)),
    each(({ actor }) => actor),
    links.map(({ runId }) => runId),
    links.map(({ id }) => id),
    links.map(({ role }) => role),
    points.map(({ runId }) => runId),
    points.map(({ key }) => key),
    points.map(({ step }) => step),
    points.map(({ value }) => value),
    points.map(({ isByStep }) => String(isByStep)),
    points.map(({ isLast }) => String(isLast)),
    each((run) => JSON.stringify(metricKeys(run))),
    newModels,
    notice,
  ];
  const registered = await transaction.unsafe<{ id: string; sequence: string }[]>(
    register,
    parameters as never[],
    { prepare: true },
  );
  return new Map(registered.map(({ id, sequence }) => [id, sequence]));
}

interface Point {
  readonly runId: string;
  readonly key: string;
  readonly step: string;
  readonly value: string;
  /** Kept as a point of the metric's history too. */
  readonly isByStep: boolean;
  /** What the run ended with. */
  readonly isLast: boolean;
}

/** Of two values at one step the later stays, and the highest step is the run's: as when they are logged. */
function pointsOf(runId: string, metrics: readonly MetricToWrite[]): Point[] {
  const byKey = new Map<string, Map<string, string>>();
  const byStep = new Set<string>();
  for (const { key, step, value } of metrics) {
    if (step !== null) byStep.add(key);
    const points = byKey.get(key) ?? new Map<string, string>();
    byKey.set(key, points.set(step ?? '0', value));
  }
  return [...byKey].flatMap(([key, points]) => {
    const last = [...points.keys()].reduce((a, b) => (BigInt(b) > BigInt(a) ? b : a));
    return [...points].map(([step, value]) => ({
      runId,
      key,
      step,
      value,
      isByStep: byStep.has(key),
      isLast: step === last,
    }));
  });
}

const register = `/* modelgraph registerRuns */
  with run as (
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $20::text[])
      with ordinality as r (id, model_name, status, framework, tags, started_at, ended_at, document, after, actor, metric_keys, n)
  ), point as (
    select p.*, run.model_name, run.framework
    from unnest($14::uuid[], $15::text[], $16::bigint[], $17::text[], $18::text[], $19::text[])
      as p (run_id, key, step, value, is_by_step, is_last) join run on run.id = p.run_id
  ), new_runs as (
    insert into training_runs (id, model_name, status, framework, tags, started_at, ended_at)
    select id, model_name, status, framework, tags::jsonb,
      case started_at when 'now' then statement_timestamp() else started_at::timestamptz end,
      case ended_at when 'now' then greatest(statement_timestamp(), started_at::timestamptz) else ended_at::timestamptz end
    from run
  ), new_links as (
    insert into run_datasets (run_id, dataset_id, role, run_created_at, accuracy)
    select l.run_id, dataset_id, role, now(), value::double precision
    from unnest($11::uuid[], $12::uuid[], $13::text[]) as l (run_id, dataset_id, role)
    left join point on point.run_id = l.run_id and key = 'accuracy' and is_last::boolean
      and value not in ('NaN', 'Infinity', '-Infinity')
  ), new_metrics as (
    insert into run_metrics (run_id, key, step, value, model_name, framework, run_created_at)
    select run_id, key, step, value::double precision, model_name, framework, now() from point where is_last::boolean
    returning run_id, key, value, model_name, framework
  ), new_model_metrics as (${addToModelMetrics('new_metrics')}
  ), new_points as (
    insert into run_metric_points (run_id, key, step, value)
    select run_id, key, step, value::double precision from point where is_by_step::boolean
  ), event as (
    insert into model_events (model_name, kind, subject_type, subject_key, actor, after)
    select model_name, kind, subject_type, subject_key, actor, after from (
      (select distinct on (model_name) model_name, 'MODEL_REGISTERED' as kind, null as subject_type, null as subject_key,
        actor, null::jsonb as after, 0 as place, n
      from run where model_name = any($21::text[]) order by model_name, n)
      union all select model_name, 'RUN_REGISTERED', 'TrainingRun', id::text, actor, after::jsonb, 1, n from run
    ) happened order by place, n
    returning sequence, subject_key::uuid as id
  ), new_configs as (
    insert into run_configs (run_id, document, sequence)
    select id, decode(document, 'hex'), sequence from run join event using (id)
  ), told as (
    insert into outbox (sequence, store, model_name, metric_keys)
    select sequence, store, model_name, case store when 'REDIS' then array(select jsonb_array_elements_text(metric_keys::jsonb)) end
    from run join event using (id) cross join unnest(array['MONGODB', 'REDIS']) as store
    where store = 'MONGODB' or jsonb_array_length(metric_keys::jsonb) > 0
  )
  select id::text as id, sequence::text as sequence, pg_notify('${wakeChannel}', $22::text) from event where id is not null`;
