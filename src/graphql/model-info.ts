import { isModelName } from '../model-name.ts';
import { checkConsistency } from '../operations/check-consistency.ts';
import { builder } from './builder.ts';
import { resolveConfig } from './config-selection.ts';
import {
  DeploymentConnection,
  ModelEventConnection,
  ModelVersionConnection,
  TrainingRunConnection,
} from './connections.ts';
import { ConsistencyReportType } from './consistency.ts';
import { resolveDeployments } from './deployment.ts';
import { EnvironmentEnum, LineageDirectionEnum, SortDirectionEnum } from './enums.ts';
import { LineageType, resolveLineage } from './lineage.ts';
import { checkMetric } from './metric-name.ts';
import { ModelAliasType } from './model-alias.ts';
import { resolveHistory } from './model-event.ts';
import { ModelServingType, resolveServing } from './model-serving.ts';
import { ModelVersionFilterInput, resolveVersions } from './model-versions.ts';
import {
  fromAll,
  fromMongo,
  fromPostgres,
  fromPostgresNonNull,
  fromRedis,
  nameSource,
} from './provenance.ts';
import { ModelConfigRef, ModelInfoRef, ModelVersionRef, TrainingRunRef } from './refs.ts';
import { resolveSources, SourceReportType } from './source-report.ts';
import { TagType, toTags } from './tags.ts';
import { resolveRuns, TrainingRunFilterInput, TrainingRunOrderInput } from './training-runs.ts';
import { resolveVersionRef, VersionRefInput, versionKeyOf } from './version-ref.ts';

