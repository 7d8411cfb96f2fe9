import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import { bytes, createdAt, instant, modelName, runDuration, tags } from './columns.ts';

export const models = pgTable(
  'models',
  {
    name: modelName('name').primaryKey(),
    description: text('description'),
    tags: tags(),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (t) => [
    check('models_name_length', sql`char_length(${t.name}) between 1 and 200`),
    index('models_by_created').on(t.createdAt, t.name),
    index('models_by_name').on(t.name, t.createdAt),
    index('models_by_updated').on(t.updatedAt, t.name),
    index('models_by_tag').using('gin', t.tags),
  ],
);

/** The name of a model that is there. */
export const ofModel = (actions?: { onDelete: 'cascade' }) =>
  modelName('model_name')
    .notNull()
    .references(() => models.name, actions);

export const datasets = pgTable(
  'datasets',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    version: text('version').notNull().default('1'),
    uri: text('uri'),
    rowCount: bigint('row_count', { mode: 'bigint' }),
    digest: text('digest'),
    createdAt: createdAt(),
  },
  (t) => [
    unique('datasets_name_version').on(t.name, t.version),
    check('datasets_row_count', sql`${t.rowCount} >= 0`),
    index('datasets_by_name').on(t.name, t.createdAt, t.id),
    // LIKE 'prefix%' can use a btree only with this operator class, or by the C collation.
    index('datasets_by_name_prefix').on(t.name.op('text_pattern_ops')),
  ],
);

export const trainingRuns = pgTable(
  'training_runs',
  {
    id: uuid('id').primaryKey(),
    modelName: ofModel(),
    status: text('status').notNull(),
    framework: text('framework').notNull(),
    tags: tags(),
    createdAt: createdAt(),
    startedAt: instant('started_at'),
    endedAt: instant('ended_at'),
  },
  (t) => [
    check('training_runs_status', sql`${t.status} in ('SCHEDULED','RUNNING','FINISHED','FAILED','KILLED')`),
    check('training_runs_ended', sql`${t.endedAt} >= ${t.startedAt}`),
    index('training_runs_by_created').on(t.createdAt, t.id),
    index('training_runs_by_model').on(t.modelName, t.createdAt, t.id),
    index('training_runs_by_framework').on(t.framework, t.createdAt, t.id),
    index('training_runs_by_status').on(t.status, t.createdAt, t.id),
    index('training_runs_by_duration')
      .on(runDuration(t), t.id)
      .where(sql`${runDuration(t)} is not null`),
    index('training_runs_by_model_duration')
      .on(t.modelName, runDuration(t), t.id)
      .where(sql`${runDuration(t)} is not null`),
    index('training_runs_without_duration')
      .on(t.createdAt, t.id)
      .where(sql`${runDuration(t)} is null`),
  ],
);

/** Which frameworks a model's runs were trained with; kept by triggers, and smaller by far than the runs. */
export const modelFrameworks = pgTable(
  'model_frameworks',
  {
    modelName: ofModel({ onDelete: 'cascade' }),
    framework: text('framework').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.modelName, t.framework] }),
    index('model_frameworks_by_framework').on(t.framework, t.modelName),
  ],
);

/** Which run read which dataset, as what; when it was registered and its finite accuracy are the run's, repeated for the index. */
export const runDatasets = pgTable(
  'run_datasets',
  {
    runId: uuid('run_id')
      .notNull()
      .references(() => trainingRuns.id, { onDelete: 'cascade' }),
    datasetId: uuid('dataset_id')
      .notNull()
      .references(() => datasets.id),
    role: text('role').notNull(),
    runCreatedAt: instant('run_created_at').notNull(),
    accuracy: doublePrecision('accuracy'),
  },
  (t) => [
    primaryKey({ columns: [t.runId, t.datasetId, t.role] }),
    check('run_datasets_role', sql`${t.role} in ('TRAIN','VALIDATION','TEST')`),
    index('run_datasets_by_dataset').on(t.datasetId, t.accuracy, t.runId, t.runCreatedAt),
  ],
);

