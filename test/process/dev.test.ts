import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphiqlTabs } from '../../src/http/graphiql-tabs.ts';
import { type Cli, readyUrl, runCli } from '../support/cli.ts';
import { operationsOf } from '../support/operations-of.ts';

let cli: Cli;
let url: string;
beforeAll(async () => {
  cli = runCli(['dev'], { PORT: '0' });
  url = await readyUrl(cli);
});
afterAll(async () => {
  cli.process.kill('SIGTERM');
  expect(await cli.exit()).toBe(0);
});

async function ask(query: string, operationName?: string) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, operationName }),
  });
  return response.json();
}

describe('npm run dev', () => {
  it('says which servers it runs, where others can join in, that nothing is kept, and last where it answers', () => {
    const lines = cli.output().trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^ {2}PostgreSQL {2}PostgreSQL 18\.\d+, embedded, postgres:\/\/\S+$/);
    expect(lines[1]).toMatch(/^ {2}MongoDB {5}\S.*, embedded, mongodb:\/\/\S+$/);
    expect(lines[2]).toMatch(/^ {2}Redis {7}\S.*, embedded, (redis:\/\/\S+|in process)$/);
    expect(lines[3]).toMatch(
      /^ {2}demo data {3}\d+ models and \d+ training runs in the embedded stores, which keep nothing after exit$/,
    );
    expect(lines[4]).toBe(`ModelGraph ready at ${url}`);
  });

  it('answers the first query of GraphiQL from all three stores, with one call to each', async () => {
    const { data, errors, extensions } = await ask(String(graphiqlTabs[0]));
    expect(errors).toBeUndefined();
    expect(data.model).toMatchObject({
      name: 'fraud-detector',
      latestVersion: { version: expect.any(Number) },
      config: { framework: 'ml-random-forest', value: expect.any(Number) },
      serving: { predictionCount: expect.stringMatching(/^[1-9]\d*$/), leaderboardRank: expect.any(Number) },
      sources: [{ presence: 'PRESENT' }, { presence: 'PRESENT' }, { presence: 'PRESENT' }],
    });
    expect(extensions.stores).toMatchObject([
      { store: 'POSTGRES', calls: 1 },
      { store: 'MONGODB', calls: 1 },
      { store: 'REDIS', calls: 1 },
    ]);
  });

  it('answers the query of the README as the README says', async () => {
    const readme = readFileSync('README.md', 'utf8');
    const [, query, answer] = /```graphql\n(.+?)\n```.+?```json\n(.+?)\n```/s.exec(readme) ?? [];
    expect(query).toBe(graphiqlTabs[0]?.trim());
    const told = JSON.parse(String(answer));
    expect((await ask(String(query))).data).toEqual(told.data);
    expect(told.extensions.stores.map(({ calls }: { calls: number }) => calls)).toEqual([1, 1, 1]);
  });

  it.each(graphiqlTabs.flatMap((query) => operationsOf(query).map((name) => [name, query] as const)))(
    'answers the example %s of GraphiQL without an error',
    async (name, query) => {
      const answer = await ask(query, name);
      expect(answer.errors).toBeUndefined();
      const shown = JSON.stringify(answer.data);
      expect(shown).not.toMatch(/"(message|issues)":/);
      expect(shown).not.toMatch(/"(nodes|document)":(\[\]|null)/);
      // Some documents have no such value, truthfully; a query that finds none at all is a bad example.
      if (shown.includes('"value":')) expect(shown).toMatch(/"value":[^n]/);
    },
  );

  it('runs beside another one without colliding', async () => {
    const other = runCli(['dev'], { PORT: '0' });
    expect(await readyUrl(other)).not.toBe(url);
    other.process.kill('SIGINT');
    expect(await other.exit()).toBe(0);
    expect((await ask('{ models(first: 1) { totalCount } }')).errors).toBeUndefined();
  });
});

describe('a gateway killed with SIGKILL', () => {
  it('leaves no server behind', async () => {
    const killed = runCli(['dev'], { PORT: '0' });
    await readyUrl(killed);
    const [, port] = await killed.until(/postgres:\/\/[^@]+@127\.0\.0\.1:(\d+)/);
    killed.process.kill('SIGKILL');
    await killed.exit();
    const reachable = () =>
      fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        ({ cause }) => cause?.code !== 'ECONNREFUSED',
      );
    await expect.poll(reachable, { timeout: 10_000 }).toBe(false);
  });
});
