import { isConnectionLost, openRelayClient, type PostgresClient } from './client.ts';
import type { Begin, Transaction } from './transact.ts';

/** A connection on which one transaction runs after another; it opens when asked, and again after it was lost. */
export interface LoneConnection {
  readonly client: PostgresClient;
  /**
   * As the driver's own `begin`, but for one trip less: BEGIN goes to the server together with the first statement. Should it
   * alone be refused, that statement has run by itself: it must do no harm then.
   */
  readonly begin: Begin;
}

export function openLoneConnection(url: string, deadlineMs: number): LoneConnection {
  let lose: (reason: Error) => void = () => {};
  const client = openRelayClient(url, deadlineMs, () => lose(connectionLost()));
  const begin: Begin = (run) => {
    const lost = new Promise<never>((_, reject) => {
      lose = reject;
    });
    return Promise.race([transact(client, run), lost]);
  };
  return { client, begin };
}

async function transact<T>(
  client: PostgresClient,
  run: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  let result: T;
  try {
    // The driver sends statements in their order, on what is its only connection.
    const begun = client.unsafe('begin').execute();
    [result] = await Promise.all([run(client as unknown as Transaction), begun]);
  } catch (error) {
    if (!isConnectionLost(error)) await client.unsafe('rollback');
    throw error;
  }
  await client.unsafe('commit');
  return result;
}

const connectionLost = () =>
  Object.assign(new Error('The connection was closed.'), { code: 'CONNECTION_CLOSED' });
