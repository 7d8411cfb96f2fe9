import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { askOne } from '../../src/stores/postgres/ask.ts';
import { openPostgresClient, type PostgresClient } from '../../src/stores/postgres/client.ts';
import { textKeys } from '../../src/stores/postgres/keys.ts';
import { openTestPostgres } from '../support/test-stores.ts';

/** Answers with its key, after a rest when the key is "slow". */
const echo = askOne<string, string>({
  name: 'echo',
  keys: textKeys,
  from: sql`(select case k.key when 'slow' then pg_sleep(0.5) end) as rest`,
  where: sql`true`,
  row: sql`json_build_array(k.key, rest)->0`,
});

let database: Awaited<ReturnType<typeof openTestPostgres>>;
let client: PostgresClient;
let answer: typeof import('../../src/stores/postgres/answer.ts').answer;
beforeAll(async () => {
  // What is prepared is counted once a process, which may have run other tests before.
  vi.resetModules();
  ({ answer } = await import('../../src/stores/postgres/answer.ts'));
  database = await openTestPostgres();
  client = openPostgresClient({ url: database.url, poolMax: 1, deadlineMs: 5_000 });
  // What comes again is prepared, and what is prepared is sent down a busy connection.
  for (const key of ['once', 'twice', 'thrice']) await ask(key);
});
afterAll(async () => {
  await client.end();
  await database.close();
});

const ask = async (key: string, signal?: AbortSignal) =>
  (await answer(client, [{ question: echo, key }], signal))[0];
const sent = () => new Promise((resolve) => setTimeout(resolve, 50));

describe('a question that is given up', () => {
  it('while it waits behind another leaves each of those after it its own answer', async () => {
    const late = new AbortController();
    const slow = ask('slow');
    await sent();
    const givenUp = ask('given up', late.signal);
    const next = ask('next');
    await sent();
    late.abort();
    expect(await slow).toBe('slow');
    expect(await next).toBe('next');
    expect(await givenUp).toBe('given up');
    expect(await ask('last')).toBe('last');
  });
});
