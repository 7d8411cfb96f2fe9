import type postgres from 'postgres';
import { answer } from './answer.ts';
import type { PostgresClient } from './client.ts';
import type { Question } from './question.ts';

/** An open transaction: what is written through it is there together, or not at all. */
export type Transaction = postgres.TransactionSql;

/** Runs a transaction. Rolls back and rejects with whatever `run` threw, or with the driver's error. */
export async function transact<T>(
  client: PostgresClient,
  run: (transaction: Transaction) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  // The server ends a statement by itself, a little before the deadline; between two of them nothing runs.
  return (await client.begin(async (transaction) => {
    const result = await run(transaction);
    signal.throwIfAborted();
    return result;
  })) as T;
}

/** Puts one key to a question within the transaction, which so sees its own writes. */
export async function askIn<Key, Row>(
  transaction: Transaction,
  question: Question<Key, Row>,
  key: Key,
): Promise<Row> {
  const [row] = await answer(transaction, [{ question, key }]);
  return row as Row;
}
