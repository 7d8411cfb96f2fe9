import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModelVersion } from '../../src/operations/create-model-version.ts';
import { openTestGateway, storeCallsOf, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway({ data: 'nothing' });
});
afterAll(() => gateway.close());

const result = `
  __typename
  ... on DeployModelVersionSuccess { sequence deployment {
    id environment status trafficPercent endpoint deployedAt retiredAt version { version }
  } }
  ... on Error { code message }
  ... on NotFoundError { entity key }
  ... on InvalidInputError { issues { path message } }
  ... on InvalidTransitionError { from to }
`;
const mutations = {
  deploy: `mutation ($input: DeployModelVersionInput!) { result: deployModelVersion(input: $input) { ${result} } }`,
  retire: `mutation ($input: RetireDeploymentInput!) { result: retireDeployment(input: $input) { ${result} } }`,
};

async function write(mutation: keyof typeof mutations, input: object) {
  const { data, errors } = await gateway.query(mutations[mutation], { input });
  expect(errors).toBeUndefined();
  return data.result;
}
const deploy = (modelName: string, number: number, trafficPercent: number, more: object = {}) =>
  write('deploy', { modelName, ref: { number }, environment: 'PRODUCTION', trafficPercent, ...more });

async function withVersions(name: string, count: number): Promise<string> {
  for (let n = 0; n < count; n++)
    await createModelVersion({ stores: gateway.stores, actor: null }, { modelName: name });
  return name;
}

async function sharesOf(name: string): Promise<[number, number][]> {
  const { data } = await gateway.query(`{ model(by: { name: "${name}" }) {
    deployments(environment: PRODUCTION, first: 50) { nodes { status trafficPercent version { version } } }
  } }`);
  return data.model.deployments.nodes
    .filter(({ status }: { status: string }) => status === 'ACTIVE')
    .map(({ version, trafficPercent }: { version: { version: number }; trafficPercent: number }) => [
      version.version,
      trafficPercent,
    ])
    .sort();
}

const kindsOf = async (name: string) => {
  const events = await gateway.stores.postgres.transact(
    { operation: 'kindsOf' },
    async (transaction) =>
      await transaction`select kind, before, after from model_events where model_name = ${name} order by sequence`,
  );
  return events.filter(({ kind }) => /DEPLOY/.test(kind));
};

/** Puts a deployment into a state that no mutation leads to. */
const setStatus = (id: string, status: string) =>
  gateway.stores.postgres.transact(
    { operation: 'setStatus' },
    async (transaction) =>
      await transaction`update deployments set status = ${status}, deployed_at = null where id = ${uuidOf(id)}`,
  );
const uuidOf = (id: string) => Buffer.from(id, 'base64url').toString().replace('Deployment:', '');

