import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
let mongo: MongoClient;
let validator: { $jsonSchema: { properties: object } };

beforeAll(async () => {
  gateway = await openTestGateway({ data: 'nothing' });
  mongo = await new MongoClient(gateway.embedded.mongo.url).connect();
  const [collection] = await db().listCollections({ name: 'model_configs' }).toArray();
  validator = (collection as unknown as { options: { validator: typeof validator } }).options.validator;
});
afterAll(async () => {
  await mongo.close();
  await gateway.close();
});

const db = () => mongo.db('modelgraph');
/** MongoDB refuses documents of this model, as it would those that its validator has never met. */
const refuse = (modelName: string) => {
  const { $jsonSchema } = validator;
  const properties = {
    ...$jsonSchema.properties,
    modelName: { bsonType: 'string', pattern: `^(?!${modelName}$)` },
  };
  return db().command({
    collMod: 'model_configs',
    validator: { $jsonSchema: { ...$jsonSchema, properties } },
  });
};
const accept = () => db().command({ collMod: 'model_configs', validator });
beforeEach(accept);

const register = async (modelName: string) => {
  const { data, errors } = await gateway.query(
    `mutation ($modelName: String!) { registerTrainingRun(input: { modelName: $modelName, framework: "f", datasets: [], metrics: [{ key: "accuracy", value: 0.5 }] }) {
      ... on RegisterTrainingRunSuccess { postgresId sequence } } }`,
    { modelName },
  );
  expect(errors).toBeUndefined();
  return data.registerTrainingRun;
};
const inMongo = (_id: string) =>
  db()
    .collection('model_configs')
    .findOne({ _id: _id as never });
const within = <T>(run: Parameters<typeof gateway.stores.postgres.transact<T>>[1]) =>
  gateway.stores.postgres.transact({ operation: 'test' }, run);
/** The waits between attempts are minutes of a test's time. */
const hurry = () =>
  within(async (sql) => {
    await sql`update outbox set next_attempt_at = now() where applied_at is null`;
    await sql`select pg_notify('modelgraph_outbox', '')`;
  });

const status = `headSequence appliedSequence lagMs pending deadLetters
  stores { store pending deadLetters }
  oldestDeadLetters { id store sequence kind model { name } attempts lastError deadAt }`;
const replicationStatus = async () =>
  (await gateway.query(`{ replicationStatus { ${status} } }`)).data.replicationStatus;
const untilDead = (deadLetters: number) =>
  expect
    .poll(() => hurry().then(replicationStatus), { timeout: 20_000 })
    .toMatchObject({ deadLetters, pending: 0 });

describe('what MongoDB refuses', () => {
  it('is set aside with its reason, holds up nobody else, and is told when it is replayed', async () => {
    await refuse('poisoned');
    const poisoned = await register('poisoned');
    const healthy = await register('healthy');
    await expect.poll(() => inMongo(healthy.postgresId)).toMatchObject({ modelName: 'healthy' });
    await untilDead(1);
    const { oldestDeadLetters, ...rest } = await replicationStatus();
    expect(rest).toMatchObject({
      headSequence: healthy.sequence,
      appliedSequence: healthy.sequence,
      lagMs: 0,
      stores: [
        { store: 'MONGODB', pending: 0, deadLetters: 1 },
        { store: 'REDIS', pending: 0, deadLetters: 0 },
      ],
    });
    expect(oldestDeadLetters).toEqual([
      {
        id: `${poisoned.sequence}-MONGODB`,
        store: 'MONGODB',
        sequence: poisoned.sequence,
        kind: 'RUN_REGISTERED',
        model: { name: 'poisoned' },
        attempts: 5,
        lastError: expect.stringMatching(/^MongoDB refused the document \(121\)/),
        deadAt: expect.any(String),
      },
    ]);
    const { data: run } = await gateway.query(
      '{ model(by: { name: "poisoned" }) { trainingRuns(first: 1) { nodes { replication { state attempts lastError } } } } }',
    );
    expect(run.model.trainingRuns.nodes[0].replication).toMatchObject({ state: 'FAILED', attempts: 5 });

    await accept();
    const { data } = await gateway.query(
      `mutation ($ids: [ID!]!) { replayDeadLetters(ids: $ids) { deadLetters } }`,
      { ids: [oldestDeadLetters[0].id] },
    );
    expect(data.replayDeadLetters).toEqual({ deadLetters: 0 });
    await expect.poll(() => inMongo(poisoned.postgresId)).toMatchObject({ modelName: 'poisoned' });
  });

  it('can be given up, which the history tells', async () => {
    await refuse('hopeless');
    const { sequence, postgresId } = await register('hopeless');
    await untilDead(1);
    const { data } = await gateway.query(
      `mutation ($ids: [ID!]!) { discardDeadLetters(ids: $ids, reason: "cannot be cured") { deadLetters } }`,
      { ids: [`${sequence}-MONGODB`] },
    );
    expect(data.discardDeadLetters).toEqual({ deadLetters: 0 });
    await accept();
    expect(await inMongo(postgresId)).toBeNull();
    const { data: history } = await gateway.query(
      '{ model(by: { name: "hopeless" }) { history(first: 1) { nodes { kind after } } } }',
    );
    expect(history.model.history.nodes).toEqual([
      { kind: 'DEAD_LETTER_DISCARDED', after: { sequence, store: 'MONGODB', reason: 'cannot be cured' } },
    ]);
  });
});

describe('an id that is no dead letter', () => {
  it.each(['', '1', '0-MONGODB', '1-POSTGRES', '1-REDIS', '99999999999-MONGODB'])(
    '%j is refused, and nothing happens',
    async (id) => {
      const { data, errors } = await gateway.query(
        'mutation ($ids: [ID!]!) { replayDeadLetters(ids: $ids) { pending } }',
        { ids: [id] },
      );
      expect(data).toEqual({ replayDeadLetters: null });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argumentPath: ['ids', '0'] } }]);
    },
  );

  it('nor is a list of none, or a discard without a reason', async () => {
    const { errors } = await gateway.query(
      'mutation { replayDeadLetters(ids: []) { pending } discardDeadLetters(ids: ["1-MONGODB"], reason: " ") { pending } }',
    );
    expect(errors?.map(({ extensions }) => extensions.argumentPath)).toEqual([['ids'], ['reason']]);
  });
});
