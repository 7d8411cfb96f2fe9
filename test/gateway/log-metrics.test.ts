import fc from 'fast-check';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logMetrics } from '../../src/operations/log-metrics.ts';
import { updateModelMetrics } from '../../src/stores/postgres/model-metrics.ts';
import type { Transaction } from '../../src/stores/postgres/transact.ts';
import { insertRunDatasets } from '../../src/stores/postgres/write-run-datasets.ts';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway({ data: 'nothing' });
});
afterAll(() => gateway.close());

const mutation = `mutation ($input: LogMetricsInput!) { logMetrics(input: $input) {
  __typename
  ... on LogMetricsSuccess { written sequence run { id status metrics { key value nonFinite step } } }
  ... on Error { code message }
  ... on NotFoundError { entity key }
  ... on InvalidInputError { issues { path message } }
} }`;

const idOf = (uuid: string) => Buffer.from(`TrainingRun:${uuid}`).toString('base64url');

async function log(uuid: string, metrics: object[], more: object = {}) {
  const { data, errors } = await gateway.query(mutation, { input: { runId: idOf(uuid), metrics, ...more } });
  expect(errors).toBeUndefined();
  return data.logMetrics;
}

const within = <T>(run: (transaction: Transaction) => Promise<T>) =>
  gateway.stores.postgres.transact({ operation: 'test' }, run);

async function newRun(modelName: string, { framework = 'f', status = 'RUNNING' } = {}): Promise<string> {
  const id = v7();
  await within(async (transaction) => {
    await transaction`insert into models (name) values (${modelName}) on conflict do nothing`;
    await transaction`insert into training_runs (id, model_name, status, framework) values (${id}, ${modelName}, ${status}, ${framework})`;
  });
  return id;
}

/** What a run holds in one of the tables: values and steps as exact text. */
const metricsOf = (table: 'run_metrics' | 'run_metric_points', uuid: string) =>
  within(
    async (transaction) =>
      await transaction<{ key: string; step: string; value: string }[]>`
        select t.key, t.step::text, t.value::text from ${transaction(table)} t where run_id = ${uuid} order by t.key, t.step`,
  );

const bestOf = (modelName: string) =>
  within(
    async (transaction) =>
      await transaction`select key, framework, highest, highest_run_id as "highestRun", lowest, lowest_run_id as "lowestRun"
        from model_metrics where model_name = ${modelName} order by key, framework`,
  );

describe('what is known of a dataset', () => {
  it('follows the accuracies that its runs end with, in whatever order they are logged', async () => {
    const datasetId = v7();
    const [first, second] = [await newRun('on data'), await newRun('on data')];
    await log(first, [{ key: 'accuracy', value: 0.5, step: 2 }]);
    await within(async (transaction) => {
      await transaction`insert into datasets (id, name) values (${datasetId}, 'followed')`;
      await insertRunDatasets(transaction, [
        { runId: first, datasetId, role: 'TRAIN' },
        { runId: first, datasetId, role: 'TEST' },
        { runId: second, datasetId, role: 'TRAIN' },
      ]);
    });
    const stats = async () => {
      const { data } = await gateway.query(
        '{ dataset(name: "followed") { stats { totalExperiments bestAccuracy averageAccuracy bestRun { id } } } }',
      );
      const [derived] = await within(
        (transaction) =>
          transaction`select total_experiments, best_accuracy, average_accuracy from dataset_statistics where name = 'followed'`,
      );
      const { totalExperiments, bestAccuracy, averageAccuracy, bestRun } = data.dataset.stats;
      // A view that reads runs and metrics themselves says the same.
      expect(Object.values(derived ?? {})).toEqual([totalExperiments, bestAccuracy, averageAccuracy]);
      expect(totalExperiments).toBe(2);
      return [bestAccuracy, averageAccuracy, bestRun?.id];
    };
    expect(await stats()).toEqual([0.5, 0.5, idOf(first)]);
    await log(second, [{ key: 'accuracy', value: 0.75 }]);
    expect(await stats()).toEqual([0.75, 0.625, idOf(second)]);
    await log(first, [{ key: 'accuracy', value: 0.9, step: 1 }]);
    expect(await stats()).toEqual([0.75, 0.625, idOf(second)]);
    await log(second, [{ key: 'accuracy', nonFinite: 'NAN', step: 1 }]);
    expect(await stats()).toEqual([0.5, 0.5, idOf(first)]);
    await log(first, [{ key: 'accuracy', nonFinite: 'POSITIVE_INFINITY', step: 3 }]);
    expect(await stats()).toEqual([null, null, undefined]);
  });
});

