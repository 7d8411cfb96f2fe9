import type { DatasetStatsRow } from '../stores/postgres/dataset-stats.ts';
import { builder } from './builder.ts';
import { postgresSource } from './provenance.ts';
import { TrainingRunRef } from './refs.ts';

export const DatasetTrainingStatsType = builder.objectRef<DatasetStatsRow>('DatasetTrainingStats').implement({
  description: 'What was trained on a dataset, in any role; over finite values only.',
  extensions: postgresSource,
  fields: (t) => ({
    totalExperiments: t.exposeInt('totalExperiments', {
      nullable: false,
      description: 'How many runs read it.',
    }),
    bestAccuracy: t.exposeFloat('bestAccuracy', { description: 'The highest accuracy that one ended with.' }),
    averageAccuracy: t.exposeFloat('averageAccuracy', { description: 'The mean of the accuracies.' }),
    bestRun: t.expose('bestRun', { type: TrainingRunRef, description: 'The run with the highest accuracy.' }),
    lastRunAt: t.expose('lastRunAt', { type: 'DateTime', description: 'When the last run was registered.' }),
  }),
});
