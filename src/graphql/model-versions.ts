import { badUserInput } from '../errors.ts';
import type { ModelName } from '../model-name.ts';
import type { VersionKey } from '../stores/postgres/keys.ts';
import type { RunRow } from '../stores/postgres/runs.ts';
import type { VersionRow } from '../stores/postgres/versions.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import {
  checkDateTimeFilter,
  checkStringFilter,
  checkTagFilters,
  DateTimeFilterInput,
  StringFilterInput,
  TagFilterInput,
} from './filters.ts';
import { type PageArguments, resolvePage } from './page.ts';

export const ModelVersionFilterInput = builder.inputType('ModelVersionFilter', {
  description: 'Which versions; all conditions that are given must hold.',
  fields: (t) => ({
    alias: t.field({ type: StringFilterInput, description: 'Such an alias points at it now.' }),
    tags: t.field({ type: [TagFilterInput], description: 'Its labels, 1 to 10; all of these must hold.' }),
    createdAt: t.field({ type: DateTimeFilterInput, description: 'When it was registered.' }),
  }),
});

interface VersionArguments extends PageArguments {
  filter?: typeof ModelVersionFilterInput.$inferInput | null | undefined;
}

/** A page of a model's versions. */
export function resolveVersions(name: ModelName, args: VersionArguments, context: GraphQLContext) {
  const filter = args.filter ?? {};
  checkFilter(filter);
  const { versions } = context.loaders;
  return resolvePage(args, context, {
    list: `versions ${JSON.stringify([name, filter])}`,
    orderKey: ({ version }: VersionRow) => [String(version)],
    load: (page) => versions.pageOfModel(name, filter, page),
    count: () => versions.countOfModel(name, filter),
    toNode,
  });
}

/** A page of the versions that a run produced. */
export const resolveProducedVersions = (run: RunRow, args: PageArguments, context: GraphQLContext) =>
  resolvePage(args, context, {
    list: `versions of run ${run.id}`,
    orderKey: ({ modelName, version }: VersionRow) => [modelName, String(version)],
    load: (page) => context.loaders.versions.pageOfRun(run.id, page),
    count: () => context.loaders.versions.countOfRun(run.id),
    toNode,
  });

const toNode = ({ modelName, version }: VersionRow): VersionKey => ({ name: modelName, version });

const maxTagFilters = 10;

function checkFilter({ alias, tags, createdAt }: NonNullable<VersionArguments['filter']>) {
  checkStringFilter(alias, ['filter', 'alias']);
  if (tags && (tags.length === 0 || tags.length > maxTagFilters))
    throw badUserInput(['filter', 'tags'], `Give 1 to ${maxTagFilters} conditions on tags.`);
  checkTagFilters(tags, ['filter', 'tags']);
  if (createdAt) checkDateTimeFilter(createdAt, ['filter', 'createdAt']);
}
