import { badUserInput } from '../errors.ts';
import type { ModelFilter } from '../loaders/model-filter.ts';
import type { ModelName } from '../model-name.ts';
import type { GraphQLContext } from './context.ts';
import type { ConsistencyEnum } from './enums.ts';
import { checkModelFilter, type ModelFilterInput } from './model-filter.ts';
import { checkModelOrder, type ModelOrderInput } from './model-order.ts';
import { type PageArguments, resolvePage } from './page.ts';

interface ModelArguments extends PageArguments {
  filter?: typeof ModelFilterInput.$inferInput | null | undefined;
  orderBy?: typeof ModelOrderInput.$inferInput | null | undefined;
  consistency: typeof ConsistencyEnum.$inferType;
}

interface PlacedModel {
  readonly name: ModelName;
  readonly orderKey: readonly string[];
}

/** A page of models; rows of the registry are remembered, so that their fields need not ask again. */
export async function resolveModels(args: ModelArguments, context: GraphQLContext) {
  const filter = checkModelFilter(args.filter, ['filter']);
  const order = checkModelOrder(args.orderBy);
  const eventual = args.consistency === 'EVENTUAL';
  // Either consistency has the same list in the same order, so that one goes on where the other ended.
  const list = {
    list: `models ${JSON.stringify([filter, order])}`,
    orderKey: (row: PlacedModel) => row.orderKey,
    toNode: ({ name }: PlacedModel) => name,
  };
  const { models, modelCopies, predictions } = context.loaders;
  if (order.by === 'PREDICTION_COUNT') {
    if (eventual) refuseConsistency();
    refuseConditions(filter);
    const connection = await resolvePage(args, context, {
      ...list,
      load: (page) => predictions.page(order.descending, page),
      count: predictions.count,
    });
    return { ...connection, driver: 'REDIS' as const };
  }
  const source = eventual ? modelCopies : models;
  const connection = await resolvePage<PlacedModel, ModelName>(args, context, {
    ...list,
    load: (page) => source.page(filter, order, page),
    count: () => source.count(filter),
  });
  return eventual ? { ...connection, driver: 'MONGODB' as const, asOf: modelCopies.asOf } : connection;
}

function refuseConsistency(): never {
  throw badUserInput(
    ['consistency'],
    'Redis orders by PREDICTION_COUNT, and MongoDB has no copy of what it counts. Leave the consistency out, or order by something else.',
  );
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
