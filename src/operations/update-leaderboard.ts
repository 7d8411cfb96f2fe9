import { z } from 'zod';
import { ModelGraphError } from '../errors.ts';
import type { ModelName } from '../model-name.ts';
import { invalidInput, Refusal } from '../problems.ts';
import { metricIsThere, modelIsThere } from '../stores/postgres/board-models.ts';
import { keyName, modelName } from './inputs.ts';
import { defineOperation, type OperationContext } from './operation.ts';

const updateLeaderboardInput = z.object({
  board: keyName,
  scores: z
    .array(z.object({ modelName, score: z.number('give a finite number') }))
    .min(1, 'give at least one score')
    .max(10_000, 'give at most 10000 scores')
    .superRefine((scores, { addIssue }) => {
      const seen = new Set<string>();
      scores.forEach(({ modelName: name }, n) => {
        if (seen.has(name))
          addIssue({ code: 'custom', path: [n, 'modelName'], message: 'each model can be there once' });
        seen.add(name);
      });
    }),
});

export interface UpdateLeaderboardSuccess {
  readonly board: string;
}

/**
 * Sets scores of models on a board that is no metric of the registry's; other scores stay. All of them or none.
 * NotFoundError when PostgreSQL does not know one of the models. Harmless to repeat.
 */
export const updateLeaderboard = defineOperation(
  updateLeaderboardInput,
  async (context, { board, scores }): Promise<UpdateLeaderboardSuccess> => {
    await checkWithRegistry(
      context,
      board,
      scores.map((score) => score.modelName),
    );
    const written = scores.map(({ modelName: name, score }) => ({ name, score }));
    const { stores, request } = context;
    await stores.redis.writeScores({ operation: 'updateLeaderboard', request }, board, written);
    return { board };
  },
);

async function checkWithRegistry(
  { stores, request }: OperationContext,
  board: string,
  names: readonly ModelName[],
): Promise<void> {
  const asks = names.map((key) => ({ question: modelIsThere, key }));
  const answers = await stores.postgres.read([{ question: metricIsThere, key: board }, ...asks], request);
  const failed = answers.find((answer) => answer instanceof ModelGraphError);
  if (failed) throw failed;
  const [isMetric, ...areThere] = answers;
  if (isMetric) {
    const message = 'is a metric of training runs, whose board follows the registry; give another name';
    throw invalidInput([{ path: ['board'], message }]);
  }
  const unknown = names.filter((_, n) => !areThere[n]);
  if (unknown.length > 0) throw unknownModels(unknown);
}

const mostNamed = 10;

function unknownModels(names: readonly ModelName[]): Refusal {
  const named = names.slice(0, mostNamed).map((name) => `"${name}"`);
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
  return new Refusal({
    problem: 'NotFoundError',
    message: `There is no ModelInfo ${named.join(', ')}${more}.`,
    entity: 'ModelInfo',
    key: String(names[0]),
  });
}
