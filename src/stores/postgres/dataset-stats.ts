import { sql } from 'drizzle-orm';
import { askOne, jsonRow } from './ask.ts';
import { idKeys } from './keys.ts';
import { type RunRow, runJson } from './runs.ts';
import { runDatasets, trainingRuns } from './tables.ts';

/** What was trained on a dataset, in any role, and how accurate it ended; over finite values only. */
export interface DatasetStatsRow {
  readonly totalExperiments: number;
  readonly bestAccuracy: number | null;
  readonly averageAccuracy: number | null;
  readonly bestRun: RunRow | null;
  readonly lastRunAt: string | null;
}

const ofDataset = sql`from ${runDatasets} where ${runDatasets.datasetId} = k.key`;
const [accuracy, runId, runCreatedAt] = [runDatasets.accuracy, runDatasets.runId, runDatasets.runCreatedAt];
// A run counts once, in however many roles it read the dataset. What is distinct is said in the order of the index.
const runs = sql`(select distinct ${accuracy}, ${runId}, ${runCreatedAt} ${ofDataset}) as run_datasets`;
const best = sql`(select ${runId} ${ofDataset} and ${accuracy} is not null order by ${accuracy} desc, ${runId} desc limit 1)`;

// Adding up squares, as PostgreSQL does along with a mean, overflows from such a double on, which would fail the statement and
// with it all that was asked in the same tick. With one the values are scaled by a power of two, which changes no digit; what is
// too small to matter in their sum is left out of it.
const scale = sql`(2::float8 ^ 600)`;
const scaled = sql`avg(case when abs(${accuracy}) < 1 then 0 else ${accuracy} / ${scale} end)`;
const mean = sql`case when max(abs(${accuracy})) < 1e140 then avg(${accuracy}) filter (where abs(${accuracy}) < 1e140)
  when abs(${scaled}) <= 1.7976931348623157e308 / ${scale} then ${scaled} * ${scale} end`;

/** By dataset id; zero runs are zero. Reads each of the dataset's runs, from one index alone. */
export const datasetStats = askOne<string, DatasetStatsRow>({
  name: 'datasetStats',
  keys: idKeys,
  heavy: true,
  from: sql`(select count(*)::int as total, max(${accuracy}) as best, ${mean} as average,
      max(${runCreatedAt}) as last_at from ${runs}) as stats left join ${trainingRuns} on ${trainingRuns.id} = ${best}`,
  where: sql`true`,
  row: jsonRow({
    totalExperiments: sql`stats.total`,
    bestAccuracy: sql`stats.best`,
    averageAccuracy: sql`stats.average`,
    bestRun: sql`case when ${trainingRuns.id} is null then null else ${runJson} end`,
    lastRunAt: sql`stats.last_at`,
  }),
});
