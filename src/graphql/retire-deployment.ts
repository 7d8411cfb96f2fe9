import { retireDeployment } from '../operations/retire-deployment.ts';
import { builder } from './builder.ts';
import { DeployModelVersionResult } from './deploy-model-version.ts';
import { idempotencyKeyField } from './inputs.ts';
import { runOperation } from './mutation.ts';
import { decodeIdOf } from './node-id.ts';
import { fromPostgres } from './provenance.ts';

const RetireDeploymentInput = builder.inputType('RetireDeploymentInput', {
  description: 'A deployment to retire.',
  fields: (t) => ({
    idempotencyKey: idempotencyKeyField(t),
    deploymentId: t.id({ required: true, description: 'Its `id`.' }),
    reason: t.string({ description: 'Why, for the history.' }),
  }),
});

builder.mutationField('retireDeployment', (t) =>
  t.field({
    type: DeployModelVersionResult,
    description: 'Takes a deployment out of the traffic for good, whatever its state, but once.',
    extensions: fromPostgres,
    args: {
      input: t.arg({ type: RetireDeploymentInput, required: true, description: 'The deployment.' }),
    },
    resolve: (_, { input }, context) =>
      runOperation(retireDeployment, context, {
        ...input,
        deploymentId: decodeIdOf('Deployment', input.deploymentId, ['input', 'deploymentId']),
      }),
  }),
);
