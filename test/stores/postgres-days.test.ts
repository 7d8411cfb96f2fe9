import fc from 'fast-check';
import { pino } from 'pino';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSummaries } from '../../src/replication/summaries.ts';
import { frameworkStats } from '../../src/stores/postgres/framework-stats.ts';
import { openPostgresStore } from '../../src/stores/postgres/postgres-store.ts';
import { runCount } from '../../src/stores/postgres/run-count.ts';
import type { RunFilter } from '../../src/stores/postgres/run-filter.ts';
import type { FloatFilter } from '../../src/value-filter.ts';
import { openTestPostgres } from '../support/test-stores.ts';

let database: Awaited<ReturnType<typeof openTestPostgres>>;
let store: ReturnType<typeof openPostgresStore>;
let sql: postgres.Sql;
beforeAll(async () => {
  database = await openTestPostgres();
  store = openPostgresStore({ url: database.url, poolMax: 2, deadlineMs: 20_000, heavyDeadlineMs: 20_000 });
  await store.prepare();
  sql = postgres(database.url, { max: 3, connection: { TimeZone: 'UTC' } });
});
beforeEach(() => startOver());
afterAll(async () => {
  await sql.end();
  await store.close();
  await database.close();
});

interface Run {
  readonly n: number;
  readonly framework: string;
  readonly status: string;
  readonly createdAt: string;
  /** Of the metric "loss". */
  readonly value: number;
  /** Of another one, "f1"; null: not measured. */
  readonly other?: number | null;
  /** Which of the datasets it read; of "b" there are two versions. */
  readonly datasets?: readonly number[];
}

const datasetIds = [1, 2, 3].map((n) => `01930000-0000-7000-8000-d0000000000${n}`);

const idOf = (n: number) => `01930000-0000-7000-8000-${String(n).padStart(12, '0')}`;

async function write(
  client: postgres.Sql | postgres.TransactionSql,
  { n, framework, status, createdAt, value, other = null, datasets = [] }: Run,
) {
  await client`insert into training_runs (id, model_name, status, framework, created_at)
    values (${idOf(n)}, 'm', ${status}, ${framework}, ${createdAt}::text::timestamptz)`;
  const measured = Object.entries({ loss: value, f1: other }).filter(([, number]) => number !== null);
  for (const [key, number] of measured)
    await client`insert into run_metrics (run_id, key, value, model_name, framework, run_created_at)
      values (${idOf(n)}, ${key}, ${textOf(number)}::text::float8, 'm', ${framework}, ${createdAt}::text::timestamptz)`;
  for (const dataset of datasets) await link(client, n, dataset, 'TRAIN');
}

const textOf = (number: number | null) => (Object.is(number, -0) ? '-0' : String(number));

/** That a run read a dataset; nothing where there is no such run, or it is known. */
const link = (client: postgres.Sql | postgres.TransactionSql, n: number, dataset: number, role: string) =>
  client`insert into run_datasets (run_id, dataset_id, role, run_created_at)
    select id, ${datasetIds[dataset] ?? ''}, ${role}, created_at from training_runs where id = ${idOf(n)} on conflict do nothing`;

async function startOver() {
  await store.bulk.clear();
  await sql`insert into models (name) values ('m')`;
  await sql`insert into datasets (id, name, version)
    select * from unnest(${datasetIds}::uuid[], array['a', 'b', 'b'], array['1', '1', '2'])`;
}

async function summarise(atMost = Number.POSITIVE_INFINITY): Promise<string[]> {
  const days: string[] = [];
  if (atMost > 0)
    for await (const day of store.bulk.summariseDays(0)) {
      days.push(day);
      if (days.length >= atMost) break;
    }
  return days;
}

const ask = async (question: Parameters<typeof store.readHeavy>[0][number]['question'], key: string) =>
  (await store.readHeavy([{ question, key }]))[0];

