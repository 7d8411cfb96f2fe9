import { type Db, MongoClient } from 'mongodb';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
let sql: postgres.Sql;
let client: MongoClient;
let db: Db;
beforeAll(async () => {
  // What is tested with documents of 16 MB is not how fast this machine is.
  gateway = await openTestGateway({ data: 'nothing', environment: { MONGODB_DEADLINE_MS: '20000' } });
  sql = postgres(gateway.embedded.postgres.url, { max: 1 });
  client = await new MongoClient(gateway.embedded.mongo.url).connect();
  db = client.db();
});
afterAll(async () => {
  await client.close();
  await sql.end();
  await gateway.close();
});

const putModelConfig = `mutation ($input: PutModelConfigInput!) { putModelConfig(input: $input) {
  __typename
  ... on PutModelConfigSuccess { replayed config { modelName framework revision updatedAt schemaVersion document } }
  ... on Error { code message }
  ... on ConflictError { current }
  ... on InvalidInputError { issues { path message } }
  ... on IdempotencyConflictError { firstUsedAt }
} }`;

// biome-ignore lint/suspicious/noExplicitAny: a test knows the shape of what it asked.
const put = async (input: object): Promise<any> => {
  const { data, errors } = await gateway.query(putModelConfig, { input });
  expect(errors).toBeUndefined();
  return data.putModelConfig;
};
const head = (modelName: string) =>
  db
    .collection<{ _id: string; recentWrites?: unknown[] }>('model_configs')
    .findOne({ _id: `head:${modelName}` });
const models = async () => (await sql`select name from models`).map(({ name }) => name);

describe('a configuration', () => {
  it('is written as it is, and registers its model, with an event', async () => {
    const document = { layers: [{ units: 64 }], 'optimizer.name': 'adam', $set: { '': null } };
    const result = await put({ modelName: 'new', framework: 'pytorch', document });
    expect(result).toEqual({
      __typename: 'PutModelConfigSuccess',
      replayed: false,
      config: {
        modelName: 'new',
        framework: 'pytorch',
        revision: 1,
        updatedAt: expect.stringMatching(/^20.*Z$/),
        schemaVersion: 1,
        document,
      },
    });
    const events = await sql`select kind, model_name from model_events where model_name = 'new'`;
    expect([...events]).toEqual([{ kind: 'MODEL_REGISTERED', model_name: 'new' }]);
    const { data } = await gateway.query('{ model(by: { name: "new" }) { name config { document } } }');
    expect(data.model).toEqual({ name: 'new', config: { document } });
  });

  it('costs one read of the registry and one write, and the write tells what it left', async () => {
    await put({ modelName: 'calls', document: { a: { b: 1 }, c: 'not asked for' } });
    const calls = await storeCallsOf(async () => {
      const { data } =
        await gateway.query(`mutation { putModelConfig(input: { modelName: "calls", document: { a: { b: 2 }, metrics: { m: 0.5 } } }) {
        ... on PutModelConfigSuccess { written: config { ...parts } again: config { document(paths: ["/a"]) } }
      } } fragment parts on ModelConfig { revision value(path: "/a/b") metrics { key value } }`);
      expect(data.putModelConfig).toEqual({
        written: { revision: 2, value: 2, metrics: [{ key: 'm', value: 0.5 }] },
        again: { document: { a: { b: 2 } } },
      });
    });
    expect(calls.map(({ store, operation }) => [store, operation])).toEqual([
      ['POSTGRES', 'modelRow'],
      ['MONGODB', 'putModelConfig'],
    ]);
  });

  it('keeps its framework when none is given, and loses it to null', async () => {
    const frameworks = [];
    for (const given of [{ framework: 'jax' }, {}, { framework: null }, {}]) {
      frameworks.push((await put({ modelName: 'framework', document: {}, ...given })).config.framework);
    }
    expect(frameworks).toEqual(['jax', 'jax', null, null]);
  });

  it('is not asked for by a wrong pointer after it was written, but before', async () => {
    const { errors } =
      await gateway.query(`mutation { putModelConfig(input: { modelName: "pointer", document: {} }) {
      ... on PutModelConfigSuccess { config { value(path: "no slash") } }
    } }`);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(await models()).not.toContain('pointer');
  });
});

