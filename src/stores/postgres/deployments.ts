import { type SQL, sql } from 'drizzle-orm';
import type { ModelName } from '../../model-name.ts';
import { askAll, askCount, askOne, askPage, jsonRow } from './ask.ts';
import { idKeys, type Keys, textKeys, type VersionKey, versionKeys } from './keys.ts';
import type { Order, PageRequest } from './keyset.ts';
import { deployments, modelVersions, runDatasets } from './tables.ts';

export type Environment = 'DEVELOPMENT' | 'STAGING' | 'PRODUCTION';
export type DeploymentStatus = 'PENDING' | 'DEPLOYING' | 'ACTIVE' | 'FAILED' | 'RETIRED';

export interface DeploymentRow {
  readonly id: string;
  readonly modelName: ModelName;
  readonly version: number;
  readonly environment: Environment;
  readonly status: DeploymentStatus;
  readonly trafficPercent: number;
  readonly endpoint: string | null;
  readonly createdAt: string;
  readonly deployedAt: string | null;
  readonly retiredAt: string | null;
}

/** One of them as JSON; refers to the table `deployments`. */
export const deploymentJson = jsonRow({
  id: deployments.id,
  modelName: deployments.modelName,
  version: deployments.version,
  environment: deployments.environment,
  status: deployments.status,
  trafficPercent: deployments.trafficPercent,
  endpoint: deployments.endpoint,
  createdAt: deployments.createdAt,
  deployedAt: deployments.deployedAt,
  retiredAt: deployments.retiredAt,
});
const from = sql`${deployments}`;

export const deploymentRow = askOne<string, DeploymentRow>({
  name: 'deploymentRow',
  keys: idKeys,
  from,
  where: sql`${deployments.id} = k.key`,
  row: deploymentJson,
});

/** All of a model's deployments that have, or are about to have, a share of the traffic; newest first. */
export const liveDeployments = askAll<ModelName, DeploymentRow>({
  name: 'liveDeployments',
  keys: textKeys as Keys<ModelName>,
  from,
  where: sql`${deployments.modelName} = k.key and ${deployments.status} in ('PENDING','DEPLOYING','ACTIVE')`,
  orderBy: sql`${deployments.createdAt} desc, ${deployments.id} desc`,
  row: deploymentJson,
});

const newestFirst: Order = {
  columns: [sql`${deployments.createdAt}`, sql`${deployments.id}`],
  types: ['timestamptz', 'uuid'],
  descending: true,
};

/** A page of a model's deployments, newest first; in one environment or in all. */
export function deploymentPage(environment: Environment | null | undefined, page: PageRequest) {
  return askPage<ModelName, DeploymentRow>({
    ...ofModel(environment),
    row: deploymentJson,
    order: newestFirst,
    page,
  });
}

export function deploymentCount(environment: Environment | null | undefined) {
  return askCount<ModelName>(ofModel(environment));
}

function ofModel(environment: Environment | null | undefined) {
  const keys = textKeys as Keys<ModelName>;
  const model: SQL = sql`${deployments.modelName} = k.key`;
  if (environment == null) return { name: 'deployments', keys, from, where: model };
  const where = sql`${model} and ${deployments.environment} = ${sql.placeholder('environment')}`;
  return { name: 'deployments[environment]', keys, from, where, values: { environment } };
}

const ofVersion = {
  name: 'deploymentsOfVersion',
  keys: versionKeys,
  from,
  where: sql`${deployments.modelName} = k.name and ${deployments.version} = k.version`,
};

/** A page of a version's deployments, newest first. */
export function deploymentPageOfVersion(page: PageRequest) {
  return askPage<VersionKey, DeploymentRow>({ ...ofVersion, row: deploymentJson, order: newestFirst, page });
}

export const deploymentCountOfVersion = askCount<VersionKey>(ofVersion);

/** Deployments that take traffic, or soon will, of versions whose run read a dataset in any role. */
const onDataset = {
  name: 'deploymentsOnDataset',
  keys: idKeys,
  from: sql`${deployments} join ${modelVersions} on ${modelVersions.modelName} = ${deployments.modelName}
    and ${modelVersions.version} = ${deployments.version}`,
  where: sql`${deployments.status} in ('PENDING','DEPLOYING','ACTIVE') and exists (select from ${runDatasets}
    where ${runDatasets.runId} = ${modelVersions.runId} and ${runDatasets.datasetId} = k.key)`,
};

/** A page of the live deployments that rest on a dataset, newest first; the key is the dataset's id. */
export function deploymentPageOnDataset(page: PageRequest) {
  return askPage<string, DeploymentRow>({ ...onDataset, row: deploymentJson, order: newestFirst, page });
}

export const deploymentCountOnDataset = askCount<string>(onDataset);