/** The same from the runs themselves. */
async function statsOfRuns(since: string | null) {
  const rows =
    await sql`select framework, count(*)::int as "totalRuns", avg(value::text::numeric)::text as average,
      max(value) as highest, min(value) as lowest, (percentile_disc(0.5) within group (order by value))::text as low,
      (-percentile_disc(0.5) within group (order by -value))::text as high, stddev_samp(value::text::numeric)::text as stddev
    from run_metrics where key = 'loss' and value > '-Infinity' and value < 'Infinity'
      and run_created_at >= ${since ?? '-infinity'}::text::timestamptz
    group by framework order by framework`;
  return rows.map(({ low, high, average, stddev, ...row }) => ({
    ...row,
    average: closeTo(Number(average)),
    p50: closeTo(Number(low) / 2 + Number(high) / 2),
    stddev: stddev === null ? null : closeTo(Number(stddev)),
  }));
}

const closeTo = (value: number) => expect.closeTo(value, 12 - Math.ceil(Math.log10(Math.abs(value) + 1)));

const days = ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04'];
const moment = fc
  .tuple(
    fc.constantFrom(...days),
    fc.constantFrom('00:00:00', '00:00:00.000001', '11:59:59.5', '23:59:59.999999'),
  )
  .map(([day, time]) => `${day}T${time}Z`);
// Few values, so that ranks tie and fall on edges of buckets; and any others.
const value = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(0, -0, 0.5, 1, -1, -0.5, 0.75, -0.75, 2 ** -1030, 5e-324, -5e-324, 1e5),
  },
  { weight: 2, arbitrary: fc.double({ min: -4, max: 4, noNaN: true }) },
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const framework = fc.constantFrom('jax', 'torch');
const status = fc.constantFrom('RUNNING', 'FINISHED', 'FAILED');
const newRun = fc.record({
  ...{ framework, status, createdAt: moment, value },
  other: fc.option(value, { nil: null, freq: 4 }),
  datasets: fc.subarray([0, 1, 2]),
});
const step = fc.oneof(
  { weight: 6, arbitrary: newRun.map((run) => ({ do: 'write', run }) as const) },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 0, max: 5 }).map((atMost) => ({ do: 'summarise', atMost }) as const),
  },
  fc.record({ do: fc.constant('measure' as const), of: fc.nat(20), value }),
  fc.record({ do: fc.constant('link' as const), of: fc.nat(20), dataset: fc.nat(2) }),
  fc.record({ do: fc.constant('end' as const), of: fc.nat(20), status }),
  fc.record({ do: fc.constant('delete' as const), of: fc.nat(20) }),
);
const operand = fc.option(
  value.filter((number) => !Number.isNaN(number)),
  { nil: null, freq: 2 },
);
const is: fc.Arbitrary<FloatFilter> = fc.record({
  eq: fc.option(
    value.filter((number) => !Number.isNaN(number)),
    { nil: null, freq: 1 },
  ),
  ...{ gt: operand, gte: operand, lt: operand, lte: operand },
});
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const filter: fc.Arbitrary<RunFilter> = fc.record({
  status: maybe(fc.subarray(['RUNNING', 'FINISHED'] as const)),
  framework: maybe(framework.map((eq) => ({ eq }))),
  datasetName: fc.option(fc.constantFrom({ eq: 'a' }, { eq: 'b' }, { startsWith: '' }), {
    nil: null,
    freq: 1,
  }),
  metrics: fc.array(fc.record({ key: fc.constantFrom('loss', 'loss', 'f1', 'none'), is }), { maxLength: 3 }),
  createdAt: fc.record({
    eq: fc.option(moment, { nil: null, freq: 1 }),
    ...{ gt: maybe(moment), gte: maybe(moment), lt: maybe(moment), lte: maybe(moment) },
  }),
});

async function take(action: typeof step extends fc.Arbitrary<infer T> ? T : never, n: number): Promise<void> {
  if (action.do === 'write') await write(sql, { n, ...action.run });
  else if (action.do === 'summarise') await summarise(action.atMost);
  else if (action.do === 'measure')
    await sql`update run_metrics set value = ${textOf(action.value)}::text::float8 where run_id = ${idOf(action.of)} and key = 'loss'`;
  else if (action.do === 'link') await link(sql, action.of, action.dataset, 'TEST');
  else if (action.do === 'end')
    await sql`update training_runs set status = ${action.status} where id = ${idOf(action.of)}`;
  else await sql`delete from training_runs where id = ${idOf(action.of)}`;
}