describe('an expected revision', () => {
  it('0 makes a configuration, once', async () => {
    expect(await put({ modelName: 'first', document: { n: 1 }, expectedRevision: 0 })).toMatchObject({
      config: { revision: 1 },
    });
    expect(await put({ modelName: 'first', document: { n: 2 }, expectedRevision: 0 })).toEqual({
      __typename: 'ConflictError',
      code: 'CONFLICT',
      message: 'The configuration of "first" is at revision 1, not at 0.',
      current: { revision: 1, updatedAt: expect.stringMatching(/Z$/) },
    });
    expect(await head('first')).toMatchObject({ document: { n: 1 }, revision: 1 });
  });

  it('that stands there is written over, any other is a conflict, and none is last write wins', async () => {
    await put({ modelName: 'swap', document: { n: 1 } });
    expect(await put({ modelName: 'swap', document: { n: 2 }, expectedRevision: 1 })).toMatchObject({
      config: { revision: 2, document: { n: 2 } },
    });
    expect(await put({ modelName: 'swap', document: { n: 3 }, expectedRevision: 1 })).toMatchObject({
      code: 'CONFLICT',
      current: { revision: 2 },
    });
    expect(await put({ modelName: 'swap', document: { n: 4 } })).toMatchObject({
      config: { revision: 3, document: { n: 4 } },
    });
  });

  it('of a model that nobody knows is a conflict, and registers nothing', async () => {
    expect(await put({ modelName: 'nobody', document: {}, expectedRevision: 3 })).toMatchObject({
      code: 'CONFLICT',
      current: null,
    });
    expect(await models()).not.toContain('nobody');
    await sql`insert into models (name) values ('bare')`;
    expect(await put({ modelName: 'bare', document: {}, expectedRevision: 3 })).toMatchObject({
      message: 'The configuration of "bare" does not exist, not at 3.',
      current: null,
    });
    expect(await head('bare')).toBeNull();
  });

  it('lets one of many writers pass at each revision', async () => {
    await put({ modelName: 'crowd', document: { by: -1 } });
    const writer = async (by: number): Promise<number> => {
      for (let expectedRevision = 1; ; ) {
        const { config, current } = await put({ modelName: 'crowd', document: { by }, expectedRevision });
        if (config) return config.revision;
        expectedRevision = current.revision;
      }
    };
    const revisions = await Promise.all(Array.from({ length: 20 }, (_, by) => writer(by)));
    expect(revisions.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 2));
  });

  it('by many at once, of none, makes one configuration', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) => put({ modelName: 'race', document: { n }, expectedRevision: 0 })),
    );
    const codes = results.map(({ code }) => code ?? 'OK').sort();
    expect(codes).toEqual([...Array.from({ length: 19 }, () => 'CONFLICT'), 'OK']);
    expect(await sql`select from model_events where model_name = 'race'`).toHaveLength(1);
  });

  it('left out by many at once, is a revision for each', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) => put({ modelName: 'flood', document: { n } })),
    );
    const revisions = results.map(({ config }) => config.revision).sort((a, b) => a - b);
    expect(revisions).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  });
});

describe('an idempotency key', () => {
  it('does not write twice, even when others wrote since', async () => {
    const input = { modelName: 'once', document: { n: 1 }, idempotencyKey: 'a', expectedRevision: 0 };
    expect(await put(input)).toMatchObject({ replayed: false, config: { revision: 1 } });
    await put({ modelName: 'once', document: { n: 2 } });
    expect(await put(input)).toMatchObject({
      replayed: true,
      config: { revision: 2, document: { n: 2 } },
    });
    const many = await Promise.all(
      Array.from({ length: 8 }, () => put({ modelName: 'once', document: { n: 3 }, idempotencyKey: 'b' })),
    );
    expect(many.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(many.map(({ config }) => config.revision))).toEqual(new Set([3]));
  });

  it('with another input is refused', async () => {
    const input = { modelName: 'other', document: { n: null }, idempotencyKey: 'a' };
    await put(input);
    for (const other of [{ document: {} }, { framework: 'f' }, { expectedRevision: 1 }]) {
      expect(await put({ ...input, ...other })).toMatchObject({
        code: 'IDEMPOTENCY_CONFLICT',
        firstUsedAt: expect.stringMatching(/^20.*Z$/),
      });
    }
    expect(await head('other')).toMatchObject({ revision: 1, document: { n: null } });
  });

  it('is remembered for twenty writes, beside the document and not in it', async () => {
    for (let n = 0; n < 22; n++) await put({ modelName: 'many', document: { n }, idempotencyKey: `k${n}` });
    expect((await head('many'))?.recentWrites).toHaveLength(20);
    expect(await put({ modelName: 'many', document: { n: 2 }, idempotencyKey: 'k2' })).toMatchObject({
      replayed: true,
      config: { revision: 22, document: { n: 21 } },
    });
  });

  it('of a refused write may be used again', async () => {
    const input = { modelName: 'retry', document: {}, idempotencyKey: 'a' };
    await put({ modelName: 'retry', document: {} });
    expect(await put({ ...input, expectedRevision: 0 })).toMatchObject({ code: 'CONFLICT' });
    expect(await put({ ...input, expectedRevision: 1 })).toMatchObject({ config: { revision: 2 } });
  });
});

const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });

