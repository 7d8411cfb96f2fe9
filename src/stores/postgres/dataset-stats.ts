import { sql } from 'drizzle-orm';
import { askOne, jsonRow } from './ask.ts';
import { idKeys } from './keys.ts';
import { meanOf } from './moments.ts';
import { type RunRow, runJson } from './runs.ts';
import { runDatasets, runMetrics, trainingRuns } from './tables.ts';

/** What was trained on a dataset, in any role, and how accurate it ended; over finite values only. */
export interface DatasetStatsRow {
  readonly totalExperiments: number;
  readonly bestAccuracy: number | null;
  readonly averageAccuracy: number | null;
  readonly bestRun: RunRow | null;
  readonly lastRunAt: string | null;
}

// A run counts once, in however many roles it read the dataset. It is one row and has one value, which the limits say
// to the planner: else it reads all runs there are for those of one dataset.
const used = sql`(select distinct ${runDatasets.runId} as run_id from ${runDatasets} where ${runDatasets.datasetId} = k.key) u
  cross join lateral (select ${trainingRuns.id}, ${trainingRuns.createdAt} from ${trainingRuns}
    where ${trainingRuns.id} = u.run_id limit 1) as training_runs
  left join lateral (select ${runMetrics.value} from ${runMetrics} where ${runMetrics.runId} = u.run_id and ${runMetrics.key} = 'accuracy'
    and ${runMetrics.value} > '-Infinity' and ${runMetrics.value} < 'Infinity' limit 1) as run_metrics on true`;

/** By dataset id; zero runs are zero. Reads each of the dataset's runs, by index. */
export const datasetStats = askOne<string, DatasetStatsRow>({
  name: 'datasetStats',
  keys: idKeys,
  heavy: true,
  from: sql`(select count(*)::int as total, max(${runMetrics.value}) as best, ${meanOf(runMetrics.value)} as average,
      max(${trainingRuns.createdAt}) as last_at,
      (array_agg(${trainingRuns.id} order by ${runMetrics.value} desc nulls last, ${trainingRuns.id} desc))[1] as best_id
    from ${used}) as stats left join ${trainingRuns} on ${trainingRuns.id} = stats.best_id and stats.best is not null`,
  where: sql`true`,
  row: jsonRow({
    totalExperiments: sql`stats.total`,
    bestAccuracy: sql`stats.best`,
    averageAccuracy: sql`stats.average`,
    bestRun: sql`case when ${trainingRuns.id} is null then null else ${runJson} end`,
    lastRunAt: sql`stats.last_at`,
  }),
});
