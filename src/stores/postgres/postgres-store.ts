import type { Config } from '../../config.ts';
import { createBreaker } from '../../policies/breaker.ts';
import { guard } from '../../policies/guard.ts';
import { type CallName, guardCalls } from '../../policies/guard-call.ts';
import { checkHealth } from '../../policies/health.ts';
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
} from './copy-rows.ts';
import { migratePostgres } from './migrate.ts';
import { openOutbox } from './outbox-store.ts';
import type { Ask } from './question.ts';
import { type Transaction, transact } from './transact.ts';

/** PostgreSQL as the gateway uses it. */
export function openPostgresStore({ url, poolMax, deadlineMs }: Config['postgres']) {
  let client = openPostgresClient({ url, poolMax, deadlineMs });
  const bulk = openBulkClient(url);
  const outbox = openOutbox(url, deadlineMs);
  const renew = (lost: PostgresClient, graceSeconds: number) => {
    if (lost !== client) return;
    client = openPostgresClient({ url, poolMax, deadlineMs });
    void lost.end({ timeout: graceSeconds });
  };
  // A connection that is lost in the middle of a write may come back and never send again, so all are given up; what is
  // under way on others may finish. https://github.com/porsager/postgres/issues/1208
  const onClient = async <T>(run: (client: PostgresClient) => Promise<T>): Promise<T> => {
    const ours = client;
    try {
      return await run(ours);
    } catch (error) {
      if (isConnectionLost(error)) renew(ours, deadlineMs / 1_000);
      throw error;
    }
  };
  const breaker = createBreaker('POSTGRES', () => renew(client, 0));
  const call = guardCalls({ store: 'POSTGRES', deadlineMs, toModelGraphError: toPostgresError }, breaker);
  return {
    read: guard<Ask, unknown>(
      {
        store: 'POSTGRES',
        read: (asks, signal) => onClient((client) => answer(client, asks, signal)),
        operation: operationOf,
        toModelGraphError: toPostgresError,
      },
      breaker,
      deadlineMs,
    ),
    /** One transaction; what it throws rolls it back. Rejects with a ModelGraphError or the Refusal that it threw. */
    transact: <T>(name: CallName, run: (transaction: Transaction) => Promise<T>) =>
      call(name, (signal) => onClient((client) => transact(client, run, signal))),
    health: () => checkHealth('POSTGRES', breaker, deadlineMs, () => client`select 1`, toPostgresError),
    /** What the other stores have yet to be told. */
    outbox,
    /** Brings the tables up to date. Rejects while PostgreSQL is away. */
    prepare: () => migratePostgres(url).catch((error) => Promise.reject(toPostgresError(error))),
    /** For filling the registry, without a deadline; each rejects with the driver's error. */
    bulk: {
      isEmpty: () => isRegistryEmpty(bulk),
      clear: () => clearRegistry(bulk),
      write: (rows: RegistryRows) => copyRows(bulk, rows),
      countModelsNamed: (prefix: string) => countModelsNamed(bulk, prefix),
    },
    close: async () => {
      await Promise.all([client.end({ timeout: 1 }), bulk.end({ timeout: 1 }), outbox.close()]);
    },
  };
}
