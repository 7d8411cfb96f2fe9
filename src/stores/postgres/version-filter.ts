import { sql } from 'drizzle-orm';
import type { TagFilter } from '../../model-list.ts';
import type { DateTimeFilter, StringFilter } from '../../value-filter.ts';
import { allOf, type Condition, whereMoment, whereString } from './filter.ts';
import { modelAliases, modelVersions } from './tables.ts';
import { whereTag } from './tag-filter.ts';

export interface VersionFilter {
  /** An alias that points at it now. */
  readonly alias?: StringFilter | null | undefined;
  readonly tags?: readonly TagFilter[] | null | undefined;
  readonly createdAt?: DateTimeFilter | null | undefined;
}

/** Which versions match; refers to the table `model_versions`. */
export function whereVersion({ alias, tags, createdAt }: VersionFilter): Condition[] {
  return [
    ...whereAlias(alias),
    ...(tags ?? []).flatMap((tag, n) => whereTag(`tag${n}`, modelVersions.tags, tag)),
    ...whereMoment('created', sql`${modelVersions.createdAt}`, createdAt),
  ];
}

function whereAlias(filter: StringFilter | null | undefined): Condition[] {
  const conditions = whereString('alias', sql`${modelAliases.alias}`, filter);
  if (conditions.length === 0) return [];
  const { name, where, values } = allOf(conditions);
  const points = sql`exists (select from ${modelAliases} where ${modelAliases.modelName} = ${modelVersions.modelName}
    and ${modelAliases.version} = ${modelVersions.version} and ${where})`;
  return [{ name, where: points, values }];
}
