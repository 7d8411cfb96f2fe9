import type { Pick } from './entities.ts';
import { batchRead as gatewayBatchRead } from './graphql/batch-read.ts';
import { batchWrite as gatewayBatchWrite } from './graphql/batch-write.ts';
import { complex as gatewayComplex } from './graphql/complex.ts';
import { range as gatewayRange } from './graphql/range.ts';
import { read as gatewayRead } from './graphql/read.ts';
import type { GatewayRuns } from './graphql/runs.ts';
import { write as gatewayWrite } from './graphql/write.ts';
import { batchRead as mongoBatchRead } from './mongo/batch-read.ts';
import { batchWrite as mongoBatchWrite } from './mongo/batch-write.ts';
import { complex as mongoComplex } from './mongo/complex.ts';
import { range as mongoRange } from './mongo/range.ts';
import { read as mongoRead } from './mongo/read.ts';
import type { MongoRuns } from './mongo/runs.ts';
import { write as mongoWrite } from './mongo/write.ts';
import { NotApplicable, type Operation } from './operation.ts';
import { batchRead as postgresBatchRead } from './postgres/batch-read.ts';
import { batchWrite as postgresBatchWrite } from './postgres/batch-write.ts';
import { complex as postgresComplex } from './postgres/complex.ts';
import { range as postgresRange } from './postgres/range.ts';
import { read as postgresRead } from './postgres/read.ts';
import type { PostgresRuns } from './postgres/runs.ts';
import { write as postgresWrite } from './postgres/write.ts';
import { batchRead as redisBatchRead } from './redis/batch-read.ts';
import { batchWrite as redisBatchWrite } from './redis/batch-write.ts';
import { range as redisRange } from './redis/range.ts';
import { read as redisRead } from './redis/read.ts';
import type { RedisRuns } from './redis/runs.ts';
import { write as redisWrite } from './redis/write.ts';
import type { StoreId } from './results.ts';
import type { RowId } from './rows.ts';

type On<Runs> = Readonly<Record<RowId, ((runs: Runs, pick: Pick) => Promise<number>) | NotApplicable>>;

export const postgresOperations: On<PostgresRuns> = {
  read: postgresRead,
  write: postgresWrite,
  complex: postgresComplex,
  'batch-read': postgresBatchRead,
  'batch-write': postgresBatchWrite,
  range: postgresRange,
};

export const mongoOperations: On<MongoRuns> = {
  read: mongoRead,
  write: mongoWrite,
  complex: mongoComplex,
  'batch-read': mongoBatchRead,
  'batch-write': mongoBatchWrite,
  range: mongoRange,
};

export const redisOperations: On<RedisRuns> = {
  read: redisRead,
  write: redisWrite,
  complex: new NotApplicable('Redis neither joins nor aggregates'),
  'batch-read': redisBatchRead,
  'batch-write': redisBatchWrite,
  range: redisRange,
};

/** Through the gateway, by the store that each is about. */
export const gatewayOperations: Readonly<Record<StoreId, On<GatewayRuns>>> = {
  postgres: gatewayOf('postgres'),
  mongo: gatewayOf('mongo'),
  redis: gatewayOf('redis'),
};

function gatewayOf(store: StoreId): On<GatewayRuns> {
  return {
    read: gatewayRead[store],
    write: gatewayWrite[store],
    complex: gatewayComplex[store],
    'batch-read': gatewayBatchRead[store],
    'batch-write': gatewayBatchWrite[store],
    range: gatewayRange[store],
  };
}

/** The operations, each on these runs. */
export const bind = <Runs>(operations: On<Runs>, runs: Runs): Operations =>
  Object.fromEntries(
    Object.entries(operations).map(([row, run]) => [
      row,
      run instanceof NotApplicable ? run : (pick: Pick) => run(runs, pick),
    ]),
  ) as Operations;

export type Operations = Readonly<Record<RowId, Operation | NotApplicable>>;
