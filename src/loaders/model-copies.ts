import DataLoader from 'dataloader';
import type { ModelOrder } from '../model-list.ts';
import type { CopiesQuestion } from '../stores/mongo/copies-question.ts';
import { modelCount, modelPage, newestCopy } from '../stores/mongo/models.ts';
import type { Stores } from '../stores/open-stores.ts';
import type { PageRequest } from '../stores/postgres/keyset.ts';
import type { ConfigLoaders } from './configs.ts';
import { type ModelFilter, toStoreFilter } from './model-filter.ts';

/** Models as the relay copied them. Source: MongoDB alone; for conditions on documents it is asked twice. */
export function modelCopyLoaders(
  { readCopies }: Stores['mongo'],
  { namesWhere }: ConfigLoaders,
  request: object,
) {
  const questions = new DataLoader<CopiesQuestion<unknown>, unknown, string>(
    (batch) => readCopies(batch, request),
    { cacheKeyFn: ({ operation, pipeline }) => `${operation}\n${JSON.stringify(pipeline)}` },
  );
  const ask = <T>(question: CopiesQuestion<T>) => questions.load(question) as Promise<T>;
  return {
    async page(filter: ModelFilter, order: ModelOrder, page: PageRequest) {
      const question = modelPage(await toStoreFilter(filter, namesWhere), order, page);
      // In the same call, and answered first: what was copied until then is in the page.
      const [, rows] = await Promise.all([ask(newestCopy), ask(question)]);
      return rows;
    },
    count: async (filter: ModelFilter) => ask(modelCount(await toStoreFilter(filter, namesWhere))),
    /** When the newest copy was written that the pages of this request have seen, RFC 3339; null: there is none. */
    asOf: () => ask(newestCopy),
    forget: () => void questions.clearAll(),
  };
}
