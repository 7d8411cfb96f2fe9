import { type SQL, sql } from 'drizzle-orm';
import { askOne } from './ask.ts';
import { textKeys } from './keys.ts';
import { modelMetrics } from './metric-tables.ts';
import type { Question } from './question.ts';
import { models, trainingRuns } from './tables.ts';

/** A number of rows; `estimated`: there are more than are worth counting. */
export interface RowCount {
  readonly n: number;
  readonly estimated: boolean;
}

export interface RegistryCounts {
  readonly models: RowCount;
  readonly trainingRuns: RowCount;
  /** Models whose runs were measured by the metric, finitely: what its board holds. */
  readonly measuredModels: RowCount;
}

// Counting is reading: an index entry for each row. Up to so many it takes some tens of milliseconds.
const mostCounted = 100_000;

/** How much there is; the key is a metric. Exact up to 100,000 rows, beyond that what the server's statistics say. */
export const registryCounts = askOne<string, RegistryCounts>({
  name: 'registryCounts',
  keys: textKeys,
  from: sql`(select 1) as one`,
  where: sql`true`,
  values: { most: mostCounted },
  row: sql`json_build_object(
    'models', ${count(sql`${models}`, liveRows('models'))},
    'trainingRuns', ${count(sql`${trainingRuns}`, liveRows('training_runs'))},
    'measuredModels', ${count(
      sql`${modelMetrics} where ${modelMetrics.key} = k.key and ${modelMetrics.framework} = ''`,
      liveRows('models'),
    )})`,
  // There is a row for every key.
}) as Question<string, RegistryCounts>;

function count(from: SQL, estimate: SQL): SQL {
  const most = sql`${sql.placeholder('most')}::bigint`;
  return sql`(select json_build_object('n', case when c.n > ${most} then greatest(c.n, ${estimate}) else c.n end, 'estimated', c.n > ${most})
    from (select count(*) as n from (select from ${from} limit ${most} + 1) r) c)`;
}

function liveRows(table: string): SQL {
  return sql`pg_stat_get_live_tuples(${sql.raw(`'${table}'`)}::regclass)`;
}
