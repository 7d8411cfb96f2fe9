import { badUserInput } from '../errors.ts';
import type { RunDatasetRow } from '../stores/postgres/datasets.ts';
import { builder } from './builder.ts';
import { resolveConfig } from './config-selection.ts';
import { ModelVersionConnection } from './connections.ts';
import { DatasetRoleEnum, RunStatusEnum } from './enums.ts';
import { checkText } from './filters.ts';
import { MetricType } from './metric.ts';
import { checkMetric } from './metric-name.ts';
import { resolveProducedVersions } from './model-versions.ts';
import { isUuid } from './node-id.ts';
import { fromMongo, fromPostgres, fromPostgresNonNull, postgresSource } from './provenance.ts';
import { DatasetRef, isRowWith, ModelConfigRef, ModelInfoRef, TrainingRunRef } from './refs.ts';
import { ReplicationType } from './replication.ts';

const RunDatasetType = builder.objectRef<RunDatasetRow>('RunDataset').implement({
  description: 'A dataset in the role that a run gave it.',
  extensions: postgresSource,
  fields: (t) => ({
    role: t.expose('role', {
      type: DatasetRoleEnum,
      nullable: false,
      description: 'What the run used it for.',
    }),
    dataset: t.expose('dataset', { type: DatasetRef, nullable: false, description: 'The dataset.' }),
  }),
});

builder.node(TrainingRunRef, {
  description: 'One attempt to train a model, promoted or not.',
  extensions: postgresSource,
  isTypeOf: isRowWith('durationMs'),
  id: { resolve: ({ id }) => id },
  loadOne: (key, { loaders }) => (isUuid(key) ? loaders.runs.byId(key) : null),
  fields: (t) => ({
    modelName: t.exposeString('modelName', { nullable: false, description: 'The model it trained.' }),
    model: t.field({
      type: ModelInfoRef,
      nullable: false,
      description: 'The model it trained.',
      resolve: ({ modelName }) => modelName,
    }),
    status: t.expose('status', { type: RunStatusEnum, nullable: false, description: 'Where it stands.' }),
    framework: t.exposeString('framework', { nullable: false, description: 'The library it trained with.' }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: false,
      description: 'When it was registered.',
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it began.' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', description: 'When it ended.' }),
    durationMs: t.expose('durationMs', {
      type: 'Int64',
      description: 'From beginning to end, in milliseconds.',
    }),
    replication: t.field({
      type: ReplicationType,
      description:
        'How far the configuration that it was registered with is on its way to MongoDB. PENDING right after registration is normal; null for a run that has none.',
      extensions: fromPostgres,
      resolve: ({ id }, _, { loaders }) => loaders.replication.ofRun(id),
    }),
    datasets: t.field({
      type: [RunDatasetType],
      description: 'The datasets it read: for training, validation and test.',
      extensions: fromPostgresNonNull,
      resolve: ({ id }, _, { loaders }) => loaders.datasets.ofRun(id),
    }),
    metrics: t.field({
      type: [MetricType],
      description: 'What it measured, by key: each metric at its last step.',
      extensions: fromPostgresNonNull,
      args: { keys: t.arg.stringList({ description: 'Only these.' }) },
      resolve: ({ id }, { keys }, { loaders }) => {
        for (const key of keys ?? []) checkText(key, ['keys']);
        return loaders.runs.metrics(id, keys ?? undefined);
      },
    }),
    metricHistory: t.field({
      type: [MetricType],
      description:
        'One metric step by step; empty when it was never logged. Of more than `maxPoints` steps come the first, the last, and the least and greatest value of each stretch between. From the registry, since each step is a row there, written in one transaction with what the run ended with; a document would be rewritten at every step.',
      extensions: fromPostgresNonNull,
      args: {
        key: t.arg.string({ required: true, description: 'The metric.' }),
        maxPoints: t.arg.int({
          required: true,
          defaultValue: 500,
          description: 'At most so many: 10 to 10,000.',
        }),
      },
      resolve: ({ id }, { key, maxPoints }, { loaders }) => {
        checkMetric(key, ['key']);
        if (maxPoints < 10 || maxPoints > 10_000)
          throw badUserInput(['maxPoints'], `"maxPoints" is ${maxPoints}, but can be 10 to 10,000.`);
        return loaders.runs.metricHistory(id, key, maxPoints);
      },
    }),
    config: t.field({
      type: ModelConfigRef,
      description: 'The configuration it ran with; null when there is none.',
      extensions: fromMongo,
      resolve: ({ id }, _, { loaders }, info) =>
        resolveConfig(info, (parts) => loaders.configs.ofRun(id, parts)),
    }),
    producedVersions: t.field({
      type: ModelVersionConnection,
      description: 'The versions that were made of it.',
      extensions: fromPostgres,
      args: t.arg.connectionArgs(),
      resolve: resolveProducedVersions,
    }),
  }),
});
