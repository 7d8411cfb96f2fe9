import type { PostgresClient } from './client.ts';
import type { DatasetRole } from './datasets.ts';

/** A run that reads a dataset, and as what. */
export interface RunDatasetToWrite {
  readonly runId: string;
  readonly datasetId: string;
  readonly role: DatasetRole;
}

/** Writes which runs read which datasets, by one statement. After the runs and what they measured, which it repeats. */
export async function insertRunDatasets(
  transaction: Pick<PostgresClient, 'unsafe'>,
  rows: readonly RunDatasetToWrite[],
): Promise<void> {
  if (rows.length === 0) return;
  const columns = [
    rows.map(({ runId }) => runId),
    rows.map(({ datasetId }) => datasetId),
    rows.map(({ role }) => role),
  ];
  await transaction.unsafe(insert, columns as never[], { prepare: true });
}

// Whether a value is finite is no condition but a case: while nothing is known of a new table, PostgreSQL would rather look for
// all accuracies between two bounds than for a run's own.
const insert = `/* modelgraph insertRunDatasets */
  insert into run_datasets (run_id, dataset_id, role, run_created_at, accuracy)
  select u.run_id, u.dataset_id, u.role, r.created_at, case when m.value > '-Infinity' and m.value < 'Infinity' then m.value end
  from unnest($1::uuid[], $2::uuid[], $3::text[]) as u (run_id, dataset_id, role)
  left join training_runs r on r.id = u.run_id
  left join run_metrics m on m.run_id = u.run_id and m.key = 'accuracy'`;
