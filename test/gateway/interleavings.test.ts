import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseModelName } from '../../src/model-name.ts';
import { checkConsistency } from '../../src/operations/check-consistency.ts';
import { untilDrained } from '../support/drained.ts';
import { openTestGateway, type TestGateway } from '../support/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway({ data: 'nothing' });
});
afterAll(() => gateway.close());

const models = ['one', 'two', 'three'];
const mutations = {
  registerTrainingRun: 'RegisterTrainingRun',
  logMetrics: 'LogMetrics',
  updateTrainingRun: 'UpdateTrainingRun',
  createModelVersion: 'CreateModelVersion',
  setModelAlias: 'SetModelAlias',
  deployModelVersion: 'DeployModelVersion',
  retireDeployment: 'RetireDeployment',
  deleteModel: 'DeleteModel',
} as const;
type Mutation = keyof typeof mutations;

/** What is asked of a success, where a later step needs it. */
const selections: Partial<Record<Mutation, string>> = {
  registerTrainingRun: '... on RegisterTrainingRunSuccess { runId }',
  deployModelVersion: '... on DeployModelVersionSuccess { deployment { id } }',
};
const write = async (mutation: Mutation, input: object) => {
  const { data, errors } = await gateway.query(
    `mutation ($input: ${mutations[mutation]}Input!) { result: ${mutation}(input: $input) {
      __typename ${selections[mutation] ?? ''} } }`,
    { input },
  );
  expect(errors).toBeUndefined();
  return data.result;
};

/** Does one thing to a model, whatever it is like now; a refusal is as good an answer. */
async function step(mutation: Mutation, modelName: string, value: number, made: Map<string, string[]>) {
  const known = (kind: string) => made.get(`${kind} ${modelName}`)?.at(-1);
  const remember = (kind: string, id: string | undefined) => {
    if (id) made.set(`${kind} ${modelName}`, [...(made.get(`${kind} ${modelName}`) ?? []), id]);
  };
  const metrics = [
    { key: value < 0.5 ? 'accuracy' : 'f1', ...(value < 0.1 ? { nonFinite: 'NAN' } : { value }) },
  ];
  const runId = known('run');
  switch (mutation) {
    case 'registerTrainingRun':
      remember(
        'run',
        (await write(mutation, { modelName, framework: 'f', datasets: [], metrics, config: { value } }))
          .runId,
      );
      break;
    case 'logMetrics':
      if (runId) await write(mutation, { runId, metrics });
      break;
    case 'updateTrainingRun':
      if (runId) await write(mutation, { runId, status: 'FINISHED' });
      break;
    case 'createModelVersion':
      await write(mutation, { modelName });
      break;
    case 'setModelAlias':
      await write(mutation, { modelName, alias: 'champion', version: 1 });
      break;
    case 'deployModelVersion':
      remember(
        'deployment',
        (await write(mutation, { modelName, ref: { number: 1 }, environment: 'STAGING' })).deployment?.id,
      );
      break;
    case 'retireDeployment': {
      const deploymentId = known('deployment');
      if (deploymentId) await write(mutation, { deploymentId });
      break;
    }
    default:
      await write(mutation, { name: modelName });
  }
}

const steps = fc.array(
  fc.record({
    mutation: fc.constantFrom(...(Object.keys(mutations) as Mutation[])),
    model: fc.constantFrom(...models),
    value: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { minLength: 1, maxLength: 15 },
);

describe('whatever several clients do to the same models at once', () => {
  it('ends, once all is told, with stores that agree', async () => {
    let writes = 0;
    const made = new Map<string, string[]>();
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 3, maxLength: 3 }), async (clients) => {
        await Promise.all(
          clients.map(async (own) => {
            for (const { mutation, model, value } of own) await step(mutation, model, value, made);
          }),
        );
        writes += clients.flat().length;
        await untilDrained(gateway);
        for (const name of models) {
          const report = await checkConsistency(
            { stores: gateway.stores, actor: null },
            parseModelName(name, []),
          );
          expect(report.drifts).toEqual([]);
        }
      }),
      // What happened before cannot be undone, so a shorter failure proves nothing.
      { numRuns: 15, endOnFailure: true },
    );
    expect(writes).toBeGreaterThan(100);
  }, 60_000);
});
