import { type GraphQLObjectType, type GraphQLResolveInfo, getNamedType } from 'graphql';
import { badUserInput } from '../errors.ts';
import type { ModelFilter } from '../loaders/model-filter.ts';
import type { ConfigFacets, HistogramBucket } from '../stores/mongo/config-facets.ts';
import type { HeadFilter } from '../stores/mongo/config-filter.ts';
import type { FacetsAsk } from '../stores/mongo/facet-pipeline.ts';
import { builder } from './builder.ts';
import { parseInnerPointer } from './json-filter.ts';
import { checkModelFilter, ModelFilterInput } from './model-filter.ts';
import { maxPageSize } from './page.ts';
import { fromMongo, mongoSource } from './provenance.ts';
import { selectedFields } from './selection.ts';

const nonNullList = { list: false, items: false } as const;

const ConfigFacetValueType = builder.objectRef<ConfigFacets['values'][number]>('ConfigFacetValue').implement({
  description: 'A value that documents hold, and how often.',
  extensions: mongoSource,
  fields: (t) => ({
    value: t.field({
      type: 'JSON',
      description: 'The value; null is one too.',
      resolve: ({ value }) => value,
    }),
    count: t.exposeInt('count', { nullable: false, description: 'How often it is there.' }),
  }),
});

const HistogramBucketType = builder.objectRef<HistogramBucket>('HistogramBucket').implement({
  description: 'A range of numbers and how many are in it; the last one holds its end too.',
  extensions: mongoSource,
  fields: (t) => ({
    from: t.exposeFloat('from', { nullable: false, description: 'Its beginning.' }),
    to: t.exposeFloat('to', { nullable: false, description: 'Where the next one begins.' }),
    count: t.exposeInt('count', { nullable: false, description: 'How many numbers are in it.' }),
  }),
});

const NumberSummaryType = builder.objectRef<NonNullable<ConfigFacets['numbers']>>('NumberSummary').implement({
  description: 'The finite numbers among the values.',
  extensions: mongoSource,
  fields: (t) => ({
    count: t.exposeInt('count', { nullable: false, description: 'How many there are.' }),
    min: t.exposeFloat('min', { description: 'The lowest.' }),
    max: t.exposeFloat('max', { description: 'The highest.' }),
    mean: t.float({
      description: 'Their mean; null when their sum is beyond what a number can be.',
      resolve: ({ mean }) => (Number.isFinite(mean) ? mean : null),
    }),
    histogram: t.expose('histogram', {
      type: [HistogramBucketType],
      nullable: nonNullList,
      description: 'Ten ranges of equal width from the lowest to the highest; one when these are the same.',
    }),
  }),
});

const ConfigFacetsType = builder.objectRef<ConfigFacets & { path: string }>('ConfigFacets').implement({
  description: 'What the head documents hold at a path.',
  extensions: mongoSource,
  fields: (t) => ({
    path: t.exposeString('path', { nullable: false, description: 'The path that was asked for.' }),
    documents: t.exposeInt('documents', { nullable: false, description: 'How many documents match.' }),
    missing: t.exposeInt('missing', {
      nullable: false,
      description: 'How many of them hold nothing there; an empty array is nothing.',
    }),
    values: t.expose('values', {
      type: [ConfigFacetValueType],
      nullable: nonNullList,
      description:
        'The most frequent values, then by value. Members of an array count each for itself; objects, and arrays in arrays, are no values.',
    }),
    numbers: t.expose('numbers', { type: NumberSummaryType, description: 'Null when no number is there.' }),
  }),
});

builder.queryField('configFacets', (t) =>
  t.field({
    type: ConfigFacetsType,
    description: 'What the head configurations of models hold at a path, counted under a time limit.',
    extensions: fromMongo,
    args: {
      path: t.arg.string({
        required: true,
        description: 'A JSON Pointer into the document; on the way, an array stands for its members.',
      }),
      filter: t.arg({
        type: ModelFilterInput,
        description:
          'Only models that match; with conditions on `name` and `config` only, which MongoDB knows.',
      }),
      first: t.arg.int({
        required: true,
        defaultValue: 20,
        description: `How many distinct values, 1 to ${maxPageSize}.`,
      }),
    },
    resolve: async (_, { path, filter, first }, { loaders }, info) => {
      const pointer = parseInnerPointer(path, ['path']);
      if (first < 1 || first > maxPageSize)
        throw badUserInput(['first'], `"first" is ${first}, but give 1 to ${maxPageSize}.`);
      const heads = toHeadFilter(checkModelFilter(filter, ['filter']), ['filter']);
      const parts = shownFacets(info, first);
      return { path, ...(await loaders.configs.facets({ pointer, filter: heads, parts })) };
    },
  }),
);

/** Tells the store what the query will look at, so that nothing else is counted. */
function shownFacets(info: GraphQLResolveInfo, first: number): FacetsAsk['parts'] {
  const shown = selectedFields(info, getNamedType(info.returnType) as GraphQLObjectType);
  const numbers = shown.filter(({ field }) => field.name === 'numbers');
  const has = (name: string, fields = shown) => fields.some(({ field }) => field.name === name);
  return {
    documents: has('documents'),
    missing: has('missing'),
    ...(has('values') && { values: first }),
    numbers: numbers.length > 0,
    histogram: numbers.some(({ field, nodes }) =>
      has(
        'histogram',
        selectedFields({ ...info, fieldNodes: nodes }, getNamedType(field.type) as GraphQLObjectType),
      ),
    ),
  };
}

/** The filter as MongoDB can answer it alone. Fails with BAD_USER_INPUT for what it does not know: never ignored. */
function toHeadFilter(
  { and, or, not, name, config, ...rest }: ModelFilter,
  path: readonly string[],
): HeadFilter {
  const strange = Object.entries(rest).find(([, condition]) => condition != null)?.[0];
  if (strange !== undefined) {
    throw badUserInput(
      [...path, strange],
      `"${strange}" cannot be pushed down to MongoDB, which counts the documents: it knows "name" and "config" only.`,
    );
  }
  return {
    ...{ name, config },
    and: and?.map((each, n) => toHeadFilter(each, [...path, 'and', String(n)])),
    or: or?.map((each, n) => toHeadFilter(each, [...path, 'or', String(n)])),
    not: not && toHeadFilter(not, [...path, 'not']),
  };
}
