import { connect } from 'node:net';
import postgres, { type Options } from 'postgres';
import { ModelGraphError } from '../../errors.ts';
import { connectionOptions } from './connection-options.ts';

export type PostgresClient = postgres.Sql;

interface PostgresOptions {
  readonly url: string;
  readonly poolMax: number;
  readonly deadlineMs: number;
  /** Other settings of PostgreSQL than the server's own. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/**
 * How long a transaction may wait for another store: longer than the writes that it makes there may take. PostgreSQL ends one
 * that is idle for longer: whoever held it is gone, and others wait for its models.
 */
export const transactionMs = 30_000;

/** A sized pool that connects when first asked; statements are prepared once a connection. */
export function openPostgresClient({ url, poolMax, deadlineMs, settings }: PostgresOptions): PostgresClient {
  return postgres(url, {
    max: poolMax,
    // postgres.js counts these in seconds. A connection that outlived the call it was opened for would never be used.
    connect_timeout: deadlineMs / 1_000,
    idle_timeout: 0,
    backoff: false,
    ...connectionOptions,
    // The driver's own would pass every timestamp through a Date, which drops its microseconds.
    types: {
      ...connectionOptions.types,
      date: { to: 1184, from: [1082, 1114, 1184], serialize: String, parse: String },
    },
    connection: {
      application_name: 'modelgraph',
      // timestamptz then renders in UTC with all of its microseconds, without a Date in between.
      TimeZone: 'UTC',
      // A little before the gateway does: a server that lives says so, and only a silent one is taken for dead.
      statement_timeout: Math.ceil(deadlineMs * 0.9),
      idle_in_transaction_session_timeout: transactionMs,
      ...settings,
    },
  });
}

// An option of the driver that its types do not name.
type RelayOptions = Options<typeof connectionOptions.types> & { onclose: () => void };

/** A connection of the relay, which holds a transaction while it writes elsewhere. `onclose` is called whenever it closes. */
export function openRelayClient(url: string, deadlineMs: number, onclose: () => void): PostgresClient {
  const options: RelayOptions = {
    max: 1,
    // By default the driver closes a connection after some half an hour, be it between two statements of a transaction.
    max_lifetime: null,
    onclose,
    connect_timeout: Math.max(1, deadlineMs / 1_000),
    backoff: false,
    ...connectionOptions,
    connection: {
      application_name: 'modelgraph relay',
      TimeZone: 'UTC',
      statement_timeout: deadlineMs,
      idle_in_transaction_session_timeout: transactionMs,
    },
  };
  return postgres(url, options);
}

/** One connection for what takes as long as it takes. Connects when asked, and not for longer. */
export function openBulkClient(url: string): PostgresClient {
  const options = {
    max: 1,
    idle_timeout: 10,
    ...connectionOptions,
    connection: { application_name: 'modelgraph bulk' },
    socket: sendAtOnce,
  };
  return postgres(url, options);
}

/**
 * By default the system holds back the end of a COPY until its rows are acknowledged, and the other side waits 40 ms
 * before it does that. Many such waits make a seed. https://en.wikipedia.org/wiki/Nagle%27s_algorithm
 */
function sendAtOnce({ host, port, path }: { host: string[]; port: number[]; path?: string | null }) {
  const socket = path
    ? connect(path)
    : connect({ host: host[0] ?? '', port: port[0] ?? 5432, noDelay: true });
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Driver error → STORE_UNAVAILABLE, STORE_TIMEOUT, or INTERNAL for what is our own fault. */
export function toPostgresError(error: unknown): ModelGraphError {
  if (error instanceof ModelGraphError) return error;
  const code = codeOf(error);
  if (code === queryCanceled) {
    return new ModelGraphError(
      'STORE_TIMEOUT',
      'PostgreSQL gave up on the query at its time limit. Try again.',
      { store: 'POSTGRES', cause: error, saidByStore: true },
    );
  }
  if (code !== undefined && isOutage(code)) {
    return new ModelGraphError('STORE_UNAVAILABLE', 'PostgreSQL cannot be reached. Try again shortly.', {
      store: 'POSTGRES',
      retryAfterMs: 1_000,
      cause: error,
    });
  }
  return new ModelGraphError('INTERNAL', 'PostgreSQL refused the query.', {
    store: 'POSTGRES',
    cause: error,
  });
}

const queryCanceled = '57014';
const undefinedTable = '42P01';

// https://www.postgresql.org/docs/current/errcodes-appendix.html and the driver's own codes.
const isOutage = (code: string) =>
  code === undefinedTable || // the migrations have not run yet
  /^(08|53|57P|28|3D)/.test(code) ||
  /^E[A-Z]+$/.test(code) ||
  /^(CONNECTION|CONNECT)_/.test(code);

/** Whether the connection itself is gone, rather than that the server refused something. */
export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && (/^E[A-Z]+$/.test(code) || /^(CONNECTION|CONNECT)_/.test(code));
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
