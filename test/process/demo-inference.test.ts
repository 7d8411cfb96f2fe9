import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cli, readyUrl, runCli } from '../support/cli.ts';
import { type GraphQLClient, openGraphQLClient } from '../support/graphql-client.ts';

const deadlineMs = 3_000;
const soon = { timeout: 20_000 };

let server: Cli;
let serverUrl: string;
let gateway: Cli;
let client: GraphQLClient;

async function startServer(port = '0'): Promise<void> {
  server = runCli(['demo-inference', '--port', port]);
  [, serverUrl = ''] = await server.until(/ready at (http:\S+)/);
}

async function killServer(): Promise<void> {
  server.process.kill('SIGKILL');
  await server.exit();
}

beforeAll(async () => {
  await startServer();
  gateway = runCli(['dev'], {
    PORT: '0',
    INFERENCE_ENDPOINTS: serverUrl,
    INFERENCE_DEADLINE_MS: String(deadlineMs),
  });
  client = openGraphQLClient(await readyUrl(gateway));
});
afterAll(async () => {
  client.close();
  gateway.process.kill('SIGTERM');
  expect(await gateway.exit()).toBe(0);
  await killServer();
});

async function ask(query: string, variables: object) {
  const { data, errors } = await client.ask(query, { ...variables });
  expect(errors).toBeUndefined();
  return data;
}

const deployment = `mutation ($input: DeployModelVersionInput!) { result: deployModelVersion(input: $input) {
  ... on DeployModelVersionSuccess { deployment { endpoint ready } }
  ... on Error { message }
} }`;
async function deploy(modelName: string, number: number, endpoint: string): Promise<{ ready: boolean }> {
  const input = { modelName, ref: { number }, environment: 'DEVELOPMENT', endpoint };
  const { result } = await ask(deployment, { input });
  expect(result).toMatchObject({ deployment: { endpoint } });
  return result.deployment;
}

const prediction = `mutation ($input: PredictionInput!) { result: servePrediction(input: $input) {
  __typename
  ... on Prediction { cacheStatus modelVersion outputs { name datatype shape data } }
  ... on UpstreamError { message retryable }
  ... on Error { message }
} }`;
const predict = async (modelName: string, number: number, features: readonly number[], cache = 'DEFAULT') =>
  (await ask(prediction, { input: { modelName, ref: { number }, inputs: { features }, cache } })).result;

const isReady = async () => {
  const query = `query ($name: String!) { model(by: { name: $name }) {
    deployments(environment: DEVELOPMENT, first: 1) { nodes { endpoint ready } }
  } }`;
  const { model } = await ask(query, { name: 'iris-bayes' });
  const [{ endpoint, ready }] = model.deployments.nodes;
  expect(endpoint).toBe(serverUrl);
  return ready;
};

const flower = [6.3, 3.3, 6, 2.5];
const payment = [912.5, 3, 0.4, 130, 45, 210, 2, 1];
let asked = 0;
/** Nobody has asked about it yet. */
function another(): number[] {
  asked += 1;
  return [...flower.slice(0, 3), 2.5 + asked / 100];
}
const ofServer = (what: string) => ({
  __typename: 'UpstreamError',
  message: expect.stringContaining(what),
  retryable: true,
});

// All of versions that the demo deploys nowhere any more. The tests go on where the one before ended.
describe('a version that a server behind http computes', () => {
  it.each([
    ['fraud-bayes', 2, payment],
    ['fraud-net', 1, payment],
    ['fraud-detector', 1, payment],
    ['iris-bayes', 2, flower],
  ])('answers with the same bits as when the gateway computes it: %s %i', async (name, version, features) => {
    await deploy(name, version, `onnx:${name}/${version}/model.onnx`);
    const here = await predict(name, version, features, 'BYPASS');
    expect(here).toMatchObject({ cacheStatus: 'BYPASS', modelVersion: version });
    expect((await deploy(name, version, serverUrl)).ready).toBe(true);
    expect(await predict(name, version, features, 'BYPASS')).toEqual(here);
  });

  it('computes an answer once, and then it is kept', async () => {
    const missed = await predict('iris-bayes', 2, flower);
    expect(missed).toMatchObject({ cacheStatus: 'MISS', outputs: [{}, { data: ['virginica'] }] });
    expect(await predict('iris-bayes', 2, flower)).toEqual({ ...missed, cacheStatus: 'HIT' });
  });

  it('is not asked at a server that the gateway was not told of', async () => {
    await deploy('iris-tree', 1, 'http://127.0.0.1:1/');
    const { __typename, message, retryable } = await predict('iris-tree', 1, flower);
    expect([__typename, retryable]).toEqual(['UpstreamError', false]);
    expect(message).toContain('is not one that this gateway may ask');
    expect(message).not.toContain('127.0.0.1');
  });
});

describe('a server that hangs', () => {
  it('fails what is new by the deadline, not what is kept, and answers when it goes on', async () => {
    server.process.kill('SIGSTOP');
    expect(await predict('iris-bayes', 2, flower)).toMatchObject({ cacheStatus: 'HIT' });
    expect(await predict('iris-bayes', 2, another())).toEqual(
      ofServer(`did not answer within ${deadlineMs} ms`),
    );
    server.process.kill('SIGCONT');
    expect(await predict('iris-bayes', 2, another())).toMatchObject({ cacheStatus: 'MISS' });
  });
});

describe('a server that is killed with kill -9', () => {
  it('fails what is new, not what is kept, and is soon left alone', async () => {
    expect(await isReady()).toBe(true);
    await killServer();
    expect(await predict('iris-bayes', 2, flower)).toMatchObject({ cacheStatus: 'HIT' });
    expect(await predict('iris-bayes', 2, another())).toEqual(ofServer('cannot be reached'));
    expect(await isReady()).toBe(false);
    await expect
      .poll(() => predict('iris-bayes', 2, another()), soon)
      .toEqual(ofServer('failed 5 times in a row and is left alone for a moment'));
    expect(await predict('iris-bayes', 2, flower)).toMatchObject({ cacheStatus: 'HIT' });
  });

  it('is asked again when it is back', async () => {
    await startServer(new URL(serverUrl).port);
    const input = another();
    await expect
      .poll(() => predict('iris-bayes', 2, input), soon)
      .toMatchObject({ cacheStatus: 'MISS', outputs: [{}, {}] });
    expect(await predict('iris-bayes', 2, input)).toMatchObject({ cacheStatus: 'HIT' });
    expect(await isReady()).toBe(true);
  });
});
