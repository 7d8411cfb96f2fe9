import { sql } from 'drizzle-orm';
import { askOne, jsonRow } from './ask.ts';
import { idKeys } from './keys.ts';
import { meanOf } from './moments.ts';
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

/** By dataset id; zero runs are zero. Reads each of the dataset's runs, from one index alone. */
export const datasetStats = askOne<string, DatasetStatsRow>({
  name: 'datasetStats',
  keys: idKeys,
  heavy: true,
  from: sql`(select count(*)::int as total, max(${accuracy}) as best, ${meanOf(accuracy)} as average,
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
