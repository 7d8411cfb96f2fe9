import { type GraphQLResolveInfo, isObjectType } from 'graphql';
import { badUserInput, ModelGraphError } from '../errors.ts';
import { type ModelName, parseModelName } from '../model-name.ts';
import { awaitReplicas } from '../operations/await-replicas.ts';
import { builder } from './builder.ts';
import { DatasetConnection, ModelConnection, TrainingRunConnection } from './connections.ts';
import type { GraphQLContext } from './context.ts';
import { resolveDatasets } from './dataset.ts';
import { ConsistencyEnum } from './enums.ts';
import { checkText, StringFilterInput } from './filters.ts';
import { ModelFilterInput } from './model-filter.ts';
import { ModelOrderInput } from './model-order.ts';
import { resolveModels } from './models.ts';
import { decodeNodeId } from './node-id.ts';
import { fromAll, fromPostgres, gatewaySource } from './provenance.ts';
import { DatasetRef, ModelInfoRef } from './refs.ts';
import { resolveAhead } from './selection.ts';
import { resolveRuns, TrainingRunFilterInput, TrainingRunOrderInput } from './training-runs.ts';

const ModelRefInput = builder.inputType('ModelRef', {
  description: 'Which model: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    id: t.id({ description: 'Its `id`.' }),
    name: t.string({ description: 'Its name.' }),
  }),
});

builder.queryType({
  description: 'What can be asked.',
  extensions: gatewaySource,
  fields: (t) => ({
    model: t.field({
      type: ModelInfoRef,
      description:
        'Everything known about one model. Null without an error only when PostgreSQL says that there is no such model; when it cannot say, what the others know still comes, and `sources` tells.',
      extensions: fromPostgres,
      args: {
        by: t.arg({ type: ModelRefInput, required: true, description: 'Which model.' }),
        minSequence: t.arg({
          type: 'Int64',
          description:
            'What a write answered as its `sequence`: waits up to half a second until MongoDB and Redis know of it. One that still does not is STALE in `sources`, with the code STALE_READ.',
        }),
      },
      resolve: async (_, { by, minSequence }, context, info) => {
        const name = parseModelRef(by);
        if (minSequence != null) await awaitSequence(name, minSequence, context);
        return resolveModel(name, context, info);
      },
    }),
    models: t.field({
      type: ModelConnection,
      description:
        'Models, by name unless ordered otherwise. PostgreSQL chooses and orders them; for conditions on `config` MongoDB first says which models have such documents, and by PREDICTION_COUNT Redis orders them. With EVENTUAL it is MongoDB alone, by its copies.',
      extensions: fromAll,
      args: {
        ...t.arg.connectionArgs(),
        filter: t.arg({ type: ModelFilterInput, description: 'Only models that match.' }),
        orderBy: t.arg({ type: ModelOrderInput, description: 'By name, when left out.' }),
        consistency: t.arg({
          type: ConsistencyEnum,
          required: true,
          defaultValue: 'STRONG',
          description:
            'EVENTUAL is answered by MongoDB’s copies, in which a model may still be that was just deleted. The same filters and orders but PREDICTION_COUNT, and cursors of one are good for the other.',
        }),
      },
      resolve: (_, args, context) => resolveModels(args, context),
    }),
    trainingRuns: t.field({
      type: TrainingRunConnection,
      description: 'Training runs of all models, newest first unless ordered otherwise.',
      extensions: fromPostgres,
      args: {
        ...t.arg.connectionArgs(),
        filter: t.arg({ type: TrainingRunFilterInput, description: 'Only runs that match.' }),
        orderBy: t.arg({ type: TrainingRunOrderInput, description: 'Newest first, when left out.' }),
      },
      resolve: (_, args, context) => resolveRuns('ALL', '', args, context),
    }),
    dataset: t.field({
      type: DatasetRef,
      description: 'One dataset; without a version the one created last. Null when there is none.',
      extensions: fromPostgres,
      args: {
        name: t.arg.string({ required: true, description: 'What it is called.' }),
        version: t.arg.string({ description: 'Which state of it.' }),
      },
      resolve: (_, { name, version }, { loaders }) => {
        checkText(name, ['name']);
        checkText(version, ['version']);
        return loaders.datasets.byName(name, version ?? null);
      },
    }),
    datasets: t.field({
      type: DatasetConnection,
      description: 'Datasets, by name and version.',
      extensions: fromPostgres,
      args: {
        ...t.arg.connectionArgs(),
        name: t.arg({ type: StringFilterInput, description: 'Only those so called.' }),
      },
      resolve: (_, args, context) => resolveDatasets(args, context),
    }),
  }),
});

function parseModelRef({ id, name }: typeof ModelRefInput.$inferInput): ModelName {
  if (name != null) return parseModelName(name, ['by', 'name']);
  const node = decodeNodeId(id ?? '', ['by', 'id']);
  if (node.typename !== 'ModelInfo')
    throw badUserInput(['by', 'id'], `This is the id of a ${node.typename}, not of a model.`);
  return parseModelName(node.id, ['by', 'id']);
}

async function resolveModel(
  name: ModelName,
  context: GraphQLContext,
  info: GraphQLResolveInfo,
): Promise<ModelName | null> {
  // Whether it exists is asked in the same wave as what hangs on it: nobody waits for PostgreSQL.
  if (isObjectType(info.returnType)) resolveAhead(name, context, info, info.returnType);
  try {
    return (await context.loaders.models.byName(name)) ? name : null;
  } catch (error) {
    if (error instanceof ModelGraphError) return name;
    throw error;
  }
}

const patienceMs = 500;

async function awaitSequence(
  name: ModelName,
  minSequence: string,
  { operations, stale }: GraphQLContext,
): Promise<void> {
  const { stores, request } = operations;
  const moment = { name, sequence: minSequence };
  // Where PostgreSQL cannot say who knows of it, nobody can be trusted to.
  const behind = await awaitReplicas(stores, [moment], { atMostMs: patienceMs, request }).catch(() => [
    ['MONGODB', 'REDIS'] as const,
  ]);
  stale.set(name, behind[0] ?? []);
}
