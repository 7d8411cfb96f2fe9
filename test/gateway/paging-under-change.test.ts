import fc from 'fast-check';
import { Redis } from 'ioredis';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { predictionsKey } from '../../src/stores/redis/keys.ts';
import { openTestGateway, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
let sql: postgres.Sql;
let redis: Redis;
beforeAll(async () => {
  gateway = await openTestGateway({ data: 'nothing' });
  sql = postgres(gateway.embedded.postgres.url, { max: 1 });
  redis = gateway.embedded.redis.client?.duplicate() ?? new Redis(gateway.embedded.redis.url ?? '');
  await sql`insert into models (name) values ('owner')`;
});
afterAll(async () => {
  redis.disconnect();
  await sql.end();
  await gateway.close();
});

/** A list of at most 50 rows, told by number; what a row is ordered by has few values, so that many are equal. */
interface ChangingList {
  readonly query: string;
  readonly keyOf: (node: { name: string; framework: string }) => number;
  add(n: number): Promise<unknown>;
  remove(n: number): Promise<unknown>;
}

const moment = (n: number) => `2026-01-01T00:00:00.${String(n).padStart(6, '0')}Z`;
const nameOf = (n: number) => `page-${n}`;
const idOf = (n: number) => `01930000-0000-7000-8000-0000000000${String((n * 37) % 50).padStart(2, '0')}`;
/** Every third has none. */
const accuracyOf = (n: number) => (n % 3 === 0 ? undefined : ((n * 5) % 7) / 7);

const page = 'first: $first, last: $last, after: $after, before: $before, orderBy: $orderBy';
const turn = '$first: Int, $last: Int, $after: String, $before: String';
const info = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

const models: ChangingList = {
  query: `query (${turn}, $orderBy: ModelOrder) {
    list: models(${page}, filter: { name: { startsWith: "page-" } }) { nodes { name } ${info} }
  }`,
  keyOf: ({ name }) => Number(name.split('-')[1]),
  async add(n) {
    const value = accuracyOf(n);
    await sql`insert into models (name, created_at, updated_at) values (${nameOf(n)}, ${moment(n % 5)}, ${moment(n % 2)})
      on conflict do nothing`;
    if (value !== undefined)
      await sql`insert into model_metrics (model_name, key, framework, highest, highest_run_id, lowest, lowest_run_id)
        values (${nameOf(n)}, 'accuracy', '', ${value}, ${idOf(n)}, ${-value}, ${idOf(n)}) on conflict do nothing`;
  },
  remove: async (n) => sql`delete from models where name = ${nameOf(n)}`,
};

/** Redis knows a model that the registry lost, and the other way round. */
const servedModels: ChangingList = {
  ...models,
  query: models.query.replace(', filter: { name: { startsWith: "page-" } }', ''),
  async add(n) {
    await models.add(n);
    await redis.zadd(predictionsKey, n % 4, nameOf(n));
  },
  remove: (n) => (n % 5 < 2 ? models.remove(n) : redis.zrem(predictionsKey, nameOf(n))),
};

const runs: ChangingList = {
  query: `query (${turn}, $orderBy: TrainingRunOrder) { list: trainingRuns(${page}) { nodes { framework } ${info} } }`,
  keyOf: ({ framework }) => Number(framework),
  async add(n) {
    const value = accuracyOf(n);
    const ended =
      value === undefined ? null : sql`${moment(n)}::timestamptz + make_interval(secs => ${value})`;
    await sql`insert into training_runs (id, model_name, status, framework, created_at, started_at, ended_at)
      values (${idOf(n)}, 'owner', 'RUNNING', ${String(n)}, ${moment(n % 5)}, ${moment(n)}, ${ended}) on conflict do nothing`;
    if (value !== undefined)
      await sql`insert into run_metrics (run_id, key, value, model_name, framework)
        values (${idOf(n)}, 'accuracy', ${value > 0.8 ? 'NaN' : value}, 'owner', 'f') on conflict do nothing`;
  },
  remove: async (n) => sql`delete from training_runs where id = ${idOf(n)}`,
};

interface Page {
  nodes: { name: string; framework: string }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
}

async function read({ query, keyOf }: ChangingList, variables: Record<string, unknown>) {
  const { data, errors } = await gateway.query(query, variables);
  expect(errors).toBeUndefined();
  const { nodes, pageInfo } = data.list as Page;
  return { keys: nodes.map(keyOf), pageInfo };
}

const rowNumber = fc.integer({ min: 0, max: 49 });

async function checkList(list: ChangingList, orderBy: Record<string, string>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.integer({ min: 3, max: 20 }),
      fc.array(fc.record({ add: fc.boolean(), n: rowNumber }), { minLength: 5, maxLength: 40 }),
      async (backwards, size, changes) => {
        const stayed = new Set<number>();
        for (let n = 0; n < 50; n++) {
          await list.remove(n);
          if (n % 2 === 0) await list.add(n);
          if (n % 2 === 0) stayed.add(n);
        }
        const seen: number[] = [];
        const rest = [...changes];
        let cursor: string | null = null;
        for (;;) {
          const at: Record<string, unknown> = backwards
            ? { last: size, before: cursor }
            : { first: size, after: cursor };
          const { keys, pageInfo } = await read(list, { orderBy, ...at });
          if (backwards) seen.unshift(...keys);
          else seen.push(...keys);
          if (backwards ? !pageInfo.hasPreviousPage : !pageInfo.hasNextPage) break;
          cursor = backwards ? pageInfo.startCursor : pageInfo.endCursor;
          for (const { add, n } of rest.splice(0, 4)) {
            if (add) await list.add(n);
            else {
              await list.remove(n);
              stayed.delete(n);
            }
          }
        }
        expect(new Set(seen).size).toBe(seen.length);
        // The whole list, read at once, says in which order those that stayed must have come.
        const whole = await read(list, { orderBy, first: 100 });
        expect(seen.filter((n) => stayed.has(n))).toEqual(whole.keys.filter((n) => stayed.has(n)));
        expect(whole.keys.filter((n) => stayed.has(n))).toHaveLength(stayed.size);
      },
    ),
    { numRuns: 10 },
  );
}

describe.each(['ASC', 'DESC'])(
  'turning pages %s while rows come and go neither repeats nor skips',
  (direction) => {
    it.each([
      { field: 'NAME' },
      { field: 'CREATED_AT' },
      { field: 'UPDATED_AT' },
      { field: 'BEST_METRIC', metric: 'accuracy' },
    ])('a model that stayed, by $field', (order) => checkList(models, { ...order, direction }));

    it('a model that stayed, by PREDICTION_COUNT', () =>
      checkList(servedModels, { field: 'PREDICTION_COUNT', direction }));

    it.each([{ by: 'CREATED_AT' }, { by: 'DURATION' }, { by: 'METRIC', metric: 'accuracy' }])(
      'a training run that stayed, by $by',
      (order) => checkList(runs, { ...order, direction }),
    );
  },
);