/** THE page: everything known about one model. Fields ask by name, in one tick, so each store is asked once. */
builder.node(ModelInfoRef, {
  description: 'Everything known about one model, from three stores, in one query.',
  extensions: nameSource,
  isTypeOf: (value) => typeof value === 'string',
  id: { resolve: (name) => name },
  loadOne: async (key, { loaders }) =>
    isModelName(key) && (await loaders.models.byName(key)) !== undefined ? key : null,
  fields: (t) => ({
    name: t.string({
      nullable: false,
      description: 'The name, which never changes and is the key in every store.',
      resolve: (name) => name,
    }),
    description: t.string({
      description: 'What it is for, in the words of its makers.',
      extensions: fromPostgres,
      resolve: async (name, _, { loaders }) => (await loaders.models.byName(name))?.description,
    }),
    tags: t.field({
      type: [TagType],
      description: 'Its labels, by key.',
      extensions: fromPostgresNonNull,
      resolve: async (name, _, { loaders }) => toTags((await loaders.models.byName(name))?.tags ?? {}),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was registered.',
      extensions: fromPostgresNonNull,
      resolve: async (name, _, { loaders }) => (await loaders.models.byName(name))?.createdAt,
    }),
    updatedAt: t.field({
      type: 'DateTime',
      description: 'When its record, a version or an alias last changed.',
      extensions: fromPostgresNonNull,
      resolve: async (name, _, { loaders }) => (await loaders.models.byName(name))?.updatedAt,
    }),
    version: t.field({
      type: ModelVersionRef,
      description: 'One version, by number or alias; null when there is none.',
      extensions: fromPostgres,
      args: { ref: t.arg({ type: VersionRefInput, required: true, description: 'Which version.' }) },
      resolve: async (name, { ref }, { loaders }) =>
        versionKeyOf(await resolveVersionRef(loaders, name, ref)),
    }),
    latestVersion: t.field({
      type: ModelVersionRef,
      description: 'The version with the highest number; null while there is none.',
      extensions: fromPostgres,
      resolve: async (name, _, { loaders }) => versionKeyOf(await loaders.versions.latest(name)),
    }),
    aliases: t.field({
      type: [ModelAliasType],
      description: 'Names that point at a version and can move, such as champion; by name.',
      extensions: fromPostgresNonNull,
      resolve: (name, _, { loaders }) => loaders.aliases.ofModel(name),
    }),
    versions: t.field({
      type: ModelVersionConnection,
      description: 'Its versions, newest first.',
      extensions: fromPostgres,
      args: {
        ...t.arg.connectionArgs(),
        filter: t.arg({ type: ModelVersionFilterInput, description: 'Only versions that match.' }),
      },
      resolve: (name, args, context) => resolveVersions(name, args, context),
    }),
    trainingRuns: t.field({
      type: TrainingRunConnection,
      description: 'The runs that trained it, promoted or not.',
      extensions: fromPostgres,
      args: {
        ...t.arg.connectionArgs(),
        filter: t.arg({ type: TrainingRunFilterInput, description: 'Only runs that match.' }),
        orderBy: t.arg({ type: TrainingRunOrderInput, description: 'Newest first, when left out.' }),
      },
      resolve: (name, args, context) => resolveRuns('MODEL', name, args, context),
    }),
    bestRun: t.field({
      type: TrainingRunRef,
      description: 'The run that ended with the best finite value of a metric; null when none measured it.',
      extensions: fromPostgres,
      args: {
        metric: t.arg.string({ required: true, defaultValue: 'accuracy', description: 'The metric.' }),
        direction: t.arg({
          type: SortDirectionEnum,
          required: true,
          defaultValue: 'DESC',
          description: 'DESC: the highest value is the best; ASC: the lowest, as for a loss.',
        }),
      },
      resolve: (name, { metric, direction }, { loaders }) =>
        loaders.runs.bestOfModel(name, checkMetric(metric, ['metric']), direction === 'DESC'),
    }),
    deployments: t.field({
      type: DeploymentConnection,
      description: 'Where its versions are or were live, newest first.',
      extensions: fromPostgres,
      args: {
        environment: t.arg({ type: EnvironmentEnum, description: 'Only there.' }),
        ...t.arg.connectionArgs(),
      },
      resolve: (name, args, context) => resolveDeployments(name, args, context),
    }),
    config: t.field({
      type: ModelConfigRef,
      description:
        'Its configuration: the editable head document, or with `ref` the frozen one of the run behind a version, which PostgreSQL names first. Null when there is none.',
      extensions: fromMongo,
      args: { ref: t.arg({ type: VersionRefInput, description: 'A version instead of the head.' }) },
      resolve: (name, { ref }, { loaders }, info) =>
        resolveConfig(info, async (parts) => {
          if (!ref) return loaders.configs.head(name, parts);
          const version = await resolveVersionRef(loaders, name, ref);
          return version?.runId ? loaders.configs.ofRun(version.runId, parts) : null;
        }),
    }),
    serving: t.field({
      type: ModelServingType,
      description:
        'Hot counters and ranks. Null without an error: Redis holds nothing of this model; never a fake zero.',
      extensions: fromRedis,
      resolve: (name, _, { loaders }, info) =>
        resolveServing(info, (boards) => loaders.serving.byName(name, boards)),
    }),
    lineage: t.field({
      type: LineageType,
      description: 'What its versions were made of, or what was made of them.',
      extensions: fromPostgres,
      args: {
        direction: t.arg({ type: LineageDirectionEnum, required: true, description: 'Which way.' }),
        depth: t.arg.int({
          required: true,
          defaultValue: 3,
          description:
            'How many steps: 1 its versions, 2 their runs, artifacts and deployments, 3 the runs’ datasets.',
        }),
        first: t.arg.int({
          required: true,
          defaultValue: 50,
          description: 'At most so many nodes: 1 to 500.',
        }),
      },
      resolve: (name, args, { loaders }) => resolveLineage(name, args, loaders),
    }),
    history: t.field({
      type: ModelEventConnection,
      description: 'What happened to it, newest first: who moved what, when. Never pruned.',
      extensions: fromPostgres,
      args: t.arg.connectionArgs(),
      resolve: (name, args, context) => resolveHistory(name, args, context),
    }),
    consistency: t.field({
      type: ConsistencyReportType,
      description:
        'Whether MongoDB and Redis hold of it what PostgreSQL has: its copy, the configurations of its runs, its places on the boards of metrics. Reads them all, past every cache.',
      extensions: fromAll,
      resolve: (name, _, { operations }) => checkConsistency(operations, name),
    }),
    sources: t.field({
      type: [SourceReportType],
      nullable: false,
      description:
        'Per store: how it answered for this model, and whether it knows it. Never null, never an error.',
      extensions: fromAll,
      resolve: (name, _, context) => resolveSources(name, context),
    }),
  }),
});
