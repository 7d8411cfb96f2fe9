import { sql } from 'drizzle-orm';
import type { MetricFilter, ModelFilter } from '../../model-list.ts';
import type { StringFilter } from '../../value-filter.ts';
import type { Environment } from './deployments.ts';
import { allOf, anyOf, type Condition, not, whereFloat, whereMoment, whereString } from './filter.ts';
import { deployments, modelMetrics, models, trainingRuns } from './tables.ts';
import { whereTag } from './tag-filter.ts';

/** Which models match; refers to the table `models`. `at` is where the filter stands in its tree. */
export function whereModel(filter: ModelFilter, at = ''): Condition {
  const nested = (step: string) => (each: ModelFilter, n: number) => whereModel(each, `${at}${step}${n}.`);
  return allOf([
    ...whereString(`${at}name`, sql`${models.name}`, filter.name),
    ...whereMoment(`${at}created`, sql`${models.createdAt}`, filter.createdAt),
    ...whereFramework(`${at}framework`, filter.framework),
    ...(filter.tags ?? []).flatMap((tag, n) => whereTag(`${at}tag${n}`, models.tags, tag)),
    ...(filter.bestMetric ?? []).map((metric, n) => whereBest(`${at}best${n}`, metric)),
    ...(filter.deployedTo == null ? [] : [whereDeployed(`${at}deployed`, filter.deployedTo)]),
    ...(filter.among == null ? [] : [whereAmong(`${at}among`, filter.among)]),
    ...(filter.and ?? []).map(nested('and')),
    ...(filter.or == null ? [] : [anyOf(filter.or.map(nested('or')))]),
    ...(filter.not == null ? [] : [not(whereModel(filter.not, `${at}not.`))]),
  ]);
}

function whereFramework(id: string, filter: StringFilter | null | undefined): Condition[] {
  const conditions = whereString(id, sql`${trainingRuns.framework}`, filter);
  if (conditions.length === 0) return [];
  const { name, where, values } = allOf(conditions);
  const exists = sql`exists (select 1 from ${trainingRuns} where ${trainingRuns.modelName} = ${models.name} and ${where})`;
  return [{ name, where: exists, values }];
}

function whereBest(id: string, { key, is }: MetricFilter): Condition {
  const { name, where, values } = allOf(whereFloat(id, sql`${modelMetrics.highest}`, is));
  const exists = sql`exists (select 1 from ${modelMetrics} where ${modelMetrics.modelName} = ${models.name}
    and ${modelMetrics.key} = ${sql.placeholder(`${id}.key`)}::text and ${modelMetrics.framework} = '' and ${where})`;
  return { name, where: exists, values: { ...values, [`${id}.key`]: key } };
}

function whereDeployed(id: string, environment: Environment): Condition {
  const where = sql`exists (select 1 from ${deployments} where ${deployments.modelName} = ${models.name}
    and ${deployments.environment} = ${sql.placeholder(id)}::text and ${deployments.status} = 'ACTIVE')`;
  return { name: `[${id}]`, where, values: { [id]: environment } };
}

/** Unlike with `= any`, thousands of names are hashed or looked up, whatever PostgreSQL makes of the plan. */
function whereAmong(id: string, names: readonly string[]): Condition {
  const where = sql`${models.name} in (select unnest(${sql.placeholder(id)}::text[]))`;
  return { name: `[${id}]`, where, values: { [id]: names } };
}