describe('a document', () => {
  it.each([
    ['a list', [1], []],
    ['a text', 'text', []],
    ['half of a character', { ok: 1, bad: ['\ud800'] }, ['bad', '0']],
    ['a key with half of a character', { '\udc00': 1 }, ['\udc00']],
    ['101 levels', nested(101), Array.from({ length: 100 }, () => 'a')],
  ])('that is or holds %s is refused, with its path', async (_, document, path) => {
    const result = await put({ modelName: 'refused', document });
    expect(result.issues).toMatchObject([{ path: ['document', ...path] }]);
    expect(await models()).not.toContain('refused');
  });

  it('of 100 levels, ten thousand members, or operators for values is data', async () => {
    const document = {
      deep: nested(99),
      long: Array.from({ length: 10_000 }, (_, n) => n),
      filter: { $gt: '', $where: 'true' },
      prototype: JSON.parse('{"__proto__": {"constructor": 1}, "_bsontype": "Long", "toString": null}'),
      '🚀': 'שלום',
    };
    const { config } = await put({ modelName: 'data', document });
    expect(JSON.stringify(config.document)).toBe(JSON.stringify(document));
    const { data } = await gateway.query(
      '{ model(by: { name: "data" }) { config { last: value(path: "/long/9999") smuggled: value(path: "/filter/$gt") } } }',
    );
    expect(data.model.config).toEqual({ last: 9_999, smuggled: '' });
  });

  it('is refused above the limit by its size, before MongoDB is asked, and taken up to it', async () => {
    const limit = 16 * 1_024 * 1_024 - 64 * 1_024;
    // BSON: 4 bytes of length, 1 of type, 2 of the key, 4 of the text's length, its end, and the document's.
    const text = 'x'.repeat(limit - 13);
    const mutation = `mutation ($input: PutModelConfigInput!) { putModelConfig(input: $input) {
      ... on PutModelConfigSuccess { config { revision } } ... on InvalidInputError { issues { path message } }
    } }`;
    const calls = await storeCallsOf(async () => {
      const { data } = await gateway.query(mutation, {
        input: { modelName: 'large', document: { a: `${text}x` } },
      });
      expect(data.putModelConfig.issues).toEqual([
        {
          path: ['document'],
          message: `has ${limit + 1} bytes in MongoDB; it can have at most ${limit}`,
        },
      ]);
    });
    expect(calls).toEqual([]);
    const key = '🔑'.repeat(100);
    for (let n = 0; n < 2; n++) {
      const { data, errors } = await gateway.query(mutation, {
        input: { modelName: 'large', document: { a: text }, idempotencyKey: `${key.slice(2)}${n}` },
      });
      expect(errors).toBeUndefined();
      expect(data.putModelConfig).toEqual({ config: { revision: n + 1 } });
    }
    const stored = await db
      .collection('model_configs')
      .aggregate([{ $match: { modelName: 'large' } }, { $project: { kind: 1 } }])
      .toArray();
    expect(stored).toMatchObject([{ kind: 'HEAD' }]);
  });
});

describe('a head document that is not in our form', () => {
  it('is put right by a write, or is an error of its own where that cannot be', async () => {
    await db.command({ collMod: 'model_configs', validator: {} });
    const foreign = db.collection<{ _id: string; revision?: unknown }>('model_configs');
    await foreign.insertMany([{ _id: 'head:repaired' }, { _id: 'head:broken', revision: 'one' }]);
    await gateway.stores.mongo.prepare();
    expect(await put({ modelName: 'repaired', framework: 'f', document: { a: 1 } })).toMatchObject({
      config: { revision: 1, document: { a: 1 } },
    });
    const { errors } = await gateway.query(putModelConfig, {
      input: { modelName: 'broken', document: { a: 1 } },
    });
    expect(errors).toMatchObject([{ extensions: { code: 'STORE_CORRUPT', store: 'MONGODB' } }]);
    expect(await head('broken')).toEqual({ _id: 'head:broken', revision: 'one' });
  });
});

describe('while a store is away', () => {
  const away = async (environment: Record<string, string>, run: (without: TestGateway) => Promise<void>) => {
    const without = await openTestGateway({ environment, data: 'nothing' });
    await run(without);
    await without.close();
  };
  const input = { modelName: 'away', document: { a: 1 }, idempotencyKey: 'a' };

  it('MongoDB: the write is an error; its model is registered, and the write may be sent again', async () => {
    await away({ MONGODB_URI: 'mongodb://127.0.0.1:1/none' }, async (without) => {
      const { data, errors } = await without.query(putModelConfig, { input });
      expect(data.putModelConfig).toBeNull();
      expect(errors).toMatchObject([
        { extensions: { code: 'STORE_UNAVAILABLE', store: 'MONGODB', retryable: true } },
      ]);
      const known = await without.query('{ model(by: { name: "away" }) { name } }');
      expect(known.data.model).toEqual({ name: 'away' });
    });
  });

  it('PostgreSQL: nothing is written', async () => {
    await away({ DATABASE_URL: 'postgres://127.0.0.1:1/none' }, async (without) => {
      const calls = await storeCallsOf(async () => {
        const { errors } = await without.query(putModelConfig, { input });
        expect(errors).toMatchObject([{ extensions: { code: 'STORE_UNAVAILABLE', store: 'POSTGRES' } }]);
      });
      expect(calls.filter(({ store }) => store === 'MONGODB')).toEqual([]);
    });
  });
});
