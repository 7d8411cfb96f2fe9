import type { FrameworkStatsRow } from '../stores/postgres/framework-stats.ts';
import { builder } from './builder.ts';
import { SortDirectionEnum } from './enums.ts';
import { checkMetric } from './metric-name.ts';
import { fromPostgres, postgresSource } from './provenance.ts';

interface FrameworkStats extends FrameworkStatsRow {
  readonly best: number;
}

const FrameworkStatsType = builder.objectRef<FrameworkStats>('FrameworkStats').implement({
  description: 'How the runs of one framework ended, by one metric; over finite values only.',
  extensions: postgresSource,
  fields: (t) => ({
    framework: t.exposeString('framework', { nullable: false, description: 'The library.' }),
    totalRuns: t.exposeInt('totalRuns', { nullable: false, description: 'How many runs measured it.' }),
    average: t.exposeFloat('average', { description: 'The mean.' }),
    best: t.exposeFloat('best', { description: 'The highest value, or with direction ASC the lowest.' }),
    worst: t.float({
      description: 'The other end.',
      resolve: ({ best, highest, lowest }) => (best === highest ? lowest : highest),
    }),
    p50: t.exposeFloat('p50', { description: 'The median.' }),
    stddev: t.exposeFloat('stddev', {
      description:
        'The standard deviation of the sample; null for a single run, and where no double can hold it.',
    }),
  }),
});

builder.queryField('frameworkComparison', (t) =>
  t.field({
    type: [FrameworkStatsType],
    description:
      'Frameworks by how their runs ended, best mean first. Exact: whole days were added up before, and what changed since is read.',
    extensions: fromPostgres,
    args: {
      metric: t.arg.string({ required: true, defaultValue: 'accuracy', description: 'The metric.' }),
      since: t.arg({ type: 'DateTime', description: 'Only runs registered then or later.' }),
      direction: t.arg({
        type: SortDirectionEnum,
        required: true,
        defaultValue: 'DESC',
        description: 'DESC: the highest value is the best; ASC: the lowest, as for a loss.',
      }),
    },
    resolve: async (_, { metric, since, direction }, { loaders }) => {
      const rows = await loaders.runs.byFramework(checkMetric(metric, ['metric']), since ?? null);
      const sign = direction === 'DESC' ? -1 : 1;
      return rows
        .map((row) => ({ ...row, best: direction === 'DESC' ? row.highest : row.lowest }))
        .sort((a, b) => sign * (a.average - b.average));
    },
  }),
);
