import type { ModelOrder } from '../model-list.ts';
import type { ModelName } from '../model-name.ts';
import type { PageRequest } from '../stores/postgres/keyset.ts';
import { modelCount, modelPage, modelRow } from '../stores/postgres/models.ts';
import { type Ranking, topModels } from '../stores/postgres/rankings.ts';
import type { ConfigLoaders } from './configs.ts';
import { type ModelFilter, toStoreFilter } from './model-filter.ts';
import type { PostgresAsker } from './postgres-asker.ts';

/** Registry records of models. Source: PostgreSQL; for conditions on documents MongoDB first. */
export function modelLoaders({ ask, prime }: PostgresAsker, { namesWhere }: ConfigLoaders) {
  return {
    byName: (name: ModelName) => ask(modelRow, name),
    async page(filter: ModelFilter, order: ModelOrder, page: PageRequest) {
      const models = await ask(modelPage(await toStoreFilter(filter, namesWhere), order, page), '');
      for (const row of models.rows) prime(modelRow, row.name, row);
      return models;
    },
    top: (ranking: Ranking, limit: number) => ask(topModels(ranking, limit), ''),
    count: async (filter: ModelFilter) => ask(modelCount(await toStoreFilter(filter, namesWhere)), ''),
  };
}
