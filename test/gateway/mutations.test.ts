import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

const createDataset = `mutation ($input: CreateDatasetInput!) { createDataset(input: $input) {
  __typename
  ... on CreateDatasetSuccess { sequence dataset { id name version rowCount createdAt } }
  ... on Error { code message }
  ... on ConflictError { current }
  ... on InvalidInputError { issues { path message } }
  ... on IdempotencyConflictError { firstUsedAt }
} }`;

const write = async (mutation: string, input: object) => {
  const { data, errors } = await gateway.query(mutation, { input });
  expect(errors).toBeUndefined();
  return Object.values(data)[0] as Record<string, unknown>;
};

describe('a write', () => {
  it('answers with what it wrote, in one transaction', async () => {
    const calls = await storeCallsOf(async () => {
      const result = await write(createDataset, { name: 'clicks', rowCount: '9007199254740993' });
      expect(result).toMatchObject({
        __typename: 'CreateDatasetSuccess',
        sequence: expect.stringMatching(/^\d+$/),
        dataset: { name: 'clicks', version: '1', rowCount: '9007199254740993' },
      });
    });
    expect(calls.map(({ store, operation }) => [store, operation])).toEqual([['POSTGRES', 'createDataset']]);
  });

  it('sent again under its idempotency key is not done again, and has the same answer', async () => {
    const input = { idempotencyKey: 'once', name: 'again', version: '7' };
    const first = await write(createDataset, input);
    expect(first.__typename).toBe('CreateDatasetSuccess');
    expect(await write(createDataset, input)).toEqual(first);
    const many = await Promise.all(
      [1, 2, 3, 4].map(() => write(createDataset, { ...input, idempotencyKey: 'crowd', version: '8' })),
    );
    expect(new Set(many.map((result) => JSON.stringify(result))).size).toBe(1);
  });

  it('with another input under a used key is refused', async () => {
    await write(createDataset, { idempotencyKey: 'taken', name: 'one' });
    expect(await write(createDataset, { idempotencyKey: 'taken', name: 'two' })).toMatchObject({
      __typename: 'IdempotencyConflictError',
      code: 'IDEMPOTENCY_CONFLICT',
      firstUsedAt: expect.stringMatching(/^20\d\d-.*Z$/),
    });
  });

  it('that was refused may be tried again under its key', async () => {
    await write(createDataset, { name: 'there' });
    const input = { idempotencyKey: 'second try', name: 'there' };
    expect(await write(createDataset, input)).toMatchObject({
      __typename: 'ConflictError',
      current: { name: 'there', version: '1' },
    });
    expect((await write(createDataset, { ...input, version: '2' })).__typename).toBe('CreateDatasetSuccess');
  });

  it('tells every fault of its input at once, with its path', async () => {
    expect(await write(createDataset, { name: '', rowCount: -1, uri: 'x'.repeat(2_001) })).toMatchObject({
      __typename: 'InvalidInputError',
      code: 'INVALID_INPUT',
      issues: [
        { path: ['name'], message: 'cannot be empty' },
        { path: ['uri'], message: 'can have at most 2000 characters' },
        { path: ['rowCount'], message: 'cannot be less than 0' },
      ],
    });
  });
});

const setModelAlias = `mutation ($input: SetModelAliasInput!) { setModelAlias(input: $input) {
  __typename
  ... on SetModelAliasSuccess { previousVersion model { aliases { alias revision setBy version { version } } } }
  ... on Error { code message }
  ... on ConflictError { current }
} }`;
const model = { modelName: 'seed-model-0000002' };

describe('an alias', () => {
  it('moves only from where it was expected', async () => {
    expect(
      await write(setModelAlias, { ...model, alias: 'candidate', version: 1, expectedVersion: 0 }),
    ).toMatchObject({
      previousVersion: null,
      model: {
        aliases: [{ alias: 'candidate', revision: 1, version: { version: 1 } }, { alias: 'champion' }],
      },
    });
    expect(
      await write(setModelAlias, { ...model, alias: 'candidate', version: 1, expectedVersion: 2 }),
    ).toMatchObject({
      __typename: 'ConflictError',
      message: 'The alias "candidate" points at version 1, not at version 2.',
      current: { alias: 'candidate', version: 1 },
    });
  });

  it('expected by several at once goes to one of them', async () => {
    const moves = Array.from({ length: 8 }, () =>
      write(setModelAlias, { ...model, alias: 'race', version: 1, expectedVersion: 0 }),
    );
    const outcomes = (await Promise.all(moves)).map(({ __typename }) => __typename);
    expect(outcomes.filter((outcome) => outcome === 'SetModelAliasSuccess')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'ConflictError')).toHaveLength(7);
  });

  it('is not pointed at what is not there', async () => {
    expect(await write(setModelAlias, { ...model, alias: 'next', version: 99 })).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await write(setModelAlias, { modelName: 'nobody', alias: 'next', version: 1 })).toMatchObject({
      message: 'There is no ModelInfo "nobody".',
    });
  });

  it('that is protected stays', async () => {
    const sql = postgres(gateway.embedded.postgres.url, { max: 1 });
    await sql`update model_aliases set protected = true where model_name = 'seed-model-0000003'`;
    await sql.end();
    const protectedModel = { modelName: 'seed-model-0000003', alias: 'champion' };
    expect(await write(setModelAlias, { ...protectedModel })).toMatchObject({
      code: 'PROTECTED_ALIAS',
      message: 'The alias "champion" is protected and cannot be moved or removed.',
    });
  });

  it('is removed by leaving out the version, and only once', async () => {
    const gone = { modelName: 'seed-model-0000004', alias: 'champion' };
    expect(await write(setModelAlias, gone)).toMatchObject({ previousVersion: 1, model: { aliases: [] } });
    expect(await write(setModelAlias, gone)).toMatchObject({ code: 'INVALID_INPUT' });
  });
});

describe('a request that reads, writes and reads', () => {
  it('sees what it wrote', async () => {
    const { data } = await gateway.query(`mutation {
      before: setModelAlias(input: { modelName: "seed-model-0000005", alias: "a", version: 1 }) { ...aliases }
      after: setModelAlias(input: { modelName: "seed-model-0000005", alias: "b", version: 1 }) { ...aliases }
    } fragment aliases on SetModelAliasSuccess { model { aliases { alias } } }`);
    expect(data.after.model.aliases).toEqual([{ alias: 'a' }, { alias: 'b' }, { alias: 'champion' }]);
  });
});

describe('while PostgreSQL is away', () => {
  it('a write is an error that says so, and nothing else', async () => {
    const away = await openTestGateway({
      environment: { DATABASE_URL: 'postgres://127.0.0.1:1/none' },
      data: 'nothing',
    });
    const { data, errors } = await away.query(createDataset, { input: { name: 'lost' } });
    expect(data).toEqual({ createDataset: null });
    expect(errors).toMatchObject([
      {
        path: ['createDataset'],
        extensions: { code: 'STORE_UNAVAILABLE', store: 'POSTGRES', retryable: true },
      },
    ]);
    await away.close();
  });
});
