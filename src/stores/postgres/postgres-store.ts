import type { Config } from '../../config.ts';
import { createBreaker } from '../../policies/breaker.ts';
import { guard } from '../../policies/guard.ts';
import { type CallName, guardCalls } from '../../policies/guard-call.ts';
import { checkHealth } from '../../policies/health.ts';
import { inTurn } from '../../policies/in-turn.ts';
import { type TogetherLimits, together } from '../../policies/together.ts';
import { answer, operationOf } from './answer.ts';
import {
  isConnectionLost,
  openBulkClient,
  openPostgresClient,
  type PostgresClient,
  toPostgresError,
} from './client.ts';
import {
  clearRegistry,
  copyRows,
  countModelsNamed,
  isRegistryEmpty,
  type RegistryRows,
  vacuumRegistry,
} from './copy-rows.ts';
import { migratePostgres } from './migrate.ts';
import { openOutbox } from './outbox-store.ts';
import type { Leaving } from './outbox-turns.ts';
import type { Ask } from './question.ts';
import { summariseDays } from './summarise-days.ts';
import { type Begin, type Transaction, transact, type WithCommit } from './transact.ts';

const heavySettings = {
  // A median sorts what it is of: in memory, as there is but one such connection.
  work_mem: '32MB',
  // What is read in the order of an index need not be sorted, where a page costs the same wherever it lies, as in memory and on SSDs.
  // https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-RANDOM-PAGE-COST
  random_page_cost: 1.1,
  // A condition that hardly any row meets and one that nearly all meet want different plans, whichever of them came first.
  // https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-PLAN-CACHE-MODE
  plan_cache_mode: 'force_custom_plan',
};

type Run<T> = (transaction: Transaction, withCommit: WithCommit, notice: string) => Promise<T>;

/** PostgreSQL as the gateway uses it. */
export function openPostgresStore({ url, poolMax, deadlineMs, heavyDeadlineMs }: Config['postgres']) {
  const deadlines = { light: deadlineMs, heavy: heavyDeadlineMs };
  const openPools = () => ({
    light: openPostgresClient({ url, poolMax, deadlineMs }),
    heavy: openPostgresClient({ url, poolMax: 1, deadlineMs: heavyDeadlineMs, settings: heavySettings }),
  });
  const closePools = ({ light, heavy }: typeof pools, timeout: number) =>
    Promise.all([light.end({ timeout }), heavy.end({ timeout })]);
  let pools = openPools();
  const bulk = openBulkClient(url);
  const outbox = openOutbox(url, deadlineMs);
  const renew = (lost: typeof pools, graceSeconds: number) => {
    if (lost !== pools) return;
    pools = openPools();
    void closePools(lost, graceSeconds);
  };
  // A connection that is lost in the middle of a write may come back and never send again, so all are given up; what is
  // under way on others may finish. https://github.com/porsager/postgres/issues/1208
  const onPool = async <T>(
    pool: keyof typeof pools,
    run: (client: PostgresClient) => Promise<T>,
  ): Promise<T> => {
    const ours = pools;
    try {
      return await run(ours[pool]);
    } catch (error) {
      if (isConnectionLost(error)) renew(ours, deadlineMs / 1_000);
      throw error;
    }
  };
  const breaker = createBreaker('POSTGRES', () => renew(pools, 0));
  const call = guardCalls({ store: 'POSTGRES', deadlineMs, toModelGraphError: toPostgresError }, breaker);
  const readFrom = (pool: keyof typeof pools) =>
    guard<Ask, unknown>(
      {
        store: 'POSTGRES',
        read: (asks, { signal }) => onPool(pool, (client) => answer(client, asks, signal)),
        operation: operationOf,
        toModelGraphError: toPostgresError,
      },
      breaker,
      deadlines[pool],
    );
  return {
    read: readFrom('light'),
    /** For heavy questions: one statement after another, so that they keep neither connections nor answers from the rest. */
    readHeavy: inTurn(readFrom('heavy'), { store: 'POSTGRES', deadlineMs: heavyDeadlineMs }),
    /**
     * One transaction; what it throws rolls it back. Rejects with a ModelGraphError or the Refusal that it threw. What it
     * leaves in the outbox is told at once where that can be done, of which `notice` is for the relays.
     */
    transact: <T>(name: CallName, run: Run<T>, leaving?: Leaving) =>
      call(name, ({ signal }) =>
        onPool('light', (client) => {
          // An only connection must not wait for another store.
          const turn = leaving && poolMax > 1 ? outbox.turns.take(leaving) : undefined;
          const follow = (begin: Begin) => turn?.follow((scope) => onPool('light', () => begin(scope)));
          return transact(
            client,
            (transaction, withCommit) => run(transaction, withCommit, turn?.notice ?? ''),
            signal,
            turn && follow,
          );
        }),
      ),
    /** For writes of many callers that may share a transaction; see `together`. */
    together: <Ask, Answer>(
      run: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
      limits: TogetherLimits<Ask>,
    ) => together(run, { ...limits, store: 'POSTGRES', deadlineMs }),
    health: () => checkHealth('POSTGRES', breaker, deadlineMs, () => pools.light`select 1`, toPostgresError),
    /** What the other stores have yet to be told. */
    outbox,
    /** Brings the tables up to date. Rejects while PostgreSQL is away. */
    prepare: () => migratePostgres(url).catch((error) => Promise.reject(toPostgresError(error))),
    /** For what takes as long as it takes, without a deadline; each rejects with the driver's error. */
    bulk: {
      isEmpty: () => isRegistryEmpty(bulk),
      clear: () => clearRegistry(bulk),
      write: (rows: RegistryRows) => copyRows(bulk, rows),
      vacuum: () => vacuumRegistry(bulk),
      countModelsNamed: (prefix: string) => countModelsNamed(bulk, prefix),
      summariseDays: (restedMs: number) => summariseDays(bulk, restedMs),
    },
    close: async () => {
      await Promise.all([closePools(pools, 1), bulk.end({ timeout: 1 }), outbox.close()]);
    },
  };
}
