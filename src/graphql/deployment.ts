import type { ModelName } from '../model-name.ts';
import type { DeploymentRow, Environment } from '../stores/postgres/deployments.ts';
import type { VersionKey } from '../stores/postgres/keys.ts';
import { askIfReady } from './back-ends.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { DeploymentStatusEnum, EnvironmentEnum } from './enums.ts';
import { isUuid } from './node-id.ts';
import { type PageArguments, resolvePage } from './page.ts';
import { gatewaySource, postgresSource } from './provenance.ts';
import { DeploymentRef, isRowWith, ModelVersionRef } from './refs.ts';

builder.node(DeploymentRef, {
  description: 'A version in an environment, with its share of the traffic there.',
  extensions: postgresSource,
  isTypeOf: isRowWith('trafficPercent'),
  id: { resolve: ({ id }) => id },
  loadOne: (key, { loaders }) => (isUuid(key) ? loaders.deployments.byId(key) : null),
  fields: (t) => ({
    environment: t.expose('environment', { type: EnvironmentEnum, nullable: false, description: 'Where.' }),
    status: t.expose('status', {
      type: DeploymentStatusEnum,
      nullable: false,
      description: 'Where it stands.',
    }),
    trafficPercent: t.exposeInt('trafficPercent', {
      nullable: false,
      description: 'Its share of the model’s traffic in that environment, 0 to 100.',
    }),
    endpoint: t.exposeString('endpoint', { description: 'The server that computes its predictions.' }),
    ready: t.boolean({
      description:
        'Whether the endpoint would answer now, asked as it is told; null: there is none, or the gateway may not ask it.',
      extensions: gatewaySource,
      resolve: ({ modelName, version, endpoint }, _, { operations }) =>
        endpoint === null ? null : askIfReady(operations, endpoint, { name: modelName, version }),
    }),
    deployedAt: t.expose('deployedAt', { type: 'DateTime', description: 'When it became active.' }),
    retiredAt: t.expose('retiredAt', { type: 'DateTime', description: 'When it was retired.' }),
    version: t.field({
      type: ModelVersionRef,
      nullable: false,
      description: 'What is deployed.',
      resolve: ({ modelName, version }) => ({ name: modelName, version }),
    }),
  }),
});

const orderKey = ({ createdAt, id }: DeploymentRow) => [createdAt, id];
const toNode = (row: DeploymentRow) => row;

/** A page of a model's deployments. */
export function resolveDeployments(
  name: ModelName,
  args: PageArguments & { environment?: Environment | null | undefined },
  context: GraphQLContext,
) {
  const { environment } = args;
  const { deployments } = context.loaders;
  return resolvePage(args, context, {
    list: `deployments of ${name} ${environment ?? ''}`,
    orderKey,
    load: (page) => deployments.pageOfModel(name, environment, page),
    count: () => deployments.countOfModel(name, environment),
    toNode,
  });
}

/** A page of a version's deployments. */
export const resolveDeploymentsOfVersion = (key: VersionKey, args: PageArguments, context: GraphQLContext) =>
  resolvePage(args, context, {
    list: `deployments of ${key.version}:${key.name}`,
    orderKey,
    load: (page) => context.loaders.deployments.pageOfVersion(key, page),
    count: () => context.loaders.deployments.countOfVersion(key),
    toNode,
  });

/** A page of the live deployments that rest on a dataset. */
export const resolveImpactedDeployments = (datasetId: string, args: PageArguments, context: GraphQLContext) =>
  resolvePage(args, context, {
    list: `deployments on ${datasetId}`,
    orderKey,
    load: (page) => context.loaders.deployments.pageOnDataset(datasetId, page),
    count: () => context.loaders.deployments.countOnDataset(datasetId),
    toNode,
  });
