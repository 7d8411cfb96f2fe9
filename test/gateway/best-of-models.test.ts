import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
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

const allBests = (transaction: Transaction) =>
  transaction`select * from model_metrics order by model_name, key, framework`;

it('a model’s highest and lowest are those of all its runs, however they came', async () => {
  const context = { stores: gateway.stores, actor: null };
  await fc.assert(
    fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 4 }), async (runs) => {
      await registerTrainingRuns(context, runs);
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

it('a registration looks at no run that was there before', async () => {
  const input = runInput.parse({ modelName: 'm', framework: 'f', metrics: [{ key: 'a', value: 1 }] });
  const [before, after] = await within(async (transaction, withCommit) => {
    // Of this connection, what it has not reported yet included.
    const scans = () =>
      transaction`select seq_scan + idx_scan as scans from pg_stat_xact_user_tables where relname = 'run_metrics'`;
    const first = await scans();
    await registerInTransaction(transaction, withCommit, [{ input, actor: null }]);
    return [first, await scans()];
  });
  expect([...after]).toEqual([...before]);
});
