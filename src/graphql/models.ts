import { badUserInput } from '../errors.ts';
import type { ModelName } from '../model-name.ts';
import type { ModelOrderField, ModelRow } from '../stores/postgres/models.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { SortDirectionEnum } from './enums.ts';
import { checkStringFilter, checkText, StringFilterInput, TagFilterInput } from './filters.ts';
import { type PageArguments, resolvePage } from './page.ts';

export const ModelFilterInput = builder.inputType('ModelFilter', {
  description: 'Which models; all conditions that are given must hold.',
  fields: (t) => ({
    name: t.field({ type: StringFilterInput, description: 'Its name.' }),
    framework: t.field({ type: StringFilterInput, description: 'It was ever trained with such a library.' }),
    tags: t.field({
      type: [TagFilterInput],
      description: 'Its labels; at most 10 conditions, and all must hold.',
    }),
  }),
});

const ModelOrderFieldEnum = builder.enumType('ModelOrderField', {
  description: 'What models can be ordered by; the name decides between equals.',
  values: {
    NAME: { description: 'Its name.' },
    CREATED_AT: { description: 'When it was registered.' },
    UPDATED_AT: { description: 'When it last changed.' },
  } as const,
});

export const ModelOrderInput = builder.inputType('ModelOrder', {
  description: 'The order of models.',
  fields: (t) => ({
    field: t.field({ type: ModelOrderFieldEnum, required: true, description: 'What to order by.' }),
    direction: t.field({
      type: SortDirectionEnum,
      required: true,
      defaultValue: 'ASC',
      description: 'Which end comes first.',
    }),
  }),
});

interface ModelArguments extends PageArguments {
  filter?: typeof ModelFilterInput.$inferInput | null | undefined;
  orderBy?: typeof ModelOrderInput.$inferInput | null | undefined;
}

const maxTagFilters = 10;

/** A page of models; its rows are remembered, so that their fields need not ask again. */
export function resolveModels(args: ModelArguments, context: GraphQLContext) {
  const filter = checkFilter(args.filter ?? {});
  const { field, direction } = args.orderBy ?? { field: 'NAME', direction: 'ASC' };
  const descending = direction === 'DESC';
  const { models } = context.loaders;
  return resolvePage(args, context, {
    list: `models ${JSON.stringify([filter, field, descending])}`,
    orderKey: orderKeys[field],
    load: (page) => models.page(filter, field, descending, page),
    count: () => models.count(filter),
    toNode: ({ name }): ModelName => name,
  });
}

function checkFilter(filter: NonNullable<ModelArguments['filter']>) {
  checkStringFilter(filter.name, ['filter', 'name']);
  checkStringFilter(filter.framework, ['filter', 'framework']);
  const tags = filter.tags ?? [];
  if (tags.length > maxTagFilters)
    throw badUserInput(['filter', 'tags'], `Give at most ${maxTagFilters} conditions on tags.`);
  tags.forEach(({ key, value }, n) => {
    checkText(key, ['filter', 'tags', String(n), 'key']);
    checkStringFilter(value, ['filter', 'tags', String(n), 'value']);
  });
  return filter;
}

const orderKeys: Record<ModelOrderField, (row: ModelRow) => readonly string[]> = {
  NAME: ({ name }) => [name],
  CREATED_AT: ({ createdAt, name }) => [createdAt, name],
  UPDATED_AT: ({ updatedAt, name }) => [updatedAt, name],
};
