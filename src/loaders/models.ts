import type { ModelName } from '../model-name.ts';
import type { PageRequest } from '../stores/postgres/keyset.ts';
import type { ModelOrder } from '../stores/postgres/model-order.ts';
import { modelCount, modelPage, modelRow } from '../stores/postgres/models.ts';
import { type Ranking, topModels } from '../stores/postgres/rankings.ts';
import type { ConfigLoaders } from './configs.ts';
import { type ModelFilter, toRegistryFilter } from './model-filter.ts';
import type { PostgresAsker } from './postgres-asker.ts';

/** Registry records of models. Source: PostgreSQL; for conditions on documents MongoDB first. */
export function modelLoaders({ ask, prime }: PostgresAsker, { namesWhere }: ConfigLoaders) {
  return {
    byName: (name: ModelName) => ask(modelRow, name),
    async page(filter: ModelFilter, order: ModelOrder, page: PageRequest) {
      const models = await ask(modelPage(await toRegistryFilter(filter, namesWhere), order, page), '');
      for (const row of models.rows) prime(modelRow, row.name, row);
      return models;
    },
    top: (ranking: Ranking, limit: number) => ask(topModels(ranking, limit), ''),
    count: async (filter: ModelFilter) => ask(modelCount(await toRegistryFilter(filter, namesWhere)), ''),
  };
}
