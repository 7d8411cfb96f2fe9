import type postgres from 'postgres';
import { answer } from './answer.ts';
import { isConnectionLost, type PostgresClient } from './client.ts';
import type { Question } from './question.ts';

/** An open transaction: what is written through it is there together, or not at all. */
export type Transaction = postgres.TransactionSql;

/** Sends a last statement, which is not waited for before the commit: both go to the server together. */
export type WithCommit = (statement: postgres.PendingQuery<postgres.Row[]>) => void;

/** Begins a transaction, commits it when `run` resolves and rolls it back when that rejects, as the driver's `begin` does. */
export type Begin = <T>(run: (transaction: Transaction) => Promise<T>) => Promise<unknown>;

/**
 * Runs a transaction. Rolls back and rejects with whatever `run` or a last statement threw, or with the driver's error. On
 * a connection that is gone nothing more is sent: the driver would throw where nobody can catch it, which ends the process.
 * https://github.com/porsager/postgres/issues/1208
 */
export async function inTransaction<T>(
  begin: Begin,
  run: (transaction: Transaction, withCommit: WithCommit) => Promise<T>,
): Promise<T> {
  let isOver = false;
  let last: Promise<unknown> | undefined;
  const withCommit: WithCommit = (statement) => {
    if (isOver) return;
    last = statement.execute();
    // Heard below, after the commit, or not at all when something else failed before.
    last.catch(() => {});
  };
  const done = begin(async (transaction) => {
    try {
      const result = await run(
        fenced(transaction, () => isOver),
        withCommit,
      );
      // Nor is it committed there.
      return isOver ? never() : result;
    } catch (error) {
      // Not settling keeps the driver from rolling back; its own promise rejects when the connection closes.
      if (isOver || isConnectionLost(error)) return never();
      throw error;
    }
  });
  try {
    const result = (await done) as T;
    // The server answers the commit of a transaction in which a statement failed as if all were well, and rolls back.
    await last;
    return result;
  } finally {
    isOver = true;
  }
}

/** Each its own, or the one would remember all who wait for it. */
const never = () => new Promise<never>(() => {});

/** A transaction of which nothing more is sent, and nothing answered, once it is over. */
function fenced(transaction: Transaction, isOver: () => boolean): Transaction {
  return new Proxy(transaction, {
    apply: (target, self, args) => (isOver() ? never() : Reflect.apply(target, self, args)),
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (name !== 'unsafe' || typeof value !== 'function') return value;
      return (...args: unknown[]) => (isOver() ? never() : value.apply(target, args));
    },
  });
}

/**
 * Two transactions on one connection: the second one's first statement goes to the server together with the commit of the
 * first, which has not waited for the second. Where the first does not come to its end, both reject.
 */
function chained(begin: Begin): readonly [first: Begin, second: Begin] {
  let runSecond: (transaction: Transaction) => Promise<unknown> = never;
  let end: (ended: Promise<unknown>) => void = () => {};
  const bothEnded = new Promise<unknown>((resolve) => {
    end = resolve;
  });
  const first: Begin = (run) =>
    new Promise((resolve, reject) => {
      const ended = begin(async (transaction) => {
        const result = await run(transaction);
        // To the driver all is one transaction, and the connection nobody else's until it ends.
        const committed = transaction.unsafe('commit and chain').execute();
        const second = runSecond(transaction);
        second.catch(() => {});
        try {
          await committed;
        } catch (error) {
          // As above: the driver would roll back on a connection that is gone.
          if (isConnectionLost(error)) return never();
          throw error;
        }
        resolve(result);
        return second;
      });
      ended.catch(reject);
      end(ended);
    });
  const second: Begin = (run) => {
    runSecond = run;
    return bothEnded;
  };
  return [first, second];
}

/**
 * Runs a transaction on a connection of the pool, and gives up before it commits when the signal says so. `follow` is given
 * the beginning of another one, which follows it on that connection.
 */
export async function transact<T>(
  client: PostgresClient,
  run: (transaction: Transaction, withCommit: WithCommit) => Promise<T>,
  signal: AbortSignal,
  follow?: (begin: Begin) => void,
): Promise<T> {
  const begin: Begin = (scope) => client.begin(scope);
  const [first, second] = follow ? chained(begin) : [begin];
  if (second) follow?.(second);
  // The server ends a statement by itself, a little before the deadline; between two of them nothing runs.
  return inTransaction(first, async (transaction, withCommit) => {
    const result = await run(transaction, withCommit);
    signal.throwIfAborted();
    return result;
  });
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

/** The same for many keys: same length, same order. */
export async function askAllIn<Key, Row>(
  transaction: Transaction,
  question: Question<Key, Row>,
  keys: readonly Key[],
): Promise<Row[]> {
  if (keys.length === 0) return [];
  return (await answer(
    transaction,
    keys.map((key) => ({ question, key })),
  )) as Row[];
}
