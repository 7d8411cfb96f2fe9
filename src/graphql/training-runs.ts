import { badUserInput } from '../errors.ts';
import type { RunOwner, RunRow } from '../stores/postgres/runs.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { RunStatusEnum, SortDirectionEnum } from './enums.ts';
import { checkStringFilter, DateTimeFilterInput, StringFilterInput } from './filters.ts';
import { type PageArguments, resolvePage } from './page.ts';

export const TrainingRunFilterInput = builder.inputType('TrainingRunFilter', {
  description: 'Which training runs; all conditions that are given must hold.',
  fields: (t) => ({
    status: t.field({ type: [RunStatusEnum], description: 'It stands at one of these.' }),
    framework: t.field({ type: StringFilterInput, description: 'The library it trained with.' }),
    datasetName: t.field({ type: StringFilterInput, description: 'It read such a dataset, in any role.' }),
    createdAt: t.field({ type: DateTimeFilterInput, description: 'When it was registered.' }),
  }),
});

const TrainingRunOrderFieldEnum = builder.enumType('TrainingRunOrderField', {
  description: 'What training runs can be ordered by.',
  values: { CREATED_AT: { description: 'When it was registered.' } } as const,
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
  }),
});

interface RunArguments extends PageArguments {
  filter?: typeof TrainingRunFilterInput.$inferInput | null | undefined;
  orderBy?: typeof TrainingRunOrderInput.$inferInput | null | undefined;
}

/** A page of runs: all, a model's, or those that read a dataset; `key` is empty, its name, or its id. */
export function resolveRuns(owner: RunOwner, key: string, args: RunArguments, context: GraphQLContext) {
  const filter = args.filter ?? {};
  checkStringFilter(filter.framework, ['filter', 'framework']);
  checkStringFilter(filter.datasetName, ['filter', 'datasetName']);
  if (filter.status && filter.status.length === 0)
    throw badUserInput(['filter', 'status'], 'Give at least one status, or leave it out.');
  const descending = (args.orderBy?.direction ?? 'DESC') === 'DESC';
  const { runs } = context.loaders;
  return resolvePage(args, context, {
    list: `runs ${JSON.stringify([owner, key, filter, descending])}`,
    orderKey: ({ createdAt, id }: RunRow) => [createdAt, id],
    load: (page) => runs.page(owner, key, filter, descending, page),
    count: () => runs.count(owner, key, filter),
    toNode: (row) => row,
  });
}
