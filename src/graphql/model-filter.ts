import { badUserInput } from '../errors.ts';
import type { ModelFilter } from '../loaders/model-filter.ts';
import { builder } from './builder.ts';
import { EnvironmentEnum } from './enums.ts';
import {
  checkDateTimeFilter,
  checkStringFilter,
  checkTagFilters,
  DateTimeFilterInput,
  MetricFilterInput,
  StringFilterInput,
  TagFilterInput,
} from './filters.ts';
import { checkJsonFilter, JsonFilterInput } from './json-filter.ts';
import { checkMetricFilters } from './metric-filter.ts';

/** The leaves of the filter; `and`, `or` and `not` make it a tree. */
interface ModelFilterShape {
  and?: ModelFilterShape[] | null | undefined;
  or?: ModelFilterShape[] | null | undefined;
  not?: ModelFilterShape | null | undefined;
  name?: typeof StringFilterInput.$inferInput | null | undefined;
  framework?: typeof StringFilterInput.$inferInput | null | undefined;
  tags?: (typeof TagFilterInput.$inferInput)[] | null | undefined;
  createdAt?: typeof DateTimeFilterInput.$inferInput | null | undefined;
  bestMetric?: (typeof MetricFilterInput.$inferInput)[] | null | undefined;
  deployedTo?: typeof EnvironmentEnum.$inferType | null | undefined;
  config?: (typeof JsonFilterInput.$inferInput)[] | null | undefined;
}

export const ModelFilterInput = builder.inputRef<ModelFilterShape>('ModelFilter');

ModelFilterInput.implement({
  description:
    'Which models; all conditions that are given must hold. At most 50 in all, and and/or/not at most 5 deep.',
  fields: (t) => ({
    and: t.field({ type: [ModelFilterInput], description: 'All of these hold.' }),
    or: t.field({ type: [ModelFilterInput], description: 'At least one of these holds.' }),
    not: t.field({ type: ModelFilterInput, description: 'This does not hold.' }),
    name: t.field({ type: StringFilterInput, description: 'Its name.' }),
    framework: t.field({ type: StringFilterInput, description: 'It was ever trained with such a library.' }),
    tags: t.field({ type: [TagFilterInput], description: 'Its labels; all of these must hold.' }),
    createdAt: t.field({ type: DateTimeFilterInput, description: 'When it was registered.' }),
    bestMetric: t.field({
      type: [MetricFilterInput],
      description:
        'The best that any of its runs ended with, which is the highest finite value; all of these must hold.',
    }),
    deployedTo: t.field({ type: EnvironmentEnum, description: 'A version of it is active there.' }),
    config: t.field({
      type: [JsonFilterInput],
      description:
        'Its head configuration in MongoDB; all of these must hold. FILTER_TOO_BROAD when more documents match than may be handed to PostgreSQL, 10,000 unless set otherwise.',
    }),
  }),
});

const maxDepth = 5;
const maxConditions = 50;

type Path = readonly string[];

/** The filter, checked. Fails with BAD_USER_INPUT under `argumentPath`. */
export function checkModelFilter(
  filter: ModelFilterShape | null | undefined,
  argumentPath: Path,
): ModelFilter {
  let conditions = 0;
  const count = (path: Path) => {
    conditions += 1;
    if (conditions > maxConditions)
      throw badUserInput(path, `A filter can have at most ${maxConditions} conditions in all.`);
  };
  return checkNode(filter ?? {}, argumentPath, 0, count);
}

function checkNode(
  node: ModelFilterShape,
  path: Path,
  depth: number,
  count: (path: Path) => void,
): ModelFilter {
  const { and, or, not, name, framework, tags, createdAt, bestMetric, deployedTo, config } = node;
  const at = (...steps: string[]) => [...path, ...steps];
  const nested = (each: ModelFilterShape, ...steps: string[]) => {
    if (depth === maxDepth)
      throw badUserInput(at(...steps), `and, or and not can be at most ${maxDepth} levels deep.`);
    if (Object.values(each).every((condition) => condition == null))
      throw badUserInput(at(...steps), 'Give at least one condition.');
    return checkNode(each, at(...steps), depth + 1, count);
  };
  const list = (field: 'and' | 'or', all: ModelFilterShape[] | null | undefined) => {
    if (all?.length === 0) throw badUserInput(at(field), 'Give at least one filter, or leave it out.');
    return all?.map((each, n) => nested(each, field, String(n)));
  };
  const each = (field: string, all: readonly unknown[] | null | undefined) => {
    if (all?.length === 0) throw badUserInput(at(field), 'Give at least one condition, or leave it out.');
    all?.forEach((_, n) => {
      count(at(field, String(n)));
    });
  };
  for (const [field, leaf] of Object.entries({ name, framework, createdAt, deployedTo }))
    if (leaf != null) count(at(field));
  for (const [field, leaves] of Object.entries({ tags, bestMetric, config })) each(field, leaves);
  checkStringFilter(name, at('name'));
  checkStringFilter(framework, at('framework'));
  if (createdAt) checkDateTimeFilter(createdAt, at('createdAt'));
  checkTagFilters(tags, at('tags'));
  checkMetricFilters(bestMetric, at('bestMetric'));
  return {
    ...{ name, framework, tags, createdAt, bestMetric, deployedTo },
    config: config?.map((condition, n) => checkJsonFilter(condition, at('config', String(n)))),
    and: list('and', and),
    or: list('or', or),
    not: not && nested(not, 'not'),
  };
}
