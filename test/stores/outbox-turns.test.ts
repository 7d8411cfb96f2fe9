import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ModelName } from '../../src/model-name.ts';
import { notFound } from '../../src/problems.ts';
import { modelState } from '../../src/stores/postgres/model-states.ts';
import type { Claim, Refused } from '../../src/stores/postgres/outbox-claim.ts';
import { openPostgresStore } from '../../src/stores/postgres/postgres-store.ts';
import type { Transaction } from '../../src/stores/postgres/transact.ts';
import { openTestPostgres } from '../support/test-stores.ts';

let pg: Awaited<ReturnType<typeof openTestPostgres>>;
let store: ReturnType<typeof openPostgresStore>;
let sql: postgres.Sql;
const wake = vi.fn();
const wakeOthers = vi.fn();
/** How the store answers what it is told. */
let tell: (claim: Claim) => Promise<readonly Refused[]>;

beforeAll(async () => {
  pg = await openTestPostgres();
  store = openPostgresStore({ url: pg.url, poolMax: 4, deadlineMs: 5_000, heavyDeadlineMs: 5_000 });
  await store.prepare();
  sql = postgres(pg.url, { max: 2 });
});
afterAll(async () => {
  await Promise.all([store.close(), sql.end()]);
  await pg.close();
});
beforeEach(async () => {
  await sql`delete from outbox`;
  wake.mockClear();
  wakeOthers.mockClear();
  tell = async () => [];
  store.outbox.turns.open({ store: 'MONGODB', tell: (claim) => tell(claim), wake, wakeOthers });
});
afterEach(() => store.outbox.turns.close());

const leave = async (transaction: Transaction, name: string, rows: number) => {
  await transaction`
    with e as (
      insert into model_events (model_name, kind) select ${name}, 'ALIAS_SET' from generate_series(1, ${rows}::int)
      returning sequence
    )
    insert into outbox (sequence, store, model_name) select sequence, 'MONGODB', ${name} from e`;
};

/** A transaction that leaves so many rows of a model; returns the notice that it gave. */
const decide = (name: string, rows: number, then: (transaction: Transaction) => unknown = () => {}) =>
  store.transact(
    { operation: 'test' },
    async (transaction, _, notice) => {
      await leave(transaction, name, rows);
      await then(transaction);
      return notice;
    },
    { names: [name as ModelName], rows },
  );
const pendingOf = async (name: string) =>
  (await sql`select from outbox where model_name = ${name} and applied_at is null`).count;
const isTold = (name: string) => vi.waitFor(async () => expect(await pendingOf(name)).toBe(0));
/** Until the turn has ended, whatever became of it. */
const isFree = () =>
  vi.waitFor(async () => expect(await decide(`other ${Math.random()}`, 1)).not.toBe(''), {
    interval: 100,
    timeout: 5_000,
  });

describe('what a transaction leaves in the outbox', () => {
  it('is told at once, in order, and the relay is not woken for it', async () => {
    const told: string[] = [];
    tell = async ({ rows }) => {
      told.push(...rows.map(({ sequence }) => sequence));
      return [];
    };
    const notice = await decide('a', 3);
    await isTold('a');
    expect(told).toHaveLength(3);
    expect(told).toEqual([...told].sort((a, b) => Number(a) - Number(b)));
    store.outbox.turns.hear(notice);
    expect(wake).not.toHaveBeenCalled();
    // The other stores are, when that is done.
    await vi.waitFor(() => expect(wakeOthers).toHaveBeenCalledOnce());
    store.outbox.turns.hear('of somebody else');
    expect(wake).toHaveBeenCalledOnce();
    expect(wakeOthers).toHaveBeenCalledTimes(2);
  });

  it('is committed before it is told, and whoever decided does not wait for that', async () => {
    let free = () => {};
    const blocked = new Promise<void>((resolve) => {
      free = resolve;
    });
    const pendingWhenTold: number[] = [];
    tell = async () => {
      pendingWhenTold.push(await pendingOf('a'));
      await blocked;
      return [];
    };
    await decide('a', 2);
    await vi.waitFor(() => expect(pendingWhenTold).toEqual([2]));
    // Meanwhile what else is left is left to the relay, which is woken again when the model is free.
    expect(await decide('a', 1)).toBe('');
    store.outbox.turns.hear('');
    expect(wake).toHaveBeenCalledOnce();
    expect(wakeOthers).toHaveBeenCalledOnce();
    free();
    await vi.waitFor(async () => expect(await pendingOf('a')).toBe(1));
    await vi.waitFor(() => expect(wake).toHaveBeenCalledTimes(2));
  });

  it('is told to others soon, though the one that is told at once is slow', async () => {
    let free = () => {};
    tell = () =>
      new Promise((resolve) => {
        free = () => resolve([]);
      });
    const notice = await decide('a', 1);
    store.outbox.turns.hear(notice);
    expect(wakeOthers).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(wakeOthers).toHaveBeenCalledOnce());
    expect(await pendingOf('a')).toBe(1);
    free();
    await isTold('a');
  });

  it('is told in the questions’ own moment: they see what was decided', async () => {
    const states: unknown[] = [];
    tell = async ({ rows, ask }) => {
      states.push(...(await ask(modelState, ['a' as ModelName])), rows.at(-1)?.sequence);
      return [];
    };
    await decide('a', 2);
    await isTold('a');
    expect(states).toEqual([{ sequence: states[1], model: null }, states[1]]);
  });

  it('is told even while the relay closes, which waits for that', async () => {
    const told: Claim[] = [];
    tell = async (claim) => {
      told.push(claim);
      return [];
    };
    let closed: Promise<void> | undefined;
    await decide('a', 2, () => {
      closed = store.outbox.turns.close();
    });
    await closed;
    expect(told.map(({ rows }) => rows.length)).toEqual([2]);
    expect(await pendingOf('a')).toBe(0);
    expect(await decide('a', 1)).toBe('');
  });

  it('with more than forty rows is left to the relay', async () => {
    expect(await decide('a', 41)).toBe('');
    expect(await pendingOf('a')).toBe(41);
  });
});

