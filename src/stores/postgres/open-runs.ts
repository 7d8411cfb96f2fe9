import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { allOf } from './filter.ts';
import { runMetrics } from './metric-tables.ts';
import { isIn } from './open-days.ts';
import {
  measured,
  type RunFilter,
  usesOf,
  whereCreated,
  whereDatasetName,
  whereFramework,
  whereStatus,
} from './run-filter.ts';
import type { RunOwner } from './runs.ts';
import { runDatasets, trainingRuns } from './tables.ts';

/**
 * A row for each run of a day that matches. Each metric finds the day's runs by an index, and a run must be found by all: were
 * they joined, the planner might look at all runs that were ever measured so, or compare each run with each.
 */
export function openRuns(owner: RunOwner, filter: RunFilter, day: SQLWrapper): SQL {
  const within = (moment: SQLWrapper) => allOf(whereCreated(moment, filter)).where;
  const ofRun = [
    ...[...whereStatus(trainingRuns.status, filter), ...whereFramework(trainingRuns.framework, filter)],
    ...usesWhere(owner, filter).map((where) => ({ name: '', values: {}, where: hasUse(where) })),
  ];
  const measurements = (filter.metrics ?? []).map(
    (metric, n) =>
      sql`${measured(metric, n).ids} and ${isIn(runMetrics.runCreatedAt, day)} and ${within(runMetrics.runCreatedAt)}`,
  );
  const runs = sql`select ${trainingRuns.id} from ${trainingRuns}
    where ${isIn(trainingRuns.createdAt, day)} and ${within(trainingRuns.createdAt)} and ${allOf(ofRun).where}`;
  const found = ofRun.length > 0 || measurements.length === 0 ? [runs, ...measurements] : measurements;
  if (found.length === 1) return sql.join(found);
  return sql`select from (${sql.join(found, sql` union all `)}) as found (id) group by id
    having count(*) = ${sql.raw(String(found.length))}`;
}

const usesWhere = (owner: RunOwner, filter: RunFilter): SQL[] => [
  ...(owner === 'DATASET' ? [sql`${runDatasets.datasetId} = k.key`] : []),
  ...[whereDatasetName(filter)].flatMap((ofName) => (ofName.length > 0 ? [allOf(ofName).where] : [])),
];

// The "offset" has it look up each run: otherwise the planner might read all that was ever done with the dataset.
const hasUse = (where: SQL) =>
  sql`exists (${usesOf(where)} and ${runDatasets.runId} = ${trainingRuns.id} offset 0)`;
