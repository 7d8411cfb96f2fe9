import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ModelFilter } from '../../src/model-list.ts';
import { openPostgresClient, type PostgresClient } from '../../src/stores/postgres/client.ts';
import { modelCount } from '../../src/stores/postgres/models.ts';
import { openPostgresStore } from '../../src/stores/postgres/postgres-store.ts';
import { openTestPostgres } from '../support/test-stores.ts';

let database: Awaited<ReturnType<typeof openTestPostgres>>;
let client: PostgresClient;
let answer: typeof import('../../src/stores/postgres/answer.ts').answer;
beforeAll(async () => {
  // A process counts what it prepares; other test files have prepared some in this one.
  vi.resetModules();
  ({ answer } = await import('../../src/stores/postgres/answer.ts'));
  database = await openTestPostgres();
  const options = { url: database.url, poolMax: 1, deadlineMs: 5_000 };
  const store = openPostgresStore({ ...options, heavyDeadlineMs: options.deadlineMs });
  await store.prepare();
  await store.close();
  client = openPostgresClient(options);
});
afterAll(async () => {
  await client.end();
  await database.close();
});

const ask = (filter: ModelFilter) => answer(client, [{ question: modelCount(filter), key: '' }]);
const prepared = async () => {
  const [found] = await client.unsafe(
    `select count(*)::int as n from pg_prepared_statements where statement like '/* modelgraph%'`,
  );
  return Number(found?.n);
};

describe('what PostgreSQL keeps prepared', () => {
  it('are statements that come again, shared by all values', async () => {
    await ask({ name: { eq: 'a' } });
    expect(await prepared()).toBe(0);
    for (const eq of ['b', 'c', 'd']) await ask({ name: { eq } });
    expect(await prepared()).toBe(1);
  });

  it('is not every tree of conditions that anybody thinks of', async () => {
    const before = await prepared();
    const leaf: ModelFilter = { name: { eq: 'a' } };
    for (let n = 1; n <= 40; n++) await ask({ or: Array.from({ length: n }, () => leaf) });
    expect(await prepared()).toBe(before);
  });

  it('has an end, even when all trees come twice', async () => {
    for (let n = 1; n <= 550; n++) {
      const leaves = [...n.toString(2)].map(
        (bit): ModelFilter => (bit === '1' ? { name: { eq: 'a' } } : { name: { startsWith: 'a' } }),
      );
      await ask({ and: leaves });
      await ask({ and: leaves });
    }
    expect(await prepared()).toBe(500);
  }, 60_000);
});
