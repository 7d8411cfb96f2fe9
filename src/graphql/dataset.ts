import type { DatasetRow } from '../stores/postgres/datasets.ts';
import type { StringFilter } from '../stores/postgres/filter.ts';
import { builder } from './builder.ts';
import { DeploymentConnection, TrainingRunConnection } from './connections.ts';
import type { GraphQLContext } from './context.ts';
import { DatasetTrainingStatsType } from './dataset-stats.ts';
import { resolveImpactedDeployments } from './deployment.ts';
import { checkStringFilter } from './filters.ts';
import { isUuid } from './node-id.ts';
import { type PageArguments, resolvePage } from './page.ts';
import { fromPostgres, postgresSource } from './provenance.ts';
import { DatasetRef, isRowWith } from './refs.ts';
import { resolveRuns, TrainingRunFilterInput, TrainingRunOrderInput } from './training-runs.ts';

builder.node(DatasetRef, {
  description: 'A version of the data that models are trained and measured on.',
  extensions: postgresSource,
  isTypeOf: isRowWith('rowCount'),
  id: { resolve: ({ id }) => id },
  loadOne: (key, { loaders }) => (isUuid(key) ? loaders.datasets.byId(key) : null),
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'What it is called.' }),
    version: t.exposeString('version', { nullable: false, description: 'Which state of it; free text.' }),
    uri: t.exposeString('uri', { description: 'Where its rows are.' }),
    rowCount: t.expose('rowCount', { type: 'Int64', description: 'How many rows it has.' }),
    digest: t.exposeString('digest', { description: 'What its rows hash to, such as sha256:….' }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: false,
      description: 'When it was registered.',
    }),
    stats: t.field({
      type: DatasetTrainingStatsType,
      description: 'What was trained on it and how well. Reads every run that used it.',
      extensions: fromPostgres,
      resolve: ({ id }, _, { loaders }) => loaders.datasets.stats(id),
    }),
    impactedDeployments: t.field({
      type: DeploymentConnection,
      description: 'What is live on it: deployments of versions whose run read it, newest first.',
      extensions: fromPostgres,
      args: t.arg.connectionArgs(),
      resolve: ({ id }, args, context) => resolveImpactedDeployments(id, args, context),
    }),
    trainingRuns: t.field({
      type: TrainingRunConnection,
      description: 'The runs that read it, in any role.',
      extensions: fromPostgres,
      args: {
        ...t.arg.connectionArgs(),
        filter: t.arg({ type: TrainingRunFilterInput, description: 'Only runs that match.' }),
        orderBy: t.arg({ type: TrainingRunOrderInput, description: 'Newest first, when left out.' }),
      },
      resolve: ({ id }, args, context) => resolveRuns('DATASET', id, args, context),
    }),
  }),
});

/** A page of datasets by name and version. */
export function resolveDatasets(
  args: PageArguments & { name?: StringFilter | null | undefined },
  context: GraphQLContext,
) {
  const name = checkStringFilter(args.name, ['name']);
  const { datasets } = context.loaders;
  return resolvePage(args, context, {
    list: `datasets ${JSON.stringify(name ?? null)}`,
    orderKey: (row: DatasetRow) => [row.name, row.version],
    load: (page) => datasets.page(name, page),
    count: () => datasets.count(name),
    toNode: (row) => row,
  });
}
