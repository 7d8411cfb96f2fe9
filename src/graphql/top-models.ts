import { badUserInput } from '../errors.ts';
import type { RankedModelRow } from '../stores/postgres/rankings.ts';
import { builder } from './builder.ts';
import { SortDirectionEnum } from './enums.ts';
import { checkText } from './filters.ts';
import { checkMetric } from './metric-name.ts';
import { maxPageSize } from './page.ts';
import { fromPostgres, postgresSource } from './provenance.ts';
import { ModelInfoRef, TrainingRunRef } from './refs.ts';

const RankedModelType = builder.objectRef<RankedModelRow & { rank: number }>('RankedModel').implement({
  description: 'A model by the best value that any of its runs ended with.',
  extensions: postgresSource,
  fields: (t) => ({
    rank: t.exposeInt('rank', { nullable: false, description: 'Its place, from 1.' }),
    value: t.exposeFloat('value', { nullable: false, description: 'Its best value.' }),
    run: t.expose('run', {
      type: TrainingRunRef,
      nullable: false,
      description: 'The run that ended with it.',
    }),
    model: t.field({
      type: ModelInfoRef,
      nullable: false,
      description: 'The model.',
      resolve: ({ modelName }) => modelName,
    }),
  }),
});

builder.queryField('topModels', (t) =>
  t.field({
    type: [RankedModelType],
    description:
      'The best models by a metric, best first. Finite values only; of equal ones the later name comes first, or with ASC the earlier.',
    extensions: fromPostgres,
    args: {
      metric: t.arg.string({ required: true, defaultValue: 'accuracy', description: 'The metric.' }),
      first: t.arg.int({ required: true, defaultValue: 5, description: 'How many: 1 to 100.' }),
      framework: t.arg.string({ description: 'Only by runs of this library.' }),
      direction: t.arg({
        type: SortDirectionEnum,
        required: true,
        defaultValue: 'DESC',
        description: 'DESC: the highest value is the best; ASC: the lowest, as for a loss.',
      }),
    },
    resolve: async (_, { metric, first, framework, direction }, { loaders }) => {
      checkMetric(metric, ['metric']);
      checkText(framework, ['framework']);
      if (framework === '') throw badUserInput(['framework'], 'Give a framework, or leave it out for all.');
      if (first < 1 || first > maxPageSize)
        throw badUserInput(['first'], `"first" is ${first}, but can be 1 to ${maxPageSize}.`);
      const ranking = { metric, framework: framework ?? '', descending: direction === 'DESC' };
      const { rows } = await loaders.models.top(ranking, first);
      return rows.map((row, n) => ({ ...row, rank: n + 1 }));
    },
  }),
);