describe('deploying a version', () => {
  it('makes it active at once, with all of the traffic unless told otherwise, in one call', async () => {
    await withVersions('fresh', 1);
    const calls = await storeCallsOf(async () => {
      expect(
        await write('deploy', {
          modelName: 'fresh',
          ref: { latest: true },
          environment: 'STAGING',
          endpoint: 'http://models:8080/v2',
        }),
      ).toMatchObject({
        __typename: 'DeployModelVersionSuccess',
        sequence: expect.stringMatching(/^\d+$/),
        deployment: {
          environment: 'STAGING',
          status: 'ACTIVE',
          trafficPercent: 100,
          endpoint: 'http://models:8080/v2',
          deployedAt: expect.any(String),
          retiredAt: null,
          version: { version: 1 },
        },
      });
    });
    expect(calls.map(({ store, operation }) => [store, operation])).toEqual([
      ['POSTGRES', 'deployModelVersion'],
    ]);
  });

  it('that is live there changes its share instead, and its endpoint only when one is given', async () => {
    const name = await withVersions('changed', 1);
    const first = await deploy(name, 1, 100, { endpoint: 'http://a/' });
    const lowered = await deploy(name, 1, 40);
    expect(lowered.deployment).toEqual({ ...first.deployment, trafficPercent: 40 });
    expect((await deploy(name, 1, 40, { endpoint: 'http://b/' })).deployment.endpoint).toBe('http://b/');
    expect(await sharesOf(name)).toEqual([[1, 40]]);
    expect(await kindsOf(name)).toMatchObject([
      { kind: 'DEPLOYED', after: { version: 1, environment: 'PRODUCTION', trafficPercent: 100 } },
      { kind: 'DEPLOYMENT_CHANGED', before: { trafficPercent: 100 }, after: { trafficPercent: 40 } },
      { kind: 'DEPLOYMENT_CHANGED', before: { endpoint: 'http://a/' }, after: { endpoint: 'http://b/' } },
    ]);
  });

  it('as it is changes nothing, and writes no event', async () => {
    const name = await withVersions('same', 1);
    const first = await deploy(name, 1, 30);
    expect(await deploy(name, 1, 30)).toEqual(first);
    expect(await kindsOf(name)).toHaveLength(1);
  });

  it('that was about to come up makes it active', async () => {
    const name = await withVersions('pending', 1);
    const { deployment } = await deploy(name, 1, 30);
    await setStatus(deployment.id, 'PENDING');
    expect((await deploy(name, 1, 30)).deployment).toMatchObject({
      id: deployment.id,
      status: 'ACTIVE',
      deployedAt: expect.any(String),
    });
  });

  it('sent again under its idempotency key is done once', async () => {
    const name = await withVersions('once', 2);
    const input = { modelName: name, ref: { number: 1 }, environment: 'PRODUCTION', trafficPercent: 50 };
    const first = await write('deploy', { ...input, idempotencyKey: 'deploy once' });
    await deploy(name, 1, 10);
    expect(await write('deploy', { ...input, idempotencyKey: 'deploy once' })).toEqual(first);
    expect(await sharesOf(name)).toEqual([[1, 10]]);
    expect(
      await write('deploy', { ...input, ref: { number: 2 }, idempotencyKey: 'deploy once' }),
    ).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });
});

describe('the traffic of an environment', () => {
  it('is never given away twice, and the refusal says who has it', async () => {
    const name = await withVersions('shared', 3);
    await deploy(name, 1, 60);
    await deploy(name, 2, 30);
    expect(await deploy(name, 3, 11)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [
        {
          path: ['trafficPercent'],
          message:
            '90 % of the traffic is taken and 11 % more would be over 100 %: version 2 has 30 %, version 1 has 60 %',
        },
      ],
    });
    // Its own share does not stand in a version's way, nor does another environment.
    expect(await deploy(name, 1, 70)).toMatchObject({ deployment: { trafficPercent: 70 } });
    expect(await deploy(name, 3, 100, { environment: 'STAGING' })).toMatchObject({
      deployment: { status: 'ACTIVE' },
    });
    expect(await deploy(name, 3, 0)).toMatchObject({ deployment: { trafficPercent: 0 } });
    expect(await sharesOf(name)).toEqual([
      [1, 70],
      [2, 30],
      [3, 0],
    ]);
  });

  it('counts what is about to come up, and not what failed', async () => {
    const name = await withVersions('states', 2);
    const { deployment } = await deploy(name, 1, 60);
    for (const status of ['PENDING', 'DEPLOYING']) {
      await setStatus(deployment.id, status);
      expect(await deploy(name, 2, 50)).toMatchObject({ code: 'INVALID_INPUT' });
    }
    await setStatus(deployment.id, 'FAILED');
    expect(await deploy(name, 2, 50)).toMatchObject({ deployment: { status: 'ACTIVE' } });
    // What failed is not changed but deployed anew.
    expect((await deploy(name, 1, 50)).deployment.id).not.toBe(deployment.id);
  });

  // The first race opens the connections that the others run on.
  it.each([1, 2, 3, 4])(
    'asked for by ten at once for a fifth of it goes to exactly five of them (race %i)',
    async (n) => {
      const name = await withVersions(`raced ${n}`, 10);
      const outcomes = await Promise.all(Array.from({ length: 10 }, (_, each) => deploy(name, each + 1, 20)));
      const typenames = outcomes.map(({ __typename }) => __typename).sort();
      expect(typenames).toEqual([
        ...new Array(5).fill('DeployModelVersionSuccess'),
        ...new Array(5).fill('InvalidInputError'),
      ]);
      expect((await sharesOf(name)).map(([, share]) => share)).toEqual([20, 20, 20, 20, 20]);
    },
  );
});

