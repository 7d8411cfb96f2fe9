import DataLoader from 'dataloader';
import type { ModelName } from '../model-name.ts';
import type { ConfigFacets } from '../stores/mongo/config-facets.ts';
import type { ConfigCondition } from '../stores/mongo/config-filter.ts';
import { type ConfigAsk, type ConfigRecord, headIdOf } from '../stores/mongo/configs.ts';
import type { FacetsAsk } from '../stores/mongo/facet-pipeline.ts';
import type { DocumentParts } from '../stores/mongo/projection.ts';
import type { Stores } from '../stores/open-stores.ts';

export type ConfigLoaders = ReturnType<typeof configLoaders>;

/** Configuration documents, cut down to the parts that a query shows. Source: MongoDB. */
export function configLoaders({ read, readNames, readFacets }: Stores['mongo'], request: object) {
  const documents = new DataLoader<ConfigAsk, ConfigRecord | undefined, string>(
    (asks) => read(asks, request),
    { cacheKeyFn: ({ id, parts }) => `${id}\n${JSON.stringify(parts)}` },
  );
  const names = new DataLoader<readonly ConfigCondition[], readonly string[], string>(
    (asks) => readNames(asks, request),
    { cacheKeyFn: (conditions) => JSON.stringify(conditions) },
  );
  const facets = new DataLoader<FacetsAsk, ConfigFacets, string>((asks) => readFacets(asks, request), {
    cacheKeyFn: (ask) => JSON.stringify(ask),
  });
  return {
    /** By document id; `parts` is what will be looked at. */
    byId: (id: string, parts: DocumentParts) => documents.load({ id, parts }),
    head: (name: ModelName, parts: DocumentParts) => documents.load({ id: headIdOf(name), parts }),
    /** A run's document has the run's id. */
    ofRun: (runId: string, parts: DocumentParts) => documents.load({ id: runId, parts }),
    /** The models whose head document meets all of the conditions. */
    namesWhere: (conditions: readonly ConfigCondition[]) => names.load(conditions),
    /** What the head documents hold at a path. */
    facets: (ask: FacetsAsk) => facets.load(ask),
    forget() {
      facets.clearAll();
      documents.clearAll();
      names.clearAll();
    },
  };
}
