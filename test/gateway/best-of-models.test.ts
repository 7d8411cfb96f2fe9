import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { logMetrics } from '../../src/operations/log-metrics.ts';
import { registerInTransaction } from '../../src/operations/register-in-transaction.ts';
import { registerTrainingRuns } from '../../src/operations/register-training-runs.ts';
import { runInput } from '../../src/operations/run-input.ts';
import { updateModelMetrics } from '../../src/stores/postgres/model-metrics.ts';
import type { Transaction, WithCommit } from '../../src/stores/postgres/transact.ts';
import { openTestGateway, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway({ data: 'nothing' });
});
afterAll(() => gateway.close());

const within = <T>(run: (transaction: Transaction, withCommit: WithCommit) => Promise<T>) =>
  gateway.stores.postgres.transact({ operation: 'test' }, run);

const metric = fc
  .record({ key: fc.constantFrom('a', 'b'), value: fc.constantFrom(-1, -0, 0, 0.5, Number.NaN, 1e308) })
  .map(({ key, value }) => (Number.isNaN(value) ? { key, nonFinite: 'NAN' as const } : { key, value }));
const run = fc.record({
  modelName: fc.constantFrom('m', 'n'),
  framework: fc.constantFrom('f', 'g'),
  metrics: fc.array(metric, { maxLength: 3 }),
});

const logged = fc.record({
  nth: fc.nat(3),
  metrics: fc.array(
    fc.tuple(metric, fc.nat(3)).map(([one, step]) => ({ ...one, step: String(step) })),
    { minLength: 1, maxLength: 3 },
  ),
});

const allBests = (transaction: Transaction) =>
  transaction`select * from model_metrics order by model_name, key, framework`;

it('a model’s highest and lowest are those of all its runs, however they came', async () => {
  const context = { stores: gateway.stores, actor: null };
  await fc.assert(
    fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 4 }), fc.array(logged), async (runs, logs) => {
      const registered = await registerTrainingRuns(context, runs);
      for (const { nth, metrics } of logs) {
        const result = registered[nth % registered.length];
        if (result?.status !== 'fulfilled' || 'problem' in result.value) throw new Error('Not registered.');
        await logMetrics(context, { runId: result.value.runId, metrics });
      }
      const kept = await within(allBests);
      const countedAnew = await within(async (transaction) => {
        await transaction`delete from model_metrics`;
        await updateModelMetrics(transaction, ['m', 'n']);
        return allBests(transaction);
      });
      expect([...kept]).toStrictEqual([...countedAnew]);
    }),
    { numRuns: 40 },
  );
});

it('a run that was the best and gets worse leaves its place to the next', async () => {
  const context = { stores: gateway.stores, actor: null };
  const [best] = await registerTrainingRuns(
    context,
    [0.9, 0.1, 0.2].map((value) => ({
      modelName: 'trained',
      framework: 'f',
      metrics: [{ key: 'a', value, step: '1' }],
    })),
  );
  if (best?.status !== 'fulfilled' || 'problem' in best.value) throw new Error('Not registered.');
  const { runId } = best.value;
  const highestAfter = async (value: number, step: string) => {
    await logMetrics(context, { runId, metrics: [{ key: 'a', value, step }] });
    const [row] = await within(
      (transaction) =>
        transaction`select highest from model_metrics where model_name = 'trained' and framework = ''`,
    );
    return row?.highest;
  };
  expect(await highestAfter(0.95, '2')).toBe(0.95);
  expect(await highestAfter(0.15, '3')).toBe(0.2);
});

it('a registration looks at no run that was there before', async () => {
  const input = runInput.parse({ modelName: 'm', framework: 'f', metrics: [{ key: 'a', value: 1 }] });
  const [before, after] = await within(async (transaction, withCommit) => {
    // Of this connection, what it has not reported yet included.
    const scans = () =>
      transaction`select seq_scan + idx_scan as scans from pg_stat_xact_user_tables where relname = 'run_metrics'`;
    const first = await scans();
    await registerInTransaction({ transaction, withCommit, notice: '' }, [{ input, actor: null }]);
    return [first, await scans()];
  });
  expect([...after]).toEqual([...before]);
});