describe('what cannot be told at once', () => {
  it('is what is decided on the only connection of a gateway', async () => {
    const alone = openPostgresStore({ url: pg.url, poolMax: 1, deadlineMs: 5_000, heavyDeadlineMs: 5_000 });
    alone.outbox.turns.open({ store: 'MONGODB', tell, wake, wakeOthers });
    const leaving = { names: ['a' as ModelName], rows: 1 };
    const notice = await alone.transact({ operation: 'test' }, async (_, __, notice) => notice, leaving);
    expect(notice).toBe('');
    await alone.close();
  });

  it('is left as it was when the store fails, the relay is woken, and for a second nothing is tried', async () => {
    tell = () => Promise.reject(new Error('away'));
    await decide('a', 2);
    await vi.waitFor(() => expect(wake).toHaveBeenCalledOnce());
    const rows = await sql`select distinct attempts, last_error from outbox`;
    expect([...rows]).toEqual([{ attempts: 0, last_error: null }]);
    tell = async () => [];
    expect(await decide('a', 1)).toBe('');
    await isFree();
  });

  it('is noted where the store refuses it, and only that', async () => {
    tell = async ({ rows }) => rows.slice(1).map(({ sequence }) => ({ sequence, reason: 'no' }));
    await decide('a', 2);
    await vi.waitFor(async () => expect(await pendingOf('a')).toBe(1));
    const rows =
      await sql`select last_error, applied_at is not null as applied from outbox order by sequence`;
    expect([...rows]).toEqual([
      { last_error: null, applied: true },
      { last_error: 'no', applied: false },
    ]);
  });

  it('of a model that somebody else tells of, is left to the relay', async () => {
    await sql.begin((transaction) => leave(transaction, 'a', 1));
    const teller = store.outbox.openTeller('MONGODB');
    await teller({ after: '', limit: 10 }, async () => {
      await decide('a', 1);
      await vi.waitFor(() => expect(wake).toHaveBeenCalledOnce());
      return [];
    });
    expect(await pendingOf('a')).toBe(1);
  });

  it('because it was not decided in the end, is not there, and the next turn is given', async () => {
    const refused = decide('a', 1, () => {
      throw notFound('Model', 'a');
    });
    await expect(refused).rejects.toThrow();
    expect(await pendingOf('a')).toBe(0);
    await isFree();
  });

  it('because the connection was lost after the commit, stays; those who come next do not notice', async () => {
    tell = async ({ rows }) => {
      const [first] = rows;
      // Of this test alone: others share the server.
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where state = 'idle in transaction' and datname = current_database()`;
      expect(first).toBeDefined();
      return [];
    };
    expect(await decide('a', 2)).not.toBe('');
    await vi.waitFor(() => expect(wake).toHaveBeenCalledOnce());
    expect(await pendingOf('a')).toBe(2);
    tell = async () => [];
    await isFree();
  });

  it('because the connection was lost before the commit, was not decided', async () => {
    const lost = decide('a', 1, async (transaction) => {
      await transaction`select pg_terminate_backend(pg_backend_pid())`;
    });
    await expect(lost).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await pendingOf('a')).toBe(0);
    await isFree();
  });
});
