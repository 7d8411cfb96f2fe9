import {
  type Db,
  MongoClient,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb';
import { ModelGraphError } from '../../errors.ts';

interface MongoOptions {
  readonly url: string;
  readonly poolMax: number;
  readonly deadlineMs: number;
}

export interface MongoConnection {
  readonly client: MongoClient;
  readonly db: Db;
}

const defaultDatabase = 'modelgraph';

/** A sized pool that connects when first asked. The database is the URI's, or `modelgraph`. */
export function openMongoClient({ url, poolMax, deadlineMs }: MongoOptions): MongoConnection {
  const client = new MongoClient(url, {
    appName: 'modelgraph',
    maxPoolSize: poolMax,
    connectTimeoutMS: deadlineMs,
    serverSelectionTimeoutMS: deadlineMs,
    waitQueueTimeoutMS: deadlineMs,
    // Reads are retried by the next request, not behind its back: a retry would double the deadline.
    retryReads: false,
    promoteLongs: true,
  });
  const named = client.options.dbName;
  return { client, db: client.db(named && named !== 'test' ? named : defaultDatabase) };
}

const codes = { maxTimeMsExpired: 50, writeConcernTimeout: 64 };

/** Driver error → STORE_UNAVAILABLE, STORE_TIMEOUT, or INTERNAL for what is our own fault. */
export function toMongoError(error: unknown): ModelGraphError {
  if (error instanceof ModelGraphError) return error;
  if (error instanceof MongoServerError && error.code === codes.maxTimeMsExpired) {
    return new ModelGraphError(
      'STORE_TIMEOUT',
      'MongoDB gave up on the query at its time limit. Try again.',
      { store: 'MONGODB', cause: error, saidByStore: true },
    );
  }
  if (error instanceof MongoServerError && error.code === codes.writeConcernTimeout) {
    return new ModelGraphError(
      'STORE_TIMEOUT',
      'MongoDB did not confirm in time that the write will last; it may be there. Try again, with the same idempotencyKey.',
      { store: 'MONGODB', cause: error },
    );
  }
  if (isOutage(error)) {
    return new ModelGraphError('STORE_UNAVAILABLE', 'MongoDB cannot be reached. Try again shortly.', {
      store: 'MONGODB',
      retryAfterMs: 1_000,
      cause: error,
    });
  }
  return new ModelGraphError('INTERNAL', 'MongoDB refused the query.', { store: 'MONGODB', cause: error });
}

function isOutage(error: unknown): boolean {
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError) return true;
  if (error instanceof MongoServerError)
    return authenticationFailed.has(Number(error.code)) || error.hasErrorLabel('RetryableWriteError');
  // The driver lets some errors of its sockets through as they are.
  if (error instanceof Error && 'syscall' in error) return true;
  return (
    error instanceof Error &&
    /^Mongo(WaitQueue|PoolClosed|PoolCleared|NotConnected|TopologyClosed|ServerClosed|ClientClosed|Aggregate)/.test(
      error.name,
    )
  );
}

// Unauthorized, AuthenticationFailed: nothing a client of the gateway did. https://www.mongodb.com/docs/manual/reference/error-codes/
const authenticationFailed = new Set([13, 18]);
