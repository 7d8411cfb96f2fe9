import { badUserInput } from '../errors.ts';
import { lastPrediction } from '../operations/last-prediction.ts';
import { isProblem } from '../operations/operation.ts';
import type { PredictionInputGiven } from '../operations/prediction-input.ts';
import { cachedPrediction, servePredictions } from '../operations/serve-predictions.ts';
import { type ProblemName, Refusal } from '../problems.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { PredictionInput, PredictionType } from './prediction.ts';
import { problemTypes } from './problems.ts';
import { fromPostgresAndRedis, gatewaySource } from './provenance.ts';

const problems: readonly ProblemName[] = ['NotFoundError', 'InvalidInputError', 'UpstreamError'];

const PredictionResult = builder.unionType('PredictionResult', {
  description: 'The answer, or why there is none.',
  extensions: gatewaySource,
  types: [PredictionType, ...problems.map((problem) => problemTypes[problem])],
  resolveType: (value) => (isProblem(value) ? value.problem : 'Prediction'),
});

builder.mutationField('servePrediction', (t) =>
  t.field({
    type: PredictionResult,
    description:
      'Serves a prediction: from the cache, or computed by whoever the version’s deployment names as its endpoint. Equal calls are computed once, on however many gateways. A mutation, since it counts and caches.',
    extensions: fromPostgresAndRedis,
    args: { input: t.arg({ type: PredictionInput, required: true, description: 'What is asked.' }) },
    resolve: async (_, { input }, context) => (await serve(context, [input]))[0] ?? null,
  }),
);

builder.mutationField('servePredictions', (t) =>
  t.field({
    type: [PredictionResult],
    nullable: { list: true, items: true },
    description:
      'Serves predictions, at most 100, side by side; what is kept is read in one round trip, and equal ones are computed once. One result an input, in order.',
    extensions: fromPostgresAndRedis,
    args: { inputs: t.arg({ type: [PredictionInput], required: true, description: 'What is asked.' }) },
    resolve: (_, { inputs }, context) => serve(context, inputs),
  }),
);

async function serve(
  { operations, forgetReads }: GraphQLContext,
  inputs: readonly (typeof PredictionInput.$inferInput)[],
) {
  const settled = await servePredictions(operations, inputs as readonly PredictionInputGiven[]);
  forgetReads();
  return settled.map((result) =>
    result.status === 'fulfilled' ? Promise.resolve(result.value) : Promise.reject(result.reason),
  );
}

builder.queryField('cachedPrediction', (t) =>
  t.field({
    type: PredictionType,
    description:
      'What `servePrediction` would give without computing anything; null: nothing is kept. It counts nothing.',
    extensions: fromPostgresAndRedis,
    args: { input: t.arg({ type: PredictionInput, required: true, description: 'What is asked.' }) },
    resolve: (_, { input }, { operations }) =>
      asQuery(cachedPrediction(operations, input as PredictionInputGiven), 'input'),
  }),
);

/** A query has no union for what a caller can plan for. */
function asQuery<T>(answer: Promise<T>, ...argument: string[]): Promise<T> {
  return answer.catch((error) => {
    if (!(error instanceof Refusal)) throw error;
    const path = error.problem.problem === 'InvalidInputError' ? (error.problem.issues[0]?.path ?? []) : [];
    throw badUserInput([...argument, ...path], error.message);
  });
}

builder.queryField('lastPrediction', (t) =>
  t.field({
    type: PredictionType,
    description:
      'What a model answered last for a subject; null: nothing, or it may no longer be given. It counts nothing.',
    extensions: fromPostgresAndRedis,
    args: {
      modelName: t.arg.string({ required: true, description: 'The model.' }),
      subject: t.arg.string({ required: true, description: 'For whom it was.' }),
    },
    resolve: (_, { modelName, subject }, { operations }) =>
      asQuery(lastPrediction(operations, { modelName, subject })),
  }),
);
