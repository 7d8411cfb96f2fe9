import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgresStore } from '../../src/stores/postgres/postgres-store.ts';
import { runCount } from '../../src/stores/postgres/run-count.ts';
import type { RunFilter } from '../../src/stores/postgres/run-filter.ts';
import type { RunOrder } from '../../src/stores/postgres/run-order.ts';
import { type RunOwner, type RunRow, runPage } from '../../src/stores/postgres/runs.ts';
import { openTestPostgres } from '../support/test-stores.ts';

// More than are looked up one by one.
const runs = 6_000;
const datasetId = '01930000-0000-7000-8000-00000000d000';

let database: Awaited<ReturnType<typeof openTestPostgres>>;
let store: ReturnType<typeof openPostgresStore>;
let sql: postgres.Sql;
beforeAll(async () => {
  database = await openTestPostgres();
  store = openPostgresStore({ url: database.url, poolMax: 1, deadlineMs: 20_000, heavyDeadlineMs: 20_000 });
  await store.prepare();
  sql = postgres(database.url, { max: 1 });
  await sql`insert into models (name) values ('m')`;
  await sql`insert into datasets (id, name) values (${datasetId}, 'd')`;
  // Run n: created at second n, took n % 100 seconds but for every tenth, has accuracy n / runs but for every seventh.
  await sql`insert into training_runs (id, model_name, status, framework, created_at, started_at, ended_at)
    select ('01930000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'm', 'FINISHED', n::text,
      '2026-01-01'::timestamptz + make_interval(secs => n), '2026-01-01',
      case when n % 10 > 0 then '2026-01-01'::timestamptz + make_interval(secs => n % 100) end
    from generate_series(1, ${runs}) n`;
  // What PostgreSQL remembers of the metric is wrong, as it often is of the ends of a range: that all runs have 1.
  await sql`alter table run_metrics set (autovacuum_enabled = false)`;
  await sql`insert into run_metrics (run_id, key, value, model_name, framework, run_created_at)
    select id, 'accuracy', 1, 'm', framework, created_at from training_runs where framework::int % 7 > 0`;
  await sql`insert into run_datasets select id, ${datasetId}::uuid, 'TRAIN', created_at from training_runs`;
  await sql`analyze`;
  await sql`update run_metrics set value = framework::float8 / ${runs}`;
  await sql`vacuum run_metrics`;
});
afterAll(async () => {
  await sql.end();
  await store.close();
  await database.close();
});

const numbers = Array.from({ length: runs }, (_, n) => n + 1);
const accuracyOf = (n: number) => (n % 7 > 0 ? n / runs : undefined);
const durationOf = (n: number) => (n % 10 > 0 ? n % 100 : undefined);

/** By the value, those without one last by number, all in one direction. */
const by = (value: (n: number) => number | undefined, sign: number) => (a: number, b: number) => {
  const [x, y] = [value(a), value(b)];
  if (x === undefined || y === undefined)
    return Number(x === undefined) - Number(y === undefined) || sign * (a - b);
  return sign * (x - y || a - b);
};

const orders = [1, -1].flatMap((sign) => {
  const descending = sign < 0;
  return [
    { order: { by: 'CREATED_AT', descending } as RunOrder, compare: by((n) => n, sign) },
    { order: { by: 'DURATION', descending } as RunOrder, compare: by(durationOf, sign) },
    { order: { by: 'METRIC', metric: 'accuracy', descending } as RunOrder, compare: by(accuracyOf, sign) },
  ];
});

const atLeast = (gte: number): RunFilter => ({ metrics: [{ key: 'accuracy', is: { gte } }] });

describe.each<[string, RunOwner, string, RunFilter, (n: number) => boolean]>([
  ['with a metric that many have', 'ALL', '', atLeast(0), (n) => n % 7 > 0],
  ['with a metric that few have', 'ALL', '', atLeast(0.99), (n) => n % 7 > 0 && n / runs >= 0.99],
  ['with a metric that none has', 'ALL', '', atLeast(2), () => false],
  ['of a dataset that many read', 'DATASET', datasetId, {}, () => true],
  ['that read a dataset by name', 'ALL', '', { datasetName: { startsWith: 'd' } }, () => true],
  ['of a dataset, with a metric', 'DATASET', datasetId, atLeast(0.99), (n) => n % 7 > 0 && n / runs >= 0.99],
])('runs %s', (_, owner, key, filter, matches) => {
  it.each(orders)(
    'come in order from both ends: $order.by, descending: $order.descending',
    async ({ order, compare }) => {
      const expected = numbers.filter(matches).sort(compare);
      const question = (page: Parameters<typeof runPage>[3]) => ({
        question: runPage(owner, filter, order, page),
        key,
      });
      const pages = await store.read([
        question({ limit: 30, backwards: false }),
        question({ limit: 30, backwards: true }),
        { question: runCount(owner, filter), key },
      ]);
      const [first, last, count] = pages as [{ rows: RunRow[] }, { rows: RunRow[] }, number];
      const numbersOf = ({ rows }: { rows: RunRow[] }) => rows.map(({ framework }) => Number(framework));
      expect(numbersOf(first)).toEqual(expected.slice(0, 30));
      expect(numbersOf(last)).toEqual(expected.slice(-30));
      expect(count).toBe(expected.length);
    },
  );
});

describe('a condition that few runs meet', () => {
  it.each(orders)('is asked first: none of the other runs is looked at, by $order.by', async ({ order }) => {
    const { shape, values } = runPage('ALL', atLeast(0.999), order, { limit: 20, backwards: false });
    const parameters = { ...values, keys: [''] } as Record<string, unknown>;
    const plan = await sql.unsafe(
      `explain (analyze, costs off, timing off) ${shape.text}`,
      shape.parameters.map((name) => parameters[name]) as never[],
    );
    const rows = plan.flatMap((line) => /actual rows=(\d+)/.exec(String(line['QUERY PLAN']))?.[1] ?? []);
    expect(Math.max(...rows.map(Number))).toBeLessThan(100);
  });
});
