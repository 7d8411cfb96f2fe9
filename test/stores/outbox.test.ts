import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Claim, Refused } from '../../src/stores/postgres/outbox-claim.ts';
import { openPostgresStore } from '../../src/stores/postgres/postgres-store.ts';
import { openTestPostgres } from '../support/test-stores.ts';

let pg: Awaited<ReturnType<typeof openTestPostgres>>;
let store: ReturnType<typeof openPostgresStore>;
let teller: ReturnType<typeof store.outbox.openTeller>;
let sql: postgres.Sql;

beforeAll(async () => {
  pg = await openTestPostgres();
  store = openPostgresStore({ url: pg.url, poolMax: 4, deadlineMs: 5_000, heavyDeadlineMs: 5_000 });
  await store.prepare();
  teller = store.outbox.openTeller('MONGODB');
  sql = postgres(pg.url, { max: 2 });
});
afterAll(async () => {
  await Promise.all([store.close(), sql.end()]);
  await pg.close();
});
beforeEach(() => sql`delete from outbox`);

/** So many events of a model that MongoDB has to be told of. */
const happened = (modelName: string, count: number) => sql`
  with e as (
    insert into model_events (model_name, kind) select ${modelName}, 'ALIAS_SET' from generate_series(1, ${count}::int)
    returning sequence
  )
  insert into outbox (sequence, store, model_name) select sequence, 'MONGODB', ${modelName} from e`;

type Tell = (claim: Claim) => Promise<readonly Refused[]>;
const all: Tell = async () => [];
const tellNext = (tell: Tell = all, after = '', limit = 10) => teller({ after, limit }, tell);
const pendingOf = async (modelName: string) =>
  (await sql`select from outbox where model_name = ${modelName} and applied_at is null and dead_at is null`)
    .count;

/** What one round through all models tells: the model of each row, in order. */
async function round(limit = 10, by = teller): Promise<string[]> {
  const told: string[] = [];
  const tell: Tell = async ({ rows }) => {
    told.push(...rows.map(({ modelName }) => modelName));
    return [];
  };
  for (let after: string | null = ''; after !== null; ) ({ after } = await by({ after, limit }, tell));
  return told;
}

describe('a round through what a store has to be told', () => {
  it('tells of each model in the order of its events', async () => {
    await happened('b', 2);
    await happened('a', 2);
    await happened('b', 2);
    const sequences: string[] = [];
    await tellNext(async ({ rows }) => {
      sequences.push(...rows.map(({ sequence }) => sequence));
      return [];
    });
    expect(sequences).toEqual([...sequences].sort((a, b) => Number(a) - Number(b)));
    expect(sequences).toHaveLength(6);
    expect(await round()).toEqual([]);
  });

  it('comes to every model, however much there is to tell of one', async () => {
    await happened('a', 1_000);
    for (const name of ['b', 'c', 'd']) await happened(name, 1);
    expect(await round(10)).toEqual([...new Array(10).fill('a'), 'b', 'c', 'd']);
    expect(await round(10)).toEqual(new Array(10).fill('a'));
  });

  it('passes by a model whose first row waits for its next attempt, with all that is behind it', async () => {
    await happened('a', 25);
    await happened('b', 1);
    await sql`update outbox set next_attempt_at = now() + interval '1 hour'
      where sequence = (select min(sequence) from outbox)`;
    expect(await round(10)).toEqual(['b']);
    expect(await pendingOf('a')).toBe(25);
  });

  it('tells of a model up to the row that waits', async () => {
    await happened('a', 5);
    await sql`update outbox set next_attempt_at = now() + interval '1 hour'
      where sequence = (select min(sequence) + 2 from outbox)`;
    expect(await round(10)).toEqual(['a', 'a']);
  });

  it('passes by a model of which somebody else is telling', async () => {
    await happened('a', 25);
    await happened('b', 3);
    const other = store.outbox.openTeller('MONGODB');
    const rounds: string[][] = [];
    await tellNext(async () => {
      rounds.push(await round(10, other));
      return [];
    });
    expect(rounds).toEqual([['b', 'b', 'b']]);
    expect(await pendingOf('a')).toBe(15);
  });

  it('steps over rows that are set aside', async () => {
    await happened('a', 3);
    await sql`update outbox set dead_at = now() where sequence = (select min(sequence) from outbox)`;
    expect(await round()).toEqual(['a', 'a']);
  });
});

describe('what a store refuses', () => {
  it('is tried again later, and set aside after five times; what is behind it goes on then', async () => {
    await happened('a', 1);
    const [first] = await sql<{ sequence: string }[]>`select sequence::text as sequence from outbox`;
    const refuse: Tell = async ({ rows }) =>
      rows
        .filter(({ sequence }) => sequence === first?.sequence)
        .map(({ sequence }) => ({ sequence, reason: 'no' }));
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      expect(await tellNext(refuse)).toMatchObject({ rows: 1 });
      const [row] = await sql`select attempts, last_error, next_attempt_at > now() as waits,
        dead_at is not null as dead from outbox where sequence = ${first?.sequence ?? ''}`;
      expect(row).toEqual({ attempts: attempt, last_error: 'no', waits: true, dead: attempt === 5 });
      await happened('a', 1);
      if (attempt < 5) expect(await round()).toEqual([]);
      await sql`update outbox set next_attempt_at = now() where sequence = ${first?.sequence ?? ''}`;
      await sql`update outbox set applied_at = now() where sequence <> ${first?.sequence ?? ''}`;
    }
    await happened('a', 1);
    expect(await round()).toEqual(['a']);
  });
});

describe('whoever dies in the middle', () => {
  it('leaves all as it was', async () => {
    await happened('a', 3);
    await expect(tellNext(() => Promise.reject(new Error('died')))).rejects.toThrow();
    const rows = await sql`select distinct attempts, applied_at, last_error from outbox`;
    expect([...rows]).toEqual([{ attempts: 0, applied_at: null, last_error: null }]);
    expect(await round()).toEqual(['a', 'a', 'a']);
  });
});