const comparisons = { eq: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' };

/** What a filter asks of a number or a moment, spelled out. */
const conditions = (column: string, filter: object | null | undefined, textOf: (operand: never) => string) =>
  Object.entries(filter ?? {}).flatMap(([operator, operand]) =>
    operand === null
      ? []
      : [`${column} ${comparisons[operator as keyof typeof comparisons]} '${textOf(operand as never)}'`],
  );

/** The same count from the runs themselves; of a dataset's when its id is given. */
async function countOfRuns(
  { status, framework, createdAt, datasetName, metrics }: RunFilter,
  datasetId = '',
): Promise<number> {
  const used = (where: string) => `exists (select from run_datasets u join datasets d on d.id = u.dataset_id
    where u.run_id = r.id and ${where})`;
  const where = [
    ...(status ? [`status = any('{${status}}')`] : []),
    ...(framework ? [`framework = '${framework.eq}'`] : []),
    ...(datasetName ? [used(datasetName.eq ? `d.name = '${datasetName.eq}'` : 'true')] : []),
    ...(datasetId ? [used(`d.id = '${datasetId}'`)] : []),
    ...conditions('created_at', createdAt, String),
    ...(metrics ?? []).map(({ key, is }) => {
      const holds = [`m.key = '${key}'`, `value <> 'NaN'`, ...conditions('value', is, textOf)];
      return `exists (select from run_metrics m where m.run_id = r.id and ${holds.join(' and ')})`;
    }),
  ];
  const [row] = await sql.unsafe(
    `select count(*)::int as n from training_runs r where ${['true', ...where].join(' and ')}`,
  );
  return row?.n;
}

describe('whatever was written, and whichever days were summarised meanwhile', () => {
  it('frameworks compare as their runs do', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), moment, async (steps, since) => {
        await startOver();
        for (const [n, action] of steps.entries()) await take(action, n);
        for (const from of [null, since])
          expect(await ask(frameworkStats(from), 'loss')).toEqual(await statsOfRuns(from));
      }),
      { numRuns: 25 },
    );
  });

  it('totals are what is there', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 25 }),
        fc.array(fc.tuple(filter, fc.constantFrom(...datasetIds)), { maxLength: 10, minLength: 10 }),
        async (steps, filters) => {
          await startOver();
          for (const [n, action] of steps.entries()) await take(action, n);
          for (const [filter, id] of filters) {
            expect(await ask(runCount('ALL', filter), '')).toBe(await countOfRuns(filter));
            expect(await ask(runCount('DATASET', filter), id)).toBe(await countOfRuns(filter, id));
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('after its day was summarised', () => {
  const old = { framework: 'jax', status: 'RUNNING', createdAt: '2026-03-01T12:00:00Z', value: 0.5 };
  it.each<[string, () => Promise<unknown>]>([
    [
      'a run that measured nothing',
      () => sql`insert into training_runs (id, model_name, status, framework, created_at)
        values (${idOf(9)}, 'm', 'RUNNING', 'jax', ${old.createdAt}::text::timestamptz)`,
    ],
    [
      'a first value of a run',
      () => sql`insert into run_metrics (run_id, key, value, model_name, framework, run_created_at)
        values (${idOf(3)}, 'loss', 4, 'm', 'jax', ${old.createdAt}::text::timestamptz)`,
    ],
    ['another value', () => sql`update run_metrics set value = 3 where run_id = ${idOf(1)}`],
    ['an end', () => sql`update training_runs set status = 'FINISHED' where id = ${idOf(1)}`],
    ['a deletion', () => sql`delete from training_runs where id = ${idOf(1)}`],
  ])('%s counts', async (_, change) => {
    await write(sql, { n: 1, ...old });
    await write(sql, { n: 2, ...old, value: 1 });
    await write(sql, { n: 3, ...old });
    await sql`delete from run_metrics where run_id = ${idOf(3)}`;
    expect(await summarise()).toEqual(['2026-03-01']);
    const running: RunFilter = { status: ['RUNNING'] };
    const before = [await statsOfRuns(null), await countOfRuns(running)];
    expect([await ask(frameworkStats(null), 'loss'), await ask(runCount('ALL', running), '')]).toEqual(
      before,
    );
    await change();
    const after = [await statsOfRuns(null), await countOfRuns(running)];
    expect(after).not.toEqual(before);
    expect([await ask(frameworkStats(null), 'loss'), await ask(runCount('ALL', running), '')]).toEqual(after);
  });
});

describe('while days are summarised', () => {
  const run = { framework: 'jax', status: 'RUNNING', createdAt: '2026-03-01T12:00:00Z', value: 0.5 };
  const count = () => ask(runCount('ALL', {}), '');
  const totalRuns = async () =>
    ((await ask(frameworkStats(null), 'loss')) as { totalRuns: number }[])[0]?.totalRuns;

  it('a run that is being registered counts from its commit on, and never twice', async () => {
    await write(sql, { n: 1, ...run });
    await sql.begin(async (transaction) => {
      await write(transaction, { n: 2, ...run });
      expect(await summarise()).toEqual(['2026-03-01']);
      expect([await count(), await totalRuns()]).toEqual([1, 1]);
    });
    expect([await count(), await totalRuns()]).toEqual([2, 2]);
    expect(await summarise()).toEqual(['2026-03-01']);
    expect([await count(), await totalRuns()]).toEqual([2, 2]);
    expect(await summarise()).toEqual([]);
  });

  it('a second gateway leaves the work to the first, and does what is left when that has died', async () => {
    await write(sql, { n: 1, ...run });
    await sql.begin(async (other) => {
      await other`select pg_advisory_xact_lock(7233120812)`;
      expect(await summarise()).toEqual([]);
    });
    expect(await summarise()).toEqual(['2026-03-01']);
  });

  it('many writers lose nothing by it', async () => {
    let writing = true;
    const summarising = (async () => {
      while (writing) await summarise();
    })();
    const writers = [0, 1, 2].map(async (writer) => {
      for (let n = 0; n < 60; n += 1) {
        await write(sql, { ...run, n: writer * 1_000 + n, createdAt: `2026-03-0${1 + (n % 3)}T12:00:00Z` });
        if (n % 4 === 0) await sql`delete from training_runs where id = ${idOf(writer * 1_000 + n)}`;
      }
    });
    await Promise.all(writers);
    writing = false;
    await summarising;
    expect([await count(), await totalRuns()]).toEqual([135, 135]);
    await summarise();
    expect([await count(), await totalRuns()]).toEqual([135, 135]);
    expect(await sql`select from stale_days`).toHaveLength(0);
  });

  it('a gateway does so by itself, and leaves a day that is being written to until it rests', async () => {
    await write(sql, { n: 1, ...run });
    await sql`update stale_days set changed_at = changed_at - interval '2 minutes'`;
    for (const n of [2, 3, 4]) await write(sql, { n, ...run, createdAt: '2026-03-02T12:00:00Z' });
    const summaries = openSummaries(store, pino({ level: 'silent' }), 0);
    const marks = () =>
      sql`select day::text, count(distinct changed_at)::int as changes from stale_days group by day`;
    await expect.poll(marks).toEqual([{ day: '2026-03-02', changes: 1 }]);
    await summaries.close();
    expect(await sql`select day::text, framework, status, runs from run_days`).toEqual([
      { day: '2026-03-01', framework: 'jax', status: 'RUNNING', runs: 1 },
    ]);
    expect([await count(), await totalRuns()]).toEqual([4, 4]);
  });
});

describe('of many runs', () => {
  const moment = '2026-03-01T12:00:00Z';
  const filter: RunFilter = { framework: { eq: 'f1' }, createdAt: { lt: moment } };

  it.each([
    frameworkStats(null),
    frameworkStats(moment),
    runCount('ALL', {}),
    runCount('ALL', { status: ['FAILED'], ...filter }),
    runCount('ALL', { metrics: [{ key: 'loss', is: { gte: 0.5 } }], ...filter }),
    runCount('ALL', { metrics: ['loss', 'f1'].map((key) => ({ key, is: { lt: 0.5 } })) }),
    runCount('DATASET', { status: ['FAILED'], datasetName: { eq: 'a' } }),
  ])('only those of single days and single buckets are looked at: $shape.name', async ({ shape }) => {
    await sql`insert into training_runs (id, model_name, status, framework, created_at)
      select gen_random_uuid(), 'm', 'FAILED', 'f' || n % 5, ${moment}::text::timestamptz - make_interval(mins => n)
      from generate_series(1, 20000) n`;
    await sql`insert into run_metrics (run_id, key, value, model_name, framework, run_created_at)
      select id, 'loss', random(), 'm', framework, created_at from training_runs`;
    await sql`analyze training_runs, run_metrics`;
    const plan = await sql.unsafe(`explain (generic_plan) ${shape.text}`).simple();
    const lines = plan.map((line) => String(line['QUERY PLAN']).trim());
    const reads = lines.flatMap((line, n) =>
      /Scan .*on (training_runs|run_metrics)/.test(line)
        ? [`${line} ${lines.slice(n + 1, n + 6).join(' ')}`]
        : [],
    );
    expect(reads.length).toBeGreaterThan(0);
    for (const read of reads) expect(read).toMatch(/Index Cond: .*(created_at >=|value >?= )/);
  });
});

const number = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

describe('of a day with more values than sixteen bits can number', () => {
  const runs = 70_000;
  it('totals are what is there', { timeout: 120_000 }, async () => {
    await sql`insert into training_runs (id, model_name, status, framework, created_at)
      select ('01930000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'm', (array['RUNNING', 'FINISHED', 'FAILED'])[1 + n % 3],
        case when n % 1000 = 7 then 'jax' else 'torch' end, '2026-03-01T00:00:00Z'::timestamptz + make_interval(secs => n)
      from generate_series(1, ${runs}) n`;
    // Every value once, in no order; another metric and a dataset of few runs.
    await sql`insert into run_metrics (run_id, key, value, model_name, framework, run_created_at)
      select id, key, n * 7919 % 70001 / 70001.0, 'm', framework, created_at
      from (select *, row_number() over (order by id) as n from training_runs) r cross join unnest(array['loss', 'f1']) as key
      where key = 'loss' or n % 900 = 5`;
    await sql`insert into run_datasets (run_id, dataset_id, role, run_created_at)
      select id, ${datasetIds[0] ?? ''}::uuid, 'TRAIN', created_at from training_runs where framework = 'jax'`;
    await sql`analyze training_runs, run_metrics, run_datasets`;
    expect(await summarise()).toEqual(['2026-03-01']);
    const counted = (metrics: RunFilter['metrics']) => runCount('ALL', { metrics });
    for (const [is, expected] of [
      [{ lt: 65_535 / 70_001 }, 65_534],
      [{ lte: 65_535 / 70_001 }, 65_535],
      [{ gt: 65_536 / 70_001 }, runs - 65_536],
      [{ eq: 65_536 / 70_001 }, 1],
      [{ gte: 2 }, 0],
    ] as const)
      expect(await ask(counted([{ key: 'loss', is }]), '')).toBe(expected);
    await fc.assert(
      fc.asyncProperty(filter, number, number, async (each, from, to) => {
        const within: RunFilter = {
          ...each,
          metrics: [...(each.metrics ?? []), { key: 'loss', is: { gte: from, lt: to } }],
          createdAt: { gte: `2026-03-01T0${Math.floor(from * 9)}:00:00.5Z` },
        };
        expect(await ask(runCount('ALL', within), '')).toBe(await countOfRuns(within));
      }),
      { numRuns: 40 },
    );
  });
});
