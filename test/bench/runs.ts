import type { GraphQLClient } from '../support/graphql-client.ts';

const registerMany = `mutation ($inputs: [RegisterTrainingRunInput!]!) { registerTrainingRuns(inputs: $inputs) {
  ... on RegisterTrainingRunSuccess { postgresId } ... on Error { message } } }`;

const models = 200;

/** A run such as clients register: a small configuration, three metrics. */
const runNumber = (n: number) => ({
  idempotencyKey: `run ${n}`,
  modelName: `bench-${n % models}`,
  framework: 'pytorch',
  datasets: [],
  hyperparameters: { lr: 0.001, batchSize: 64, optimizer: { name: 'adamw', betas: [0.9, 0.999] } },
  config: { seed: n, layers: [{ units: 128 }, { units: 64 }], notes: 'a run of the benchmark' },
  metrics: [
    { key: 'accuracy', value: (n % 997) / 997 },
    { key: 'loss', value: (n % 991) / 991 },
    { key: 'f1', value: (n % 983) / 983 },
  ],
});

/** Registers runs by one call; returns their ids, and rejects unless all are registered. */
export async function registerRuns(gateway: GraphQLClient, first: number, count: number): Promise<string[]> {
  const inputs = Array.from({ length: count }, (_, n) => runNumber(first + n));
  const { data, errors } = await gateway.ask(registerMany, { inputs });
  const results: { postgresId?: string; message?: string }[] = data?.registerTrainingRuns ?? [];
  const failed = results.find((result) => result?.postgresId === undefined);
  if (errors || failed)
    throw new Error(errors?.[0]?.message ?? failed?.message ?? 'Not all were registered.');
  return results.map(({ postgresId }) => String(postgresId));
}
