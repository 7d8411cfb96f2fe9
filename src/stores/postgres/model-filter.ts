import { type SQL, sql } from 'drizzle-orm';
import type { MetricFilter, ModelFilter } from '../../model-list.ts';
import type { StringFilter } from '../../value-filter.ts';
import type { Environment } from './deployments.ts';
import { allOf, type Condition, whereFloat, whereMoment, whereString } from './filter.ts';
import { modelMetrics } from './metric-tables.ts';
import { anyOfModels, type ModelCondition, notOfModels } from './model-sets.ts';
import { deployments, modelFrameworks, models } from './tables.ts';
import { whereTag } from './tag-filter.ts';

/** Which models match; refers to the table `models`. */
export const whereModel = (filter: ModelFilter): Condition => allOf(conditionsOn(filter));

/** All of which must hold. `at` is where the filter stands in its tree. */
export function conditionsOn(filter: ModelFilter, at = ''): ModelCondition[] {
  const nested = (step: string) => (each: ModelFilter, n: number) => conditionsOn(each, `${at}${step}${n}.`);
  return [
    ...whereString(`${at}name`, sql`${models.name}`, filter.name).map((each) => ({ ...each, ofName: true })),
    ...whereMoment(`${at}created`, sql`${models.createdAt}`, filter.createdAt).map(namedByItself),
    ...(filter.bestMetric ?? []).map((metric, n) => whereBest(`${at}best${n}`, metric)),
    ...whereFramework(`${at}framework`, filter.framework),
    ...(filter.deployedTo == null ? [] : [whereDeployed(`${at}deployed`, filter.deployedTo)]),
    ...(filter.tags ?? []).flatMap((tag, n) => whereTag(`${at}tag${n}`, models.tags, tag)),
    ...(filter.among == null ? [] : [whereAmong(`${at}among`, filter.among)]),
    ...(filter.and ?? []).flatMap(nested('and')),
    ...(filter.or == null ? [] : [anyOfModels(filter.or.map(nested('or')))]),
    ...(filter.not == null ? [] : [notOfModels(conditionsOn(filter.not, `${at}not.`))]),
  ];
}

function whereFramework(id: string, filter: StringFilter | null | undefined): ModelCondition[] {
  const conditions = whereString(id, sql`${modelFrameworks.framework}`, filter);
  if (conditions.length === 0) return [];
  const { name, where, values } = allOf(conditions);
  // A model has one row of one framework.
  return [{ name, values, ...namedBy(modelFrameworks, where, { once: filter?.eq != null }) }];
}

function whereBest(id: string, { key, is }: MetricFilter): ModelCondition {
  const { name, where, values } = allOf(whereFloat(id, sql`${modelMetrics.highest}`, is));
  const ofKey = sql`${modelMetrics.key} = ${sql.placeholder(`${id}.key`)}::text and ${modelMetrics.framework} = ''`;
  return {
    name: `[${id}]${name}`,
    values: { ...values, [`${id}.key`]: key },
    ...namedBy(modelMetrics, sql`${ofKey} and ${where}`, { once: true }),
  };
}

function whereDeployed(id: string, environment: Environment): ModelCondition {
  const isActive = sql`${deployments.environment} = ${sql.placeholder(id)}::text and ${deployments.status} = 'ACTIVE'`;
  return {
    name: `[${id}]`,
    values: { [id]: environment },
    ...namedBy(deployments, isActive, { once: false }),
  };
}

const namedByItself = (condition: Condition): ModelCondition => ({
  ...condition,
  names: { of: sql`${models.name} from ${models} where ${condition.where}`, once: true },
});

/** That a table has such a row of the model. No row there is of a model that is not. */
const namedBy = (table: ModelTable, where: SQL, { once }: { once: boolean }) => ({
  where: sql`exists (select 1 from ${table} where ${table.modelName} = ${models.name} and ${where})`,
  names: { of: sql`${table.modelName} from ${table} where ${where}`, once },
});

type ModelTable = typeof modelFrameworks | typeof modelMetrics | typeof deployments;

/** Unlike with `= any`, thousands of names are hashed or looked up, whatever PostgreSQL makes of the plan. */
function whereAmong(id: string, names: readonly string[]): ModelCondition {
  const where = sql`${models.name} in (select unnest(${sql.placeholder(id)}::text[]))`;
  return { name: `[${id}]`, where, values: { [id]: names }, ofName: true };
}
