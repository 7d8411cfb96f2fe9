import type { ModelName } from '../model-name.ts';
import type { VersionKey } from '../stores/postgres/keys.ts';
import type { PageRequest, PageRows } from '../stores/postgres/keyset.ts';
import type { VersionFilter } from '../stores/postgres/version-filter.ts';
import {
  latestVersion,
  type VersionRow,
  versionByAlias,
  versionCount,
  versionCountOfRun,
  versionPage,
  versionPageOfRun,
  versionRow,
} from '../stores/postgres/versions.ts';
import type { PostgresAsker } from './postgres-asker.ts';

/** Versions of models. Source: PostgreSQL. */
export function versionLoaders({ ask, prime }: PostgresAsker) {
  const remember = <Row extends VersionRow | undefined>(row: Row): Row => {
    if (row) prime(versionRow, { name: row.modelName, version: row.version }, row);
    return row;
  };
  const rememberPage = (page: PageRows<VersionRow>) => {
    page.rows.forEach(remember);
    return page;
  };
  return {
    byKey: (key: VersionKey) => ask(versionRow, key),
    latest: (name: ModelName) => ask(latestVersion, name).then(remember),
    byAlias: (name: ModelName, alias: string) => ask(versionByAlias, { name, alias }).then(remember),
    pageOfModel: (name: ModelName, filter: VersionFilter, page: PageRequest) =>
      ask(versionPage(filter, page), name).then(rememberPage),
    countOfModel: (name: ModelName, filter: VersionFilter) => ask(versionCount(filter), name),
    pageOfRun: (runId: string, page: PageRequest) => ask(versionPageOfRun(page), runId).then(rememberPage),
    countOfRun: (runId: string) => ask(versionCountOfRun, runId),
  };
}
