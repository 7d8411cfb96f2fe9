import type { Document } from 'mongodb';
import type { ModelFilter, ModelOrder } from '../../model-list.ts';
import type { ModelName } from '../../model-name.ts';
import type { CopiesQuestion } from './copies-question.ts';
import { whereCopies } from './model-filter.ts';
import { copyOrder } from './model-order.ts';

/** A stretch of an ordered list. Bounds are order keys, as PostgreSQL's pages have them too. */
interface Page {
  readonly limit: number;
  /** True: the last `limit` before the end, or before `before`. */
  readonly backwards: boolean;
  readonly after?: readonly string[] | undefined;
  readonly before?: readonly string[] | undefined;
}

interface PlacedModel {
  readonly name: ModelName;
  readonly orderKey: readonly string[];
}

export interface ModelPage {
  readonly rows: readonly PlacedModel[];
  /** Whether the list goes on beyond these rows, in the direction of paging. */
  readonly hasMore: boolean;
}

/** A page of the models of which there are copies. */
export function modelPage(filter: ModelFilter, order: ModelOrder, page: Page): CopiesQuestion<ModelPage> {
  const { fields, stages, toValues, toOrderKey } = copyOrder(order);
  const { limit, backwards, after, before } = page;
  const [forwards, back] = order.descending ? (['$lt', '$gt'] as const) : (['$gt', '$lt'] as const);
  const bounds = [
    ...(after ? [beyond(fields, toValues(after), forwards)] : []),
    ...(before ? [beyond(fields, toValues(before), back)] : []),
  ];
  const direction = order.descending === backwards ? 1 : -1;
  return {
    operation: 'modelPage',
    pipeline: [
      { $match: whereCopies(filter) },
      ...stages,
      ...bounds.map((bound) => ({ $match: bound })),
      { $sort: Object.fromEntries(fields.map((field) => [field, direction])) },
      { $limit: limit + 1 },
      { $project: Object.fromEntries(fields.map((field) => [field, 1])) },
      { $group: { _id: null, copies: { $push: '$$ROOT' } } },
    ],
    decode: (found) => {
      const copies: Document[] = found?.copies ?? [];
      const rows = copies.slice(0, limit).map((copy) => ({ name: copy._id, orderKey: toOrderKey(copy) }));
      return { rows: backwards ? rows.reverse() : rows, hasMore: copies.length > limit };
    },
  };
}

/** How many of the models of which there are copies match. */
export const modelCount = (filter: ModelFilter): CopiesQuestion<number> => ({
  operation: 'modelCount',
  pipeline: [{ $match: whereCopies(filter) }, { $count: 'n' }],
  decode: (found) => found?.n ?? 0,
});

/** When the newest copy was written, RFC 3339; null: there is none. */
export const newestCopy: CopiesQuestion<string | null> = {
  operation: 'newestCopy',
  pipeline: [{ $sort: { copiedAt: -1 } }, { $limit: 1 }, { $project: { copiedAt: 1 } }],
  decode: (found) => found?.copiedAt.toISOString() ?? null,
};

/** Where the fields, compared one after another, are beyond the values. */
function beyond(fields: readonly string[], values: readonly unknown[], operator: '$gt' | '$lt'): Document {
  const equal = (until: number) =>
    Object.fromEntries(fields.slice(0, until).map((field, n) => [field, values[n]]));
  return {
    // Follows from the rest, and says to an index where to begin.
    [String(fields[0])]: { [`${operator}e`]: values[0] },
    $or: fields.map((field, n) => ({ ...equal(n), [field]: { [operator]: values[n] } })),
  };
}