describe('10,000 points in one call', () => {
  it('are one call to PostgreSQL, and the run’s value is that of the last step', async () => {
    const id = await newRun('many');
    const metrics = Array.from({ length: 10_000 }, (_, n) => ({
      key: `layer/${n % 20}`,
      value: n / 7,
      step: String(n),
    }));
    const calls = await storeCallsOf(async () => {
      const result = await log(id, metrics.toReversed());
      expect(result).toMatchObject({ __typename: 'LogMetricsSuccess', written: 10_000 });
      expect(result.run.metrics).toHaveLength(20);
      expect(result.run.metrics[19]).toMatchObject({ key: 'layer/9', value: 9_989 / 7, step: '9989' });
    });
    // One transaction, and one read for what the query asks of the run.
    expect(calls.map(({ store, operation }) => [store, operation])).toEqual([
      ['POSTGRES', 'logMetrics'],
      ['POSTGRES', 'metrics'],
    ]);
    expect(await metricsOf('run_metric_points', id)).toHaveLength(10_000);
  });

  it('are the most', async () => {
    const id = await newRun('too many');
    const metrics = Array.from({ length: 10_001 }, (_, n) => ({ key: 'loss', value: 1, step: n }));
    expect(await log(id, metrics)).toMatchObject({
      code: 'INVALID_INPUT',
      issues: [{ path: ['metrics'], message: 'give at most 10000 metrics in one call' }],
    });
  });
});

describe('numbers', () => {
  it('are stored as they were given: -0, NaN, infinities, the smallest and the greatest, steps of 64 bits', async () => {
    const id = await newRun('numbers');
    const query = `mutation { logMetrics(input: { runId: "${idOf(id)}", metrics: [
      { key: "down", nonFinite: NEGATIVE_INFINITY }, { key: "great", value: 1.7976931348623157e308 }
      { key: "nan", nonFinite: NAN, step: 3 }, { key: "third", value: 0.3333333333333333, step: "9223372036854775807" }
      { key: "tiny", value: 5e-324, step: "-9223372036854775808" }, { key: "up", nonFinite: POSITIVE_INFINITY }, { key: "zero", value: -0.0 }
    ] }) { ... on LogMetricsSuccess { run { metrics { key value nonFinite step } } } } }`;
    const { data, errors } = await gateway.query(query);
    expect(errors).toBeUndefined();
    expect(data.logMetrics.run.metrics).toMatchObject([
      { key: 'down', value: null, nonFinite: 'NEGATIVE_INFINITY' },
      { key: 'great', value: Number.MAX_VALUE },
      { key: 'nan', value: null, nonFinite: 'NAN', step: '3' },
      { key: 'third', value: 1 / 3, step: '9223372036854775807' },
      { key: 'tiny', value: 5e-324, step: '-9223372036854775808' },
      { key: 'up', value: null, nonFinite: 'POSITIVE_INFINITY', step: '0' },
      { key: 'zero', value: 0 },
    ]);
    const stored = await metricsOf('run_metrics', id);
    expect(stored.map(({ value }) => value)).toEqual([
      '-Infinity',
      '1.7976931348623157e+308',
      'NaN',
      '0.3333333333333333',
      '5e-324',
      'Infinity',
      '-0',
    ]);
    const points = await metricsOf('run_metric_points', id);
    expect(points.map(({ key }) => key)).toEqual(['nan', 'third', 'tiny']);
  });

  it('keep the sign of zero in variables, too', async () => {
    const id = await newRun('zero');
    const body = JSON.stringify({
      query: mutation,
      variables: { input: { runId: idOf(id), metrics: [{ key: 'zero', value: '-0' }] } },
    }).replace('"-0"', '-0');
    await gateway.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(await metricsOf('run_metrics', id)).toEqual([{ key: 'zero', step: '0', value: '-0' }]);
  });
});

