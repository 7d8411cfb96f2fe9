import type { ModelName } from '../model-name.ts';
import type { PageRequest } from '../stores/postgres/keyset.ts';
import type { ModelFilter } from '../stores/postgres/model-filter.ts';
import { type ModelOrderField, modelCount, modelPage, modelRow } from '../stores/postgres/models.ts';
import { type Ranking, topModels } from '../stores/postgres/rankings.ts';
import type { PostgresAsker } from './postgres-asker.ts';

/** Registry records of models. Source: PostgreSQL. */
export function modelLoaders({ ask, prime }: PostgresAsker) {
  return {
    byName: (name: ModelName) => ask(modelRow, name),
    async page(filter: ModelFilter, by: ModelOrderField, descending: boolean, page: PageRequest) {
      const models = await ask(modelPage(filter, by, descending, page), '');
      for (const row of models.rows) prime(modelRow, row.name, row);
      return models;
    },
    count: (filter: ModelFilter) => ask(modelCount(filter), ''),
    top: (ranking: Ranking, limit: number) => ask(topModels(ranking, limit), ''),
  };
}
