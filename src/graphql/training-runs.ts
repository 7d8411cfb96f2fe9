import { badUserInput } from '../errors.ts';
import type { RunOrder } from '../stores/postgres/run-order.ts';
import type { RunOwner, RunRow } from '../stores/postgres/runs.ts';
import type { Placed } from '../stores/postgres/stretches.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { RunStatusEnum, SortDirectionEnum } from './enums.ts';
import {
  checkDateTimeFilter,
  checkStringFilter,
  DateTimeFilterInput,
  MetricFilterInput,
  StringFilterInput,
} from './filters.ts';
import { checkMetricFilters, checkOrderMetric } from './metric-filter.ts';
import { type PageArguments, resolvePage } from './page.ts';

export const TrainingRunFilterInput = builder.inputType('TrainingRunFilter', {
  description: 'Which training runs; all conditions that are given must hold.',
  fields: (t) => ({
    status: t.field({ type: [RunStatusEnum], description: 'It stands at one of these.' }),
    framework: t.field({ type: StringFilterInput, description: 'The library it trained with.' }),
    datasetName: t.field({ type: StringFilterInput, description: 'It read such a dataset, in any role.' }),
    metrics: t.field({
      type: [MetricFilterInput],
      description: 'What it ended with; at most 10 conditions, and all must hold. NaN meets none.',
    }),
    createdAt: t.field({ type: DateTimeFilterInput, description: 'When it was registered.' }),
  }),
});

const TrainingRunOrderFieldEnum = builder.enumType('TrainingRunOrderField', {
  description: 'What training runs can be ordered by.',
  values: {
    CREATED_AT: { description: 'When it was registered.' },
    DURATION: {
      description:
        'How long it took; runs that have not ended come last in both directions, by registration.',
    },
    METRIC: {
      description:
        'What it ended with in `metric`; runs without it, and those where it is NaN, come last in both directions, by registration.',
    },
  } as const,
});

export const TrainingRunOrderInput = builder.inputType('TrainingRunOrder', {
  description: 'The order of training runs.',
  fields: (t) => ({
    by: t.field({ type: TrainingRunOrderFieldEnum, required: true, description: 'What to order by.' }),
    direction: t.field({
      type: SortDirectionEnum,
      required: true,
      defaultValue: 'DESC',
      description: 'Which end comes first.',
    }),
    metric: t.string({ description: 'The metric, for METRIC and for nothing else.' }),
  }),
});

interface RunArguments extends PageArguments {
  filter?: typeof TrainingRunFilterInput.$inferInput | null | undefined;
  orderBy?: typeof TrainingRunOrderInput.$inferInput | null | undefined;
}

/** A page of runs: all, a model's, or those that read a dataset; `key` is empty, its name, or its id. */
export function resolveRuns(owner: RunOwner, key: string, args: RunArguments, context: GraphQLContext) {
  const filter = args.filter ?? {};
  checkFilter(filter);
  const order = checkOrder(args.orderBy);
  const { runs } = context.loaders;
  return resolvePage(args, context, {
    list: `runs ${JSON.stringify([owner, key, filter, order])}`,
    orderKey: (row: Placed<RunRow>) => row.orderKey,
    load: (page) => runs.page(owner, key, filter, order, page),
    count: () => runs.count(owner, key, filter),
    toNode: (row: RunRow) => row,
  });
}

const maxMetricFilters = 10;

function checkFilter({
  status,
  framework,
  datasetName,
  metrics,
  createdAt,
}: NonNullable<RunArguments['filter']>) {
  checkStringFilter(framework, ['filter', 'framework']);
  checkStringFilter(datasetName, ['filter', 'datasetName']);
  if (createdAt) checkDateTimeFilter(createdAt, ['filter', 'createdAt']);
  if (status?.length === 0)
    throw badUserInput(['filter', 'status'], 'Give at least one status, or leave it out.');
  if (metrics && (metrics.length === 0 || metrics.length > maxMetricFilters))
    throw badUserInput(['filter', 'metrics'], `Give 1 to ${maxMetricFilters} conditions on metrics.`);
  checkMetricFilters(metrics, ['filter', 'metrics']);
}

function checkOrder(orderBy: RunArguments['orderBy']): RunOrder {
  const { by, direction, metric } = orderBy ?? { by: 'CREATED_AT', direction: 'DESC' };
  checkOrderMetric(by, by === 'METRIC', metric);
  const descending = direction === 'DESC';
  return by === 'METRIC' ? { by, metric: metric ?? '', descending } : { by, descending };
}
