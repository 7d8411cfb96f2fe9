import { badUserInput, ModelGraphError } from '../errors.ts';
import { invalidInput, type Problem, Refusal } from '../problems.ts';
import type { Serving } from '../serving/open-serving.ts';
import type { PredictionAsk, Served } from '../serving/prediction.ts';
import { type FeatureVector, featuresOf } from '../stores/redis/features.ts';
import { type Inputs, ofEntity, ofFeatures, ofTensors } from './feature-inputs.ts';
import { type OperationContext, toIssue } from './operation.ts';
import { type PredictionInput, type PredictionInputGiven, predictionInput } from './prediction-input.ts';
import { takeSubjectPoints } from './take-subject-points.ts';

/** A prediction as it is given, and which features it rests on that are older than their view allows. */
export interface Prediction extends Served {
  readonly expiredFeatures: readonly string[];
}

/** On whose behalf predictions are served, and by whom. */
export interface ServingContext extends OperationContext {
  readonly serving: Serving;
}

/** How many predictions may be asked for in one call. */
const maxPredictions = 100;

/**
 * Serves predictions, side by side, and equal ones once: an outcome for each, in order; it rejects where PostgreSQL cannot
 * say which version answers, or Redis what an entity's features are. Fails with BAD_USER_INPUT for more than 100.
 */
export async function servePredictions(
  context: ServingContext,
  inputs: readonly PredictionInputGiven[],
): Promise<PromiseSettledResult<Prediction | Problem>[]> {
  if (inputs.length > maxPredictions)
    throw badUserInput(
      ['inputs'],
      `There are ${inputs.length} predictions; ask for at most ${maxPredictions}.`,
    );
  const asked = await withinLimits(context, await toAsks(context, inputs));
  const valid = asked.filter((one) => 'ask' in one);
  const served = await context.serving.serve(
    valid.map(({ ask }) => ask),
    context.request,
  );
  const results = served.values();
  return asked.map((one): PromiseSettledResult<Prediction | Problem> => {
    if ('reason' in one) return toOutcome(one);
    const result = results.next().value as PromiseSettledResult<Served>;
    if (result.status === 'rejected') return toOutcome({ reason: atInput(one.given, result.reason) });
    return { status: 'fulfilled', value: { expiredFeatures: one.expiredFeatures, ...result.value } };
  });
}

/** Serves one prediction, as `servePredictions` does. */
export async function servePrediction(
  context: ServingContext,
  input: PredictionInputGiven,
): Promise<Prediction | Problem> {
  const [result] = await servePredictions(context, [input]);
  if (result?.status === 'fulfilled') return result.value;
  throw result?.reason;
}

/** What `servePrediction` would give without computing anything, or null. Counts nothing. Rejects with a Refusal too. */
export async function cachedPrediction(
  context: ServingContext,
  input: PredictionInputGiven,
): Promise<Prediction | null> {
  const [asked] = await toAsks(context, [input]);
  if (!asked || 'reason' in asked) throw asked?.reason;
  const served = await context.serving.peek(asked.ask, context.request);
  return served && { ...served, expiredFeatures: asked.expiredFeatures };
}

const toOutcome = ({ reason }: { reason?: unknown }): PromiseSettledResult<Problem> =>
  reason instanceof Refusal ? { status: 'fulfilled', value: reason.problem } : { status: 'rejected', reason };

/** What does not fit a model's signature is told of the tensors that were made of the input; callers know their input. */
function atInput(given: string, reason: unknown): unknown {
  if (!(reason instanceof Refusal) || reason.problem.problem !== 'InvalidInputError') return reason;
  return invalidInput(
    reason.problem.issues.map((issue) => {
      const [, tensor, ...rest] = issue.path;
      if (tensor !== undefined && !/^\d+$/.test(tensor)) return issue;
      const path = given === 'tensors' && tensor !== undefined ? [tensor, ...rest] : [];
      return { ...issue, path: ['inputs', given, ...path] };
    }),
  );
}

type Asked =
  | {
      readonly ask: PredictionAsk;
      readonly expiredFeatures: readonly string[];
      /** Which kind of input it was. */
      readonly given: 'features' | 'tensors' | 'entity';
    }
  | { readonly reason: unknown };

async function withinLimits(context: ServingContext, asked: readonly Asked[]): Promise<Asked[]> {
  const subjects = asked.flatMap((one) => ('ask' in one ? [one.ask.subject] : []));
  const refused = await takeSubjectPoints(context, subjects);
  return asked.map((one) => {
    const reason = 'ask' in one ? refused.get(one.ask.subject) : undefined;
    return reason ? { reason } : one;
  });
}

/** Checks each input, and reads the features of all entities in one call. */
async function toAsks(
  { stores, request }: OperationContext,
  inputs: readonly PredictionInputGiven[],
): Promise<Asked[]> {
  const parsed = inputs.map((input) => predictionInput.safeParse(input));
  const entities = parsed.flatMap(({ data }) => data?.inputs.entity ?? []);
  const vectors =
    entities.length === 0
      ? []
      : await stores.redis.read(
          entities.map(({ view, entity, names }) => featuresOf(view, entity, names, true)),
          request,
        );
  const next = vectors.values();
  return parsed.map(({ data, error }): Asked => {
    try {
      if (!data) throw invalidInput(error.issues.map(toIssue));
      const vector = data.inputs.entity ? (next.next().value as FeatureVector | ModelGraphError) : undefined;
      const { expiredFeatures, ...inputsOfModel } = toInputs(data, vector);
      const given = data.inputs.tensors ? 'tensors' : data.inputs.entity ? 'entity' : 'features';
      const { modelName, ref, subject = null, cache: mode, ttlSeconds = null } = data;
      return { ask: { modelName, ref, subject, mode, ttlSeconds, ...inputsOfModel }, expiredFeatures, given };
    } catch (reason) {
      return { reason };
    }
  });
}

function toInputs(
  { inputs: { features, tensors, entity } }: PredictionInput,
  vector: FeatureVector | ModelGraphError | undefined,
): Inputs {
  if (vector instanceof ModelGraphError) throw vector;
  if (entity && vector) return ofEntity(entity, vector);
  return tensors ? ofTensors(tensors) : ofFeatures(features ?? []);
}
