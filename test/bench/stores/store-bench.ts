import { toMongoError } from '../../../src/stores/mongo/client.ts';
import { toPostgresError } from '../../../src/stores/postgres/client.ts';
import { toRedisError } from '../../../src/stores/redis/client.ts';
import type { NotApplicable } from './operation.ts';
import type { Operations } from './operations.ts';
import type { Durability, StoreId } from './results.ts';

/** The only database, in PostgreSQL and in MongoDB, and with a colon the only beginning of keys, that is ever written to. */
export const benchName = 'modelgraph_bench';

/** A server that the comparison runs on. Whatever rejects does so with the driver's error. */
export interface StoreBench {
  readonly store: StoreId;
  /** What it really is, as it says itself, such as `PostgreSQL 18.4, embedded`. */
  readonly label: string;
  readonly standIn: boolean;
  /** For a gateway, which then stays within the comparison's own; undefined: no other process can join. */
  readonly gatewayUrl: string | undefined;
  /** Whether something is there already under the comparison's name. */
  isTaken(): Promise<boolean>;
  /** Creates the runs anew; `NotApplicable` when its writes cannot be had as durable as that, or no less. */
  open(size: number, durability: Durability, signal: AbortSignal): Promise<OpenRuns | NotApplicable>;
  /** Closes the server where it is an embedded one. */
  close(): Promise<void>;
}

/** A store's runs; `close` removes everything that `open` and the gateway created. */
export interface OpenRuns {
  readonly operations: Operations;
  /** What the server says of those that bear on the figures. */
  readonly settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const translate = { postgres: toPostgresError, mongo: toMongoError, redis: toRedisError };

/** What went wrong without being a driver's error, in words for the report. */
export class Failure extends Error {}

/** Why a store did not do it: the catalog's words for an outage, which name no host; the server's own for a refusal. */
export function reasonOf(store: StoreId, error: unknown): string {
  if (error instanceof Failure) return error.message;
  const known = translate[store](error);
  const refused = known.code === 'INTERNAL' && error instanceof Error;
  return (refused ? error.message : known.message).replace(/\s+/g, ' ');
}
