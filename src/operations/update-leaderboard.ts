import { z } from 'zod';
import { ModelGraphError } from '../errors.ts';
import type { ModelName } from '../model-name.ts';
import { invalidInput, Refusal } from '../problems.ts';
import { metricIsThere, modelIsThere } from '../stores/postgres/board-models.ts';
import { keyName, modelName } from './inputs.ts';
import { defineOperation, type OperationContext } from './operation.ts';

const once = 'each model can be there once';

const updateLeaderboardInput = z
  .object({
    board: keyName,
    scores: z
      .array(z.object({ modelName, score: z.number('give a finite number') }))
      .max(10_000, 'give at most 10000 scores')
      .superRefine((scores, { addIssue }) => {
        const names = scores.map((score) => score.modelName);
        for (const n of repeated(names)) addIssue({ code: 'custom', path: [n, 'modelName'], message: once });
      })
      .nullish(),
    remove: z.array(modelName).max(10_000, 'give at most 10000 models').nullish(),
  })
  .transform(({ board, scores, remove }) => ({ board, scores: scores ?? [], remove: remove ?? [] }))
  .superRefine(({ scores, remove }, { addIssue }) => {
    if (scores.length + remove.length === 0)
      addIssue({
        code: 'custom',
        path: ['scores'],
        message: 'give at least one score, or a model to remove',
      });
    const scored = scores.map((score) => score.modelName);
    for (const n of repeated([...scored, ...remove]))
      addIssue({ code: 'custom', path: ['remove', n - scored.length], message: once });
  });

/** Where in the list stands what stood there before. */
function repeated(names: readonly string[]): number[] {
  const seen = new Set<string>();
  return names.flatMap((name, n) => (seen.size === seen.add(name).size ? [n] : []));
}

export interface UpdateLeaderboardSuccess {
  readonly board: string;
}

/**
 * Sets scores of models on a board that is no metric of the registry's, and takes models off it; others stay. All or nothing.
 * NotFoundError when PostgreSQL does not know one of the models. Harmless to repeat.
 */
export const updateLeaderboard = defineOperation(
  updateLeaderboardInput,
  async (context, { board, scores, remove }): Promise<UpdateLeaderboardSuccess> => {
    await checkWithRegistry(
      context,
      board,
      scores.map((score) => score.modelName),
    );
    const written = scores.map(({ modelName: name, score }) => ({ name, score }));
    const { stores, request } = context;
    await stores.redis.writeScores(
      { operation: 'updateLeaderboard', request },
      { board, scores: written, gone: remove },
    );
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
