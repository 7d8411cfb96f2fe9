import { datasetStats } from '../stores/postgres/dataset-stats.ts';
import {
  datasetByName,
  datasetCount,
  datasetPage,
  datasetRow,
  datasetsOfRun,
} from '../stores/postgres/datasets.ts';
import type { StringFilter } from '../stores/postgres/filter.ts';
import type { PageRequest } from '../stores/postgres/keyset.ts';
import type { PostgresAsker } from './postgres-asker.ts';

/** Datasets, and which of them a run read. Source: PostgreSQL. */
export function datasetLoaders({ ask }: PostgresAsker) {
  return {
    byId: (id: string) => ask(datasetRow, id),
    byName: (name: string, version: string | null) => ask(datasetByName, { name, version }),
    page: (name: StringFilter | null | undefined, page: PageRequest) => ask(datasetPage(name, page), ''),
    count: (name: StringFilter | null | undefined) => ask(datasetCount(name), ''),
    ofRun: (runId: string) => ask(datasetsOfRun, runId),
    stats: (id: string) => ask(datasetStats, id),
  };
}