/** The configuration that a run was registered with, from which its document in MongoDB can be made again. */
export const runConfigs = pgTable('run_configs', {
  runId: uuid('run_id')
    .primaryKey()
    .references(() => trainingRuns.id, { onDelete: 'cascade' }),
  /** In BSON, keys escaped: JSON here would lose 64-bit integers, NaN, -0 and the order of keys. */
  document: bytes('document').notNull(),
  /** Of the event that registered the run; null: it came with a seed. */
  sequence: bigint('sequence', { mode: 'bigint' }),
});

export const modelVersions = pgTable(
  'model_versions',
  {
    modelName: ofModel(),
    version: integer('version').notNull(),
    runId: uuid('run_id').references(() => trainingRuns.id),
    description: text('description'),
    tags: tags(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.modelName, t.version] }),
    check('model_versions_positive', sql`${t.version} > 0`),
    index('model_versions_by_run').on(t.runId, t.modelName, t.version),
  ],
);

export const modelAliases = pgTable(
  'model_aliases',
  {
    modelName: modelName('model_name').notNull(),
    alias: text('alias').notNull(),
    version: integer('version').notNull(),
    protected: boolean('protected').notNull().default(false),
    revision: integer('revision').notNull().default(1),
    setAt: instant('set_at').notNull().defaultNow(),
    setBy: text('set_by'),
  },
  (t) => [
    primaryKey({ columns: [t.modelName, t.alias] }),
    foreignKey({
      name: 'model_aliases_version',
      columns: [t.modelName, t.version],
      foreignColumns: [modelVersions.modelName, modelVersions.version],
    }),
    index('model_aliases_by_version').on(t.modelName, t.version),
  ],
);

/** Where the bytes are and what they must hash to; the bytes themselves never enter a store. */
export const artifacts = pgTable(
  'artifacts',
  {
    id: uuid('id').primaryKey(),
    modelName: modelName('model_name').notNull(),
    version: integer('version').notNull(),
    kind: text('kind').notNull(),
    uri: text('uri').notNull(),
    sha256: text('sha256'),
    sizeBytes: bigint('size_bytes', { mode: 'bigint' }),
    createdAt: createdAt(),
  },
  (t) => [
    foreignKey({
      name: 'artifacts_version',
      columns: [t.modelName, t.version],
      foreignColumns: [modelVersions.modelName, modelVersions.version],
    }),
    check('artifacts_sha256', sql`${t.sha256} ~ '^[0-9a-f]{64}$'`),
    check('artifacts_size', sql`${t.sizeBytes} >= 0`),
    index('artifacts_by_version').on(t.modelName, t.version, t.createdAt, t.id),
  ],
);

export const deployments = pgTable(
  'deployments',
  {
    id: uuid('id').primaryKey(),
    modelName: modelName('model_name').notNull(),
    version: integer('version').notNull(),
    environment: text('environment').notNull(),
    status: text('status').notNull(),
    trafficPercent: integer('traffic_percent').notNull(),
    endpoint: text('endpoint'),
    createdAt: createdAt(),
    deployedAt: instant('deployed_at'),
    retiredAt: instant('retired_at'),
  },
  (t) => [
    foreignKey({
      name: 'deployments_version',
      columns: [t.modelName, t.version],
      foreignColumns: [modelVersions.modelName, modelVersions.version],
    }),
    check('deployments_environment', sql`${t.environment} in ('DEVELOPMENT','STAGING','PRODUCTION')`),
    check('deployments_status', sql`${t.status} in ('PENDING','DEPLOYING','ACTIVE','FAILED','RETIRED')`),
    check('deployments_traffic', sql`${t.trafficPercent} between 0 and 100`),
    index('deployments_live')
      .on(t.createdAt, t.id)
      .where(sql`${t.status} in ('PENDING','DEPLOYING','ACTIVE')`),
    index('deployments_by_model').on(t.modelName, t.createdAt, t.id),
    index('deployments_by_environment').on(t.modelName, t.environment, t.createdAt, t.id),
    index('deployments_active').on(t.environment, t.modelName).where(sql`${t.status} = 'ACTIVE'`),
    index('deployments_by_version').on(t.modelName, t.version, t.createdAt, t.id),
  ],
);