describe('retiring a deployment', () => {
  it('frees its traffic, in one call, with the reason in the audit', async () => {
    const name = await withVersions('retired', 2);
    const { deployment } = await deploy(name, 1, 100);
    const calls = await storeCallsOf(async () => {
      expect(await write('retire', { deploymentId: deployment.id, reason: 'drift' })).toMatchObject({
        __typename: 'DeployModelVersionSuccess',
        deployment: {
          id: deployment.id,
          status: 'RETIRED',
          trafficPercent: 100,
          retiredAt: expect.any(String),
        },
      });
    });
    expect(calls.map(({ operation }) => operation)).toEqual(['retireDeployment']);
    expect((await kindsOf(name)).at(-1)).toMatchObject({
      kind: 'DEPLOYMENT_RETIRED',
      before: { status: 'ACTIVE' },
      after: { status: 'RETIRED', reason: 'drift' },
    });
    expect(await deploy(name, 2, 100)).toMatchObject({ deployment: { status: 'ACTIVE' } });
  });

  it('is possible from every state but RETIRED', async () => {
    const name = await withVersions('every state', 1);
    for (const status of ['PENDING', 'DEPLOYING', 'ACTIVE', 'FAILED']) {
      const { deployment } = await deploy(name, 1, 10);
      await setStatus(deployment.id, status);
      const input = { deploymentId: deployment.id };
      expect(await write('retire', input)).toMatchObject({ deployment: { status: 'RETIRED' } });
      expect(await write('retire', input)).toMatchObject({
        __typename: 'InvalidTransitionError',
        code: 'INVALID_TRANSITION',
        message: 'The deployment is RETIRED and stays so.',
        from: 'RETIRED',
        to: 'RETIRED',
      });
    }
  });

  it('by two at once succeeds for one, and again under an idempotency key for whoever has it', async () => {
    const name = await withVersions('two', 1);
    const { deployment } = await deploy(name, 1, 10);
    const input = { deploymentId: deployment.id, idempotencyKey: 'retire once' };
    const outcomes = await Promise.all([
      write('retire', input),
      write('retire', input),
      write('retire', { deploymentId: deployment.id, idempotencyKey: 'another' }),
    ]);
    const [first, second] = outcomes;
    expect(second).toEqual(first);
    expect(new Set(outcomes.map(({ __typename }) => __typename)).size).toBe(2);
  });
});

describe('what is refused', () => {
  it('what is not there', async () => {
    const name = await withVersions('lonely', 1);
    expect(await deploy('nobody', 1, 10)).toMatchObject({ entity: 'ModelInfo', key: 'nobody' });
    expect(await deploy(name, 2, 10)).toMatchObject({ entity: 'ModelVersion', key: 'lonely version 2' });
    const byAlias = { modelName: name, ref: { alias: 'champion' }, environment: 'STAGING' };
    expect(await write('deploy', byAlias)).toMatchObject({ key: 'lonely alias "champion"' });
    const nobody = Buffer.from('Deployment:01930000-0000-7000-8000-00000000000a').toString('base64url');
    expect(await write('retire', { deploymentId: nobody })).toMatchObject({ entity: 'Deployment' });
  });

  it('faults of the input, with their paths', async () => {
    expect(
      await write('deploy', {
        modelName: 'lonely',
        ref: { number: 0 },
        environment: 'STAGING',
        endpoint: 'javascript:alert(1)',
        trafficPercent: 101,
      }),
    ).toMatchObject({
      issues: [{ path: ['ref', 'number'] }, { path: ['endpoint'] }, { path: ['trafficPercent'] }],
    });
    const malformed = Buffer.from('Deployment:1').toString('base64url');
    expect(await write('retire', { deploymentId: malformed })).toMatchObject({
      issues: [{ path: ['deploymentId'], message: 'give an id' }],
    });
  });

  it('an id of something else', async () => {
    const id = Buffer.from('ModelInfo:lonely').toString('base64url');
    const { data, errors } = await gateway.query(mutations.retire, { input: { deploymentId: id } });
    expect(data.result).toBeNull();
    expect(errors).toMatchObject([
      {
        message: 'This is the id of a ModelInfo, not of a Deployment.',
        extensions: { code: 'BAD_USER_INPUT', argumentPath: ['input', 'deploymentId'] },
      },
    ]);
  });
});