describe('the value of a metric', () => {
  it('is that of the highest step, however late an older one comes', async () => {
    const id = await newRun('late');
    await log(id, [{ key: 'loss', value: 0.1, step: 10 }]);
    await log(id, [{ key: 'loss', value: 0.9, step: 2 }]);
    expect(await metricsOf('run_metrics', id)).toEqual([{ key: 'loss', step: '10', value: '0.1' }]);
    await log(id, [{ key: 'loss', value: 0.2, step: 10 }]);
    expect(await metricsOf('run_metrics', id)).toEqual([{ key: 'loss', step: '10', value: '0.2' }]);
    expect(await metricsOf('run_metric_points', id)).toEqual([
      { key: 'loss', step: '2', value: '0.9' },
      { key: 'loss', step: '10', value: '0.2' },
    ]);
  });

  it('without steps is at step 0, and a point only when the metric is logged by step as well', async () => {
    const id = await newRun('stepless');
    await log(id, [{ key: 'accuracy', value: 0.5 }]);
    await log(id, [{ key: 'accuracy', value: 0.6 }]);
    expect(await metricsOf('run_metrics', id)).toEqual([{ key: 'accuracy', step: '0', value: '0.6' }]);
    expect(await metricsOf('run_metric_points', id)).toEqual([]);
    await log(id, [{ key: 'accuracy', value: 0.7, step: 5 }]);
    await log(id, [{ key: 'accuracy', value: 0.4 }]);
    expect(await metricsOf('run_metric_points', id)).toEqual([
      { key: 'accuracy', step: '0', value: '0.4' },
      { key: 'accuracy', step: '5', value: '0.7' },
    ]);
    expect(await metricsOf('run_metrics', id)).toEqual([{ key: 'accuracy', step: '5', value: '0.7' }]);
  });

  it('given twice for one step in one call is the last, and counted once', async () => {
    const id = await newRun('twice');
    const point = (value: number, step?: number) => ({ key: 'loss', value, step });
    expect(await log(id, [point(1, 0), point(2, 7), point(3, 7), point(4)])).toMatchObject({ written: 2 });
    expect(await metricsOf('run_metric_points', id)).toEqual([
      { key: 'loss', step: '0', value: '4' },
      { key: 'loss', step: '7', value: '3' },
    ]);
  });

  it('may come after the run has ended, and before it began', async () => {
    for (const status of ['FINISHED', 'FAILED', 'SCHEDULED'])
      expect(await log(await newRun('ended', { status }), [{ key: 'a', value: 1 }])).toMatchObject({
        written: 1,
        run: { status },
      });
  });
});

describe('the best of a model', () => {
  it('rises and falls with its runs, in all and by framework', async () => {
    const one = await newRun('best');
    const other = await newRun('best', { framework: 'g' });
    await log(one, [{ key: 'accuracy', value: 0.5, step: 1 }]);
    await log(other, [{ key: 'accuracy', value: 0.9 }]);
    const all = { key: 'accuracy', framework: '' };
    expect((await bestOf('best'))[0]).toMatchObject({
      ...all,
      highest: 0.9,
      highestRun: other,
      lowestRun: one,
    });
    await log(one, [{ key: 'accuracy', value: 0.95, step: 2 }]);
    expect((await bestOf('best'))[0]).toMatchObject({ ...all, highest: 0.95, highestRun: one, lowest: 0.9 });
    await log(one, [{ key: 'accuracy', value: 0.1, step: 3 }]);
    expect(await bestOf('best')).toMatchObject([
      { ...all, highest: 0.9, highestRun: other, lowest: 0.1, lowestRun: one },
      { framework: 'f', highest: 0.1 },
      { framework: 'g', highest: 0.9 },
    ]);
    // NaN is neither: what is left is the other run's.
    await log(one, [{ key: 'accuracy', nonFinite: 'NAN', step: 4 }]);
    expect(await bestOf('best')).toMatchObject([{ ...all, highest: 0.9, lowest: 0.9 }, { framework: 'g' }]);
  });
});

