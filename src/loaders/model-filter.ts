import type { ModelFilter as StoreFilter } from '../model-list.ts';
import type { ConfigCondition } from '../stores/mongo/config-filter.ts';

/** A tree of conditions on what the registry and the documents hold of a model; all that are given must hold. */
export interface ModelFilter extends Omit<StoreFilter, 'and' | 'or' | 'not' | 'among'> {
  readonly and?: readonly ModelFilter[] | null | undefined;
  readonly or?: readonly ModelFilter[] | null | undefined;
  readonly not?: ModelFilter | null | undefined;
  /** On its head document. */
  readonly config?: readonly ConfigCondition[] | null | undefined;
}

/**
 * The filter as one store can answer it: names take the place of conditions on documents. All of them are asked in
 * one tick, so MongoDB is called once. Fails with what it said, such as FILTER_TOO_BROAD.
 */
export async function toStoreFilter(
  { config, and, or, not, ...rest }: ModelFilter,
  namesWhere: (conditions: readonly ConfigCondition[]) => Promise<readonly string[]>,
): Promise<StoreFilter> {
  const list = (filters: readonly ModelFilter[] | null | undefined) =>
    filters && Promise.all(filters.map((each) => toStoreFilter(each, namesWhere)));
  const [among, all, some, none] = await Promise.all([
    config ? namesWhere(config) : undefined,
    list(and),
    list(or),
    not && toStoreFilter(not, namesWhere),
  ]);
  return { ...rest, among, and: all, or: some, not: none };
}
