import { type DeploymentSuccess, deployModelVersion } from '../operations/deploy-model-version.ts';
import { builder } from './builder.ts';
import { EnvironmentEnum } from './enums.ts';
import { idempotencyKeyField } from './inputs.ts';
import { resultUnion, runOperation } from './mutation.ts';
import { fromPostgres, postgresSource } from './provenance.ts';
import { DeploymentRef } from './refs.ts';
import { VersionRefInput } from './version-ref.ts';

const DeployModelVersionInput = builder.inputType('DeployModelVersionInput', {
  description: 'A version, and the share of the traffic it shall have in an environment.',
  fields: (t) => ({
    idempotencyKey: idempotencyKeyField(t),
    modelName: t.string({ required: true, description: 'The model.' }),
    ref: t.field({ type: VersionRefInput, required: true, description: 'Which version.' }),
    environment: t.field({ type: EnvironmentEnum, required: true, description: 'Where.' }),
    endpoint: t.string({
      description:
        'Who computes its predictions: an http or https URL of a server of the Open Inference Protocol v2, or onnx: and the path of a file. Left out, one that is live keeps its own.',
    }),
    trafficPercent: t.int({
      required: true,
      defaultValue: 100,
      description: 'Its share of the model’s traffic there, 0 to 100. All live shares add up to at most 100.',
    }),
  }),
});

const DeployModelVersionSuccessType = builder
  .objectRef<DeploymentSuccess>('DeployModelVersionSuccess')
  .implement({
    description: 'The deployment is as it should be.',
    extensions: postgresSource,
    fields: (t) => ({
      deployment: t.expose('deployment', {
        type: DeploymentRef,
        nullable: false,
        description: 'The deployment.',
      }),
      sequence: t.expose('sequence', {
        type: 'Int64',
        nullable: false,
        description: 'The number of its event; the model’s last when there was nothing to change.',
      }),
    }),
  });

/** What deploying and retiring answer. */
export const DeployModelVersionResult = resultUnion(DeployModelVersionSuccessType, [
  'NotFoundError',
  'InvalidTransitionError',
  'IdempotencyConflictError',
]);

builder.mutationField('deployModelVersion', (t) =>
  t.field({
    type: DeployModelVersionResult,
    description:
      'Gives a version a share of the traffic in an environment. It is ACTIVE at once: no rollout agent reports the steps between yet. A version that is live there keeps its deployment, with the new share.',
    extensions: fromPostgres,
    args: {
      input: t.arg({
        type: DeployModelVersionInput,
        required: true,
        description: 'What, where and how much.',
      }),
    },
    resolve: (_, { input }, context) => runOperation(deployModelVersion, context, input),
  }),
);