describe('a call', () => {
  it('sent again under its idempotency key is done once', async () => {
    const id = await newRun('once');
    const more = { idempotencyKey: 'log once' };
    const first = await log(id, [{ key: 'a', value: 1 }], more);
    await log(id, [{ key: 'a', value: 2 }]);
    expect(await log(id, [{ key: 'a', value: 1 }], more)).toMatchObject({ sequence: first.sequence });
    expect(await metricsOf('run_metrics', id)).toMatchObject([{ value: '2' }]);
    expect(await log(id, [{ key: 'a', value: 3 }], more)).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });

  it('is in the audit', async () => {
    const id = await newRun('audited');
    const { sequence } = await log(id, [
      { key: 'a', value: 1, step: 1 },
      { key: 'a', value: 1, step: 2 },
    ]);
    const events = await within(
      async (transaction) =>
        await transaction`select kind, subject_key, after from model_events where sequence = ${sequence}`,
    );
    expect(events).toMatchObject([
      { kind: 'METRICS_LOGGED', subject_key: id, after: { written: 2, keyCount: 1, keys: ['a'] } },
    ]);
  });

  it('tells each fault with its path, and writes nothing then', async () => {
    const id = await newRun('faulty');
    const metrics = [
      { key: 'fine', value: 1 },
      { key: 'both', value: 1, nonFinite: 'NAN' },
      { key: 'neither' },
      { key: '', value: 1 },
      { key: 'x'.repeat(201), value: 1 },
    ];
    expect(await log(id, metrics)).toMatchObject({
      issues: [
        { path: ['metrics', '1'], message: 'give either value or nonFinite' },
        { path: ['metrics', '2'], message: 'give either value or nonFinite' },
        { path: ['metrics', '3', 'key'], message: 'cannot be empty' },
        { path: ['metrics', '4', 'key'], message: 'can have at most 200 characters' },
      ],
    });
    expect(await log(id, [])).toMatchObject({ issues: [{ path: ['metrics'] }] });
    expect(await metricsOf('run_metrics', id)).toEqual([]);
  });

  it('for a run that is not there is refused', async () => {
    const id = v7();
    expect(await log(id, [{ key: 'a', value: 1 }])).toMatchObject({ entity: 'TrainingRun', key: id });
  });
});

describe('whatever the order of calls', () => {
  const special = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324];
  const point = fc.record({
    key: fc.constantFrom('a', 'b'),
    value: fc.oneof(fc.constantFrom(...special), fc.double()),
    step: fc.constantFrom(null, '-1', '0', '1', '9223372036854775807'),
  });
  const call = fc.record({ run: fc.nat(2), points: fc.array(point, { minLength: 1, maxLength: 6 }) });
  const waves = fc.array(fc.array(call, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 });
  const nonFinite = (value: number) =>
    Number.isNaN(value) ? 'NAN' : value > 0 ? 'POSITIVE_INFINITY' : 'NEGATIVE_INFINITY';
  const toInput = ({ key, value, step }: { key: string; value: number; step: string | null }) => ({
    key,
    step,
    ...(Number.isFinite(value) ? { value } : { nonFinite: nonFinite(value) as 'NAN' }),
  });

  it('a run has the value of its highest step, its model the best of its runs', async () => {
    const context = { stores: gateway.stores, actor: null };
    await fc.assert(
      fc.asyncProperty(waves, async (given) => {
        const name = `any order ${v7()}`;
        const runs = [
          await newRun(name),
          await newRun(name, { framework: 'g' }),
          await newRun(name, { framework: 'g' }),
        ];
        const done: { sequence: bigint; run: number; points: (typeof given)[0][0]['points'] }[] = [];
        for (const wave of given) {
          await Promise.all(
            wave.map(async ({ run, points }) => {
              const input = { runId: runs[run] ?? '', metrics: points.map(toInput) };
              const result = await logMetrics(context, input);
              if ('problem' in result) throw new Error(result.message);
              done.push({ sequence: BigInt(result.sequence), run, points });
            }),
          );
        }
        // Events of one model are in the order of commits.
        done.sort((a, b) => (a.sequence < b.sequence ? -1 : 1));
        for (const [n, id] of runs.entries()) {
          const points = done.filter(({ run }) => run === n).flatMap((each) => each.points);
          const last: object[] = [];
          const kept: object[] = [];
          for (const key of ['a', 'b']) {
            const ofKey = points.filter((each) => each.key === key);
            const steps = new Map(ofKey.map(({ step, value }) => [BigInt(step ?? 0), value]));
            const rows = [...steps]
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([step, value]) => ({ key, step: String(step), value }));
            last.push(...rows.slice(-1));
            if (ofKey.some(({ step }) => step !== null)) kept.push(...rows);
          }
          const parsed = async (table: 'run_metrics' | 'run_metric_points') =>
            (await metricsOf(table, id)).map((row) => ({ ...row, value: Number(row.value) }));
          expect(await parsed('run_metrics')).toStrictEqual(last);
          expect(await parsed('run_metric_points')).toStrictEqual(kept);
        }
        const best = await bestOf(name);
        await within(async (transaction) => {
          await transaction`delete from model_metrics where model_name = ${name}`;
          await updateModelMetrics(transaction, [name]);
        });
        expect(best).toEqual(await bestOf(name));
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
