import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ModelFilter } from '../../src/model-list.ts';
import { modelCount, modelPage } from '../../src/stores/postgres/models.ts';
import { openPostgresStore } from '../../src/stores/postgres/postgres-store.ts';
import { openTestPostgres } from '../support/test-stores.ts';

let database: Awaited<ReturnType<typeof openTestPostgres>>;
let store: ReturnType<typeof openPostgresStore>;
let sql: postgres.Sql;
beforeAll(async () => {
  database = await openTestPostgres();
  store = openPostgresStore({ url: database.url, poolMax: 2, deadlineMs: 20_000, heavyDeadlineMs: 20_000 });
  await store.prepare();
  sql = postgres(database.url, { max: 4, connection: { TimeZone: 'UTC' } });
});
const startOver = async () => {
  await store.bulk.clear();
  await sql`insert into models (name) values ('m'), ('n')`;
};
beforeEach(() => startOver());
afterAll(async () => {
  await sql.end();
  await store.close();
  await database.close();
});

const idOf = (n: number) => `01930000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const train = (client: postgres.Sql | postgres.TransactionSql, n: number, model: string, framework: string) =>
  client`insert into training_runs (id, model_name, status, framework) values (${idOf(n)}, ${model}, 'FINISHED', ${framework})`;
const isKept = async () => {
  const kept = await sql`select model_name, framework from model_frameworks order by 1, 2`;
  expect([...kept]).toEqual([
    ...(await sql`select distinct model_name, framework from training_runs order by 1, 2`),
  ]);
};

const step = fc.oneof(
  fc.record({ model: fc.constantFrom('m', 'n'), framework: fc.constantFrom('jax', 'torch') }),
  fc.record({ deleted: fc.nat(20) }),
);

describe('the frameworks of a model', () => {
  it('are those of the runs that there are, whatever is written and deleted', {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        await startOver();
        for (const [n, each] of steps.entries()) {
          if ('deleted' in each) await sql`delete from training_runs where id = ${idOf(each.deleted)}`;
          else await train(sql, n, each.model, each.framework);
        }
        await isKept();
        for (const eq of ['jax', 'torch'])
          expect(await store.read([{ question: modelCount({ framework: { eq } }), key: '' }])).toEqual([
            Number(
              (
                await sql`select count(distinct model_name) as n from training_runs where framework = ${eq}`
              )[0]?.n,
            ),
          ]);
      }),
      { numRuns: 40 },
    );
  });

  it('stay while another run of the kind is being registered', async () => {
    await train(sql, 1, 'm', 'jax');
    let deleted: Promise<unknown> | undefined;
    await sql.begin(async (registering) => {
      await train(registering, 2, 'm', 'jax');
      deleted = sql`delete from training_runs where id = ${idOf(1)}`.execute();
      await expect
        .poll(
          () =>
            sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        )
        .toHaveLength(1);
    });
    await deleted;
    await isKept();
  });

  it('come back with a run that is registered while the last is being deleted', async () => {
    await train(sql, 1, 'm', 'jax');
    let trained: Promise<unknown> | undefined;
    await sql.begin(async (deleting) => {
      await deleting`delete from training_runs where id = ${idOf(1)}`;
      trained = train(sql, 2, 'm', 'jax').execute();
      await expect
        .poll(
          () =>
            sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        )
        .toHaveLength(1);
    });
    await trained;
    await isKept();
  });

  it('go with the model', async () => {
    await train(sql, 1, 'm', 'jax');
    await sql`with runs as (delete from training_runs where model_name = 'm') delete from models where name = 'm'`;
    expect(await sql`select from model_frameworks`).toHaveLength(0);
  });
});

const list = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.option(fc.array(arbitrary, { maxLength: 2 }), { nil: null });
const rare = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 1 });
const conditions = {
  framework: fc.option(
    fc.constantFrom({ eq: 'jax' }, { in: ['jax', 'torch'] }, { contains: 'o' }, { eq: 'jax', contains: 'x' }),
    { nil: null },
  ),
  bestMetric: list(
    fc.record({
      key: fc.constantFrom('loss', 'f1'),
      is: fc.record({ gte: fc.constantFrom(null, 0.2), lt: fc.constantFrom(null, 0.7) }),
    }),
  ),
  deployedTo: fc.constantFrom(null, null, 'PRODUCTION' as const),
  name: rare(fc.constantFrom({ contains: '1' }, { startsWith: 'model 2' }, { eq: 'model 7' })),
  tags: rare(fc.constantFrom([{ key: 'team', value: { eq: '1' } }], [{ key: 'odd' }])),
  createdAt: rare(fc.constant({ gte: '2026-01-20T00:00:00Z' })),
  among: rare(fc.constant(['model 1', 'model 12', 'model 30', 'none'])),
};
const leaf: fc.Arbitrary<ModelFilter> = fc.record(conditions, { requiredKeys: [] });
const { filter } = fc.letrec<{ filter: ModelFilter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.record(
      {
        ...conditions,
        and: list(tie('filter')),
        or: fc.array(tie('filter'), { minLength: 1, maxLength: 2 }),
        not: tie('filter'),
      },
      { requiredKeys: [] },
    ),
  ),
}));

describe('of models that meet several conditions', () => {
  it('there are as many as are listed', { timeout: 60_000 }, async () => {
    await sql`insert into models (name, created_at, tags) select 'model ' || n, '2026-01-01T00:00:00Z'::timestamptz + make_interval(days => n),
      case n % 3 when 0 then '{}' else jsonb_build_object('team', (n % 4)::text, 'odd', '') end from generate_series(1, 40) n`;
    await sql`insert into training_runs (id, model_name, status, framework)
      select gen_random_uuid(), name, 'FINISHED', framework from models cross join unnest(array['jax', 'torch', 'torch', 'tf']) framework
      where hashtext(name || framework) % 2 = 0`;
    await sql`insert into model_metrics select name, key, framework, value, gen_random_uuid(), value, gen_random_uuid()
      from models cross join unnest(array['loss', 'f1']) key cross join unnest(array['', 'jax']) framework
      cross join lateral (select abs(hashtext(name || key) % 100) / 100.0 as value) v where hashtext(key || name) % 3 <> 0`;
    await sql`insert into model_versions (model_name, version) select name, 1 from models`;
    // Some are there twice, and some no longer.
    await sql`insert into deployments (id, model_name, version, environment, status, traffic_percent)
      select gen_random_uuid(), name, 1, 'PRODUCTION', status, 0 from models cross join unnest(array['ACTIVE', 'ACTIVE', 'RETIRED']) status
      where hashtext(name || status) % 2 = 0`;
    const page = { limit: 100, backwards: false };
    await fc.assert(
      fc.asyncProperty(filter, async (each) => {
        const [count, models] = (await store.read([
          { question: modelCount(each), key: '' },
          { question: modelPage(each, { by: 'NAME', descending: false }, page), key: '' },
        ])) as [number, { rows: unknown[] }];
        expect(count).toBe(models.rows.length);
      }),
      { numRuns: 300 },
    );
  });
});
