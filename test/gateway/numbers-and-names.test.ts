import fc from 'fast-check';
import { type Db, MongoClient } from 'mongodb';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatJsonPointer } from '../../src/json-pointer.ts';
import { openTestGateway, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
let sql: postgres.Sql;
let client: MongoClient;
let db: Db;
beforeAll(async () => {
  gateway = await openTestGateway({ data: 'nothing' });
  sql = postgres(gateway.embedded.postgres.url, { max: 1 });
  client = await new MongoClient(gateway.embedded.mongo.url).connect();
  db = client.db();
});
afterAll(async () => {
  await client.close();
  await sql.end();
  await gateway.close();
});

const names = [
  'شبكة كشف الاحتيال',
  '模型🚀',
  'é́tude',
  'a.b$c',
  '__proto__',
  'constructor',
  'a/b%20c',
  "'; --",
  '𝒳'.repeat(200),
];

describe('a model', () => {
  it.each(names)('may be called %s, in all three stores and back', async (given) => {
    const name = given.normalize('NFC');
    await sql`insert into models (name) values (${name})`;
    await gateway.stores.mongo.bulk.write([
      {
        _id: `head:${name}`,
        kind: 'HEAD',
        modelName: name,
        framework: null,
        schemaVersion: 1,
        revision: 1,
        updatedAt: new Date(),
        document: { [given]: { '': given } },
      },
    ]);
    await gateway.stores.redis.bulk.write([{ name: name as never, scores: { accuracy: 1 } }]);
    const path = `/${given.replaceAll('~', '~0').replaceAll('/', '~1')}/`;
    const { data, errors } = await gateway.query(
      `query ($name: String!, $path: String!) { model(by: { name: $name }) {
        id name createdAt config { modelName value(path: $path) document } serving { leaderboardRank } sources { presence }
      } }`,
      { name: given, path },
    );
    expect(errors).toBeUndefined();
    expect(data.model).toMatchObject({
      name,
      config: { modelName: name, value: given },
      serving: { leaderboardRank: expect.any(Number) },
    });
    expect(JSON.stringify(data.model.config.document)).toBe(JSON.stringify({ [given]: { '': given } }));
    const { data: again } = await gateway.query(
      'query ($id: ID!) { node(id: $id) { ... on ModelInfo { name createdAt } } }',
      { id: data.model.id },
    );
    expect(again.node).toEqual({ name, createdAt: data.model.createdAt });
  });
});

describe('a training run', () => {
  it('tells its metrics as they were trained, and its times to the microsecond', async () => {
    const id = '01930000-0000-7000-8000-00000000000a';
    await sql`insert into models (name) values ('numbers')`;
    await sql`insert into training_runs (id, model_name, status, framework, created_at, started_at, ended_at)
      values (${id}, 'numbers', 'FAILED', 'f', '2026-01-02T03:04:05.000001Z', '2026-01-02T03:04:05.123456+02:00', '2026-03-02T03:04:05.2Z')`;
    await sql`insert into run_metrics (run_id, key, value, step, model_name, framework)
      select ${id}, key, value, step, 'numbers', 'f' from (values
        ('nan', 'NaN'::float8, 0), ('up', 'Infinity', 0), ('down', '-Infinity', 0),
        ('third', 1.0 / 3, 9223372036854775807), ('tiny', 5e-324, 0)) as measured (key, value, step)`;
    const { data, errors } =
      await gateway.query(`{ model(by: { name: "numbers" }) { trainingRuns(first: 1) { nodes {
      createdAt startedAt endedAt durationMs metrics { key value nonFinite step }
    } } } }`);
    expect(errors).toBeUndefined();
    expect(data.model.trainingRuns.nodes[0]).toEqual({
      createdAt: '2026-01-02T03:04:05.000001Z',
      startedAt: '2026-01-02T01:04:05.123456Z',
      endedAt: '2026-03-02T03:04:05.2Z',
      durationMs: '5104800077',
      metrics: [
        { key: 'down', value: null, nonFinite: 'NEGATIVE_INFINITY', step: '0' },
        { key: 'nan', value: null, nonFinite: 'NAN', step: '0' },
        { key: 'third', value: 1 / 3, nonFinite: null, step: '9223372036854775807' },
        { key: 'tiny', value: 5e-324, nonFinite: null, step: '0' },
        { key: 'up', value: null, nonFinite: 'POSITIVE_INFINITY', step: '0' },
      ],
    });
  });
});

describe('a configuration', () => {
  it('tells its metrics too, and keeps what JSON has no number for', async () => {
    await gateway.stores.mongo.bulk.write([
      {
        _id: 'head:numbers',
        kind: 'HEAD',
        modelName: 'numbers',
        framework: 'f',
        schemaVersion: 1,
        revision: 3,
        updatedAt: new Date(0),
        document: {
          metrics: { accuracy: 0.5, loss: Number.NaN, note: 'text', nested: {} },
          layers: [1, [2, 3]],
        },
      },
    ]);
    const { data, errors } = await gateway.query(`{ model(by: { name: "numbers" }) { config {
      revision updatedAt metrics { key value nonFinite } hyperparameters document(paths: ["/layers/1/0", "/metrics/loss"]) last: value(path: "/layers/1/1") none: value(path: "/x/y")
    } } }`);
    expect(errors).toBeUndefined();
    expect(data.model.config).toEqual({
      revision: 3,
      updatedAt: '1970-01-01T00:00:00.000Z',
      metrics: [
        { key: 'accuracy', value: 0.5, nonFinite: null },
        { key: 'loss', value: null, nonFinite: 'NAN' },
      ],
      hyperparameters: null,
      document: { metrics: { loss: 'NaN' }, layers: [null, [2, null]] },
      last: 3,
      none: null,
    });
  });
});

const put = `mutation ($input: PutModelConfigInput!) { putModelConfig(input: $input) {
  __typename ... on InvalidInputError { issues { path message } }
} }`;
const get = async (model: string, fields: string) => {
  const { data, errors } = await gateway.query(
    `{ model(by: { name: "${model}" }) { config { ${fields} } } }`,
  );
  expect(errors).toBeUndefined();
  return data.model.config;
};

/** Every value of a document that holds no others, with its pointer. */
function leavesOf(value: unknown, pointer: string[] = []): [string, unknown][] {
  const members = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (members.length === 0) return [[formatJsonPointer(pointer), value]];
  return members.flatMap(([key, member]) => leavesOf(member, [...pointer, key]));
}

describe('a document that a client writes', () => {
  const keys = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      '',
      '.',
      '$gt',
      'a.b',
      '__proto__',
      'constructor',
      '_bsontype',
      '%',
      '~',
      '/',
      '0',
      'toJSON',
    ),
  );
  const { document } = fc.letrec<{ document: object; value: unknown }>((tie) => ({
    document: fc.dictionary(keys, tie('value'), { maxKeys: 5 }),
    value: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.maxSafeInteger()),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(null, true, false, '', 'NaN', '9007199254740993', 2 ** 53, 1e21, 5e-324),
      fc.array(tie('value'), { maxLength: 5 }),
      tie('document'),
    ),
  }));

  it('comes back the same, and each of its values at its pointer', async () => {
    await fc.assert(
      fc.asyncProperty(document, async (written) => {
        const answer = await gateway.query(put, { input: { modelName: 'any', document: written } });
        expect(answer.data.putModelConfig).toEqual({ __typename: 'PutModelConfigSuccess' });
        const leaves = leavesOf(written).slice(0, 50);
        const values = leaves.map(([path], n) => `v${n}: value(path: ${JSON.stringify(path)})`);
        const { document: read, ...rest } = await get('any', ['document', ...values].join(' '));
        // Text, because the order of keys is part of a document, and because JavaScript itself writes -0 as 0.
        expect(JSON.stringify(read)).toBe(JSON.stringify(written));
        leaves.forEach(([, value], n) => {
          expect(JSON.stringify(rest[`v${n}`])).toBe(JSON.stringify(value));
        });
      }),
      { numRuns: 100 },
    );
  });

  const digits = '[9007199254740993, -9223372036854775808, 9223372036854775807, 9007199254740992, 1e300]';
  const asText = ['9007199254740993', '-9223372036854775808', '9223372036854775807', 2 ** 53, 1e300];
  const send = async (body: string) => {
    const headers = { 'content-type': 'application/json' };
    return (await gateway.fetch('/graphql', { method: 'POST', headers, body })).json();
  };

  it('keeps integers of 64 bits to the digit, in variables and in the query', async () => {
    const document = `{"n": ${digits}, "zero": -0}`;
    await send(
      `{"query": ${JSON.stringify(put)}, "variables": {"input": {"modelName": "var", "document": ${document}}}}`,
    );
    await gateway.query(
      `mutation { putModelConfig(input: { modelName: "lit", document: { n: ${digits}, zero: -0 } }) { __typename } }`,
    );
    for (const model of ['var', 'lit']) {
      // JSON as JavaScript writes it has no -0; the store has.
      expect(await get(model, 'document')).toEqual({ document: { n: asText, zero: 0 } });
      const atRest = await db
        .collection('model_configs')
        .findOne({ modelName: model }, { promoteValues: false });
      const { n, zero } = atRest?.document ?? {};
      expect(n.map(({ _bsontype }: { _bsontype: string }) => _bsontype)).toEqual([
        ...['Long', 'Long', 'Long'],
        ...['Double', 'Double'],
      ]);
      expect(zero).toMatchObject({ _bsontype: 'Double', value: -0 });
    }
  });

  it('is refused with an integer that neither a double nor 64 bits can hold', async () => {
    const document = '{"ok": 1e20, "huge": [1, 18446744073709551617]}';
    const { data } = await send(
      `{"query": ${JSON.stringify(put)}, "variables": {"input": {"modelName": "huge", "document": ${document}}}}`,
    );
    expect(data.putModelConfig).toEqual({
      __typename: 'InvalidInputError',
      issues: [{ path: ['document', 'huge', '1'], message: 'is beyond 64 bits; write it as text' }],
    });
  });

  it('is not alone in that: an Int64 given as a number keeps its digits too', async () => {
    const query =
      'mutation ($n: Int64) { createDataset(input: { name: "rows", rowCount: $n }) { ... on CreateDatasetSuccess { dataset { rowCount } } } }';
    const { data } = await send(`{"query": ${JSON.stringify(query)}, "variables": {"n": 9007199254740993}}`);
    expect(data.createDataset.dataset.rowCount).toBe('9007199254740993');
  });
});
