import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPostgresClient, type PostgresClient } from '../../src/stores/postgres/client.ts';
import { migratePostgres } from '../../src/stores/postgres/migrate.ts';
import { insertRunDatasets } from '../../src/stores/postgres/write-run-datasets.ts';
import { openTestPostgres } from '../support/test-stores.ts';

let database: Awaited<ReturnType<typeof openTestPostgres>>;
let client: PostgresClient;
beforeAll(async () => {
  database = await openTestPostgres();
  await migratePostgres(database.url);
  client = openPostgresClient({ url: database.url, poolMax: 1, deadlineMs: 20_000 });
});
afterAll(async () => {
  await client.end();
  await database.close();
});

it('a seed into tables of which PostgreSQL knows nothing yet looks up a run’s own accuracy, not all of them', async () => {
  const datasetId = '01930000-0000-7000-8000-000000000000';
  await client`insert into models (name) values ('m')`;
  await client`insert into datasets (id, name) values (${datasetId}, 'd')`;
  const runs = await client<{ id: string }[]>`insert into training_runs (id, model_name, status, framework)
    select gen_random_uuid(), 'm', 'FINISHED', 'jax' from generate_series(1, 5000) returning id`;
  await client`insert into run_metrics (run_id, key, value, model_name, framework)
    select id, 'accuracy', case when random() < 0.1 then 'NaN' else random() end, model_name, framework from training_runs`;
  const scans = async () => {
    // What a session counted is else told a second later.
    await client`select pg_stat_force_next_flush()`;
    const [found] =
      await client`select idx_scan from pg_stat_user_indexes where indexrelname = 'run_metrics_by_value'`;
    return Number(found?.idx_scan);
  };
  const before = await scans();
  await insertRunDatasets(
    client,
    runs.map(({ id }) => ({ runId: id, datasetId, role: 'TRAIN' })),
  );
  expect(await scans()).toBe(before);
  const [repeated] = await client`select count(*) as n from run_datasets d join run_metrics m using (run_id)
    where d.accuracy is not distinct from nullif(m.value, 'NaN')`;
  expect(Number(repeated?.n)).toBe(5_000);
});
