import { type SQL, sql } from 'drizzle-orm';
import type { ModelName } from '../../model-name.ts';
import { askOne, askPage, jsonRow } from './ask.ts';
import { type Keys, textKeys } from './keys.ts';
import type { PageRows } from './keyset.ts';
import { modelMetrics } from './metric-tables.ts';
import type { Question } from './question.ts';
import { type RunRow, runJson } from './runs.ts';
import { trainingRuns } from './tables.ts';

/** A model by the best value that any of its runs ended with, and that run. */
export interface RankedModelRow {
  readonly modelName: ModelName;
  readonly value: number;
  readonly run: RunRow;
}

export interface Ranking {
  readonly metric: string;
  /** Empty: all frameworks. */
  readonly framework: string;
  /** True: the highest value is the best. */
  readonly descending: boolean;
}

/** The best models, best first; equal values by name, in the direction of the values. The key is an empty text. */
export function topModels(
  { metric, framework, descending }: Ranking,
  limit: number,
): Question<string, PageRows<RankedModelRow>> {
  const { value, run, name } = bestOf(descending);
  return askPage<string, RankedModelRow>({
    name: `topModels${name}`,
    keys: textKeys,
    from: sql`${modelMetrics} join ${trainingRuns} on ${trainingRuns.id} = ${run}`,
    where: sql`${modelMetrics.key} = ${sql.placeholder('metric')} and ${modelMetrics.framework} = ${sql.placeholder('framework')}`,
    values: { metric, framework },
    row: jsonRow({ modelName: modelMetrics.modelName, value, run: runJson }),
    order: { columns: [value, sql`${modelMetrics.modelName}`], types: ['float8', 'text'], descending },
    page: { limit, backwards: false },
  });
}

/** The run of each model that ended with its best value; undefined: no run measured the metric. */
export function bestRun(metric: string, descending: boolean): Question<ModelName, RunRow | undefined> {
  const { run, name } = bestOf(descending);
  return askOne<ModelName, RunRow>({
    name: `bestRun${name}`,
    keys: textKeys as Keys<ModelName>,
    from: sql`${modelMetrics} join ${trainingRuns} on ${trainingRuns.id} = ${run}`,
    where: sql`${modelMetrics.modelName} = k.key and ${modelMetrics.key} = ${sql.placeholder('metric')} and ${modelMetrics.framework} = ''`,
    values: { metric },
    row: runJson,
  });
}

const bestOf = (descending: boolean): { value: SQL; run: SQL; name: string } =>
  descending
    ? { value: sql`${modelMetrics.highest}`, run: sql`${modelMetrics.highestRunId}`, name: 'Highest' }
    : { value: sql`${modelMetrics.lowest}`, run: sql`${modelMetrics.lowestRunId}`, name: 'Lowest' };
