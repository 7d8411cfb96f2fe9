import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ModelOrder } from '../../src/model-list.ts';
import { modelPage } from '../../src/stores/postgres/models.ts';
import { openPostgresStore } from '../../src/stores/postgres/postgres-store.ts';
import { openTestPostgres } from '../support/test-stores.ts';

// English has "a" before "B", and looks past "-" and "_".
const names = ['B', 'a', 'a-b', 'a_c', 'aa', 'b', 'á', 'ﬁ', '🚀'];

let database: Awaited<ReturnType<typeof openTestPostgres>>;
let store: ReturnType<typeof openPostgresStore>;
beforeAll(async () => {
  database = await openTestPostgres(
    inject('postgresUrl'),
    `template template0 locale_provider icu icu_locale 'en-US'`,
  );
  store = openPostgresStore({ url: database.url, poolMax: 1, deadlineMs: 5_000, heavyDeadlineMs: 5_000 });
  await store.prepare();
  const createdAt = '2026-01-01T00:00:00Z';
  await store.bulk.write({
    models: names.toReversed().map((name) => ({ name, createdAt, updatedAt: createdAt })),
    ...{
      datasets: [],
      trainingRuns: [],
      runConfigs: [],
      runDatasets: [],
      runMetrics: [],
      runMetricPoints: [],
    },
    ...{ modelVersions: [], modelAliases: [], artifacts: [], deployments: [], modelEvents: [] },
  });
});
afterAll(async () => {
  await store.close();
  await database.close();
});

describe('in a database of another locale', () => {
  it.each<ModelOrder>([
    { by: 'NAME', descending: false },
    { by: 'CREATED_AT', descending: false },
    { by: 'BEST_METRIC', metric: 'nothing', descending: false },
  ])('names come by byte, as in every other store: $by', async (order) => {
    const page = { limit: 100, backwards: false };
    const [found] = await store.read([{ question: modelPage({}, order, page), key: '' }]);
    expect((found as { rows: { name: string }[] }).rows.map(({ name }) => name)).toEqual(names);
  });
});
