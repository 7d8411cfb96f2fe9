import { badUserInput } from '../errors.ts';
import type { ModelFilter } from '../loaders/model-filter.ts';
import type { ModelName } from '../model-name.ts';
import type { GraphQLContext } from './context.ts';
import { checkModelFilter, type ModelFilterInput } from './model-filter.ts';
import { checkModelOrder, type ModelOrderInput } from './model-order.ts';
import { type PageArguments, resolvePage } from './page.ts';

interface ModelArguments extends PageArguments {
  filter?: typeof ModelFilterInput.$inferInput | null | undefined;
  orderBy?: typeof ModelOrderInput.$inferInput | null | undefined;
}

interface PlacedModel {
  readonly name: ModelName;
  readonly orderKey: readonly string[];
}

/** A page of models; its rows are remembered, so that their fields need not ask again. */
export async function resolveModels(args: ModelArguments, context: GraphQLContext) {
  const filter = checkModelFilter(args.filter, ['filter']);
  const order = checkModelOrder(args.orderBy);
  const list = {
    list: `models ${JSON.stringify([filter, order])}`,
    orderKey: (row: PlacedModel) => row.orderKey,
    toNode: ({ name }: PlacedModel) => name,
  };
  const { models, predictions } = context.loaders;
  if (order.by === 'PREDICTION_COUNT') {
    refuseConditions(filter);
    const connection = await resolvePage(args, context, {
      ...list,
      load: (page) => predictions.page(order.descending, page),
      count: predictions.count,
    });
    return { ...connection, driver: 'REDIS' as const };
  }
  return resolvePage(args, context, {
    ...list,
    load: (page) => models.page(filter, order, page),
    count: () => models.count(filter),
  });
}

/** Redis knows names and counts, and none of what a filter is about: it is refused, never ignored. */
function refuseConditions(filter: ModelFilter): void {
  const condition = Object.entries(filter).find(([, value]) => value != null)?.[0];
  if (condition === undefined) return;
  throw badUserInput(
    ['filter', condition],
    `"${condition}" cannot be pushed down to Redis, which orders by PREDICTION_COUNT. Leave the filter out, or order by something else.`,
  );
}
