import { ModelGraphError } from '../errors.ts';
import type { BackEnd } from '../inference/back-end.ts';
import type { ModelName } from '../model-name.ts';
import type { Stores } from '../stores/open-stores.ts';
import type { KeptPrediction } from '../stores/redis/predictions.ts';
import { openFirstTier } from './first-tier.ts';
import { type Located, openLocate, toComputed } from './locate.ts';
import { toOutputText } from './output-text.ts';
import type { CacheStatus, Computed, PredictionAsk, Served } from './prediction.ts';
import { openRoutes } from './routes.ts';
import { type Flown, openSingleFlight } from './single-flight.ts';
import { openTallies } from './tallies.ts';
import { ttlMsOf } from './ttl.ts';

interface ServingOptions {
  readonly stores: Stores;
  /** Throws a Refusal for an endpoint that is not allowed. */
  readonly backEndOf: (endpoint: string, model: { name: ModelName; version: number }) => BackEnd;
  /** For how long a back end may compute. */
  readonly inferenceDeadlineMs: number;
  /** How much the answers in this process may take up. */
  readonly firstTierBytes: number;
}

/** Beyond the back end's own deadline, so that it is the back end that fails. */
const turnMarginMs = 500;

export type Serving = ReturnType<typeof openServing>;

/** Serves predictions: from this process, from Redis, or computed by the version's back end, each answer once. */
export function openServing({ stores, backEndOf, inferenceDeadlineMs, firstTierBytes }: ServingOptions) {
  const { redis } = stores;
  const routes = openRoutes(stores);
  const firstTier = openFirstTier(firstTierBytes);
  const locate = openLocate({ redis, routes, firstTier });
  const fly = openSingleFlight({
    predictions: redis.predictions,
    turnMs: inferenceDeadlineMs + turnMarginMs,
  });
  const tallies = openTallies(
    (all) => redis.predictions.count(all),
    (error) => error instanceof ModelGraphError && error.code !== 'STORE_TIMEOUT',
  );
  const flights = new Map<string, Promise<Flown<Computed>>>();

  const compute = async (ask: PredictionAsk, { target }: Located): Promise<Computed> => {
    const backEnd = backEndOf(target.endpoint, { name: ask.modelName, version: target.version });
    const outputs = await backEnd.infer(ask.tensors(await backEnd.signature()));
    return { outputs, computedAtMs: Date.now(), leftMs: ttlMsOf(ask.ttlSeconds, target.ttlTag) };
  };
  const keep = (id: string, answer: Computed): KeptPrediction => {
    const outputs = toOutputText(answer.outputs);
    firstTier.keep(id, answer, outputs.length);
    return { outputs, computedAtMs: answer.computedAtMs, leftMs: Math.max(1, Math.round(answer.leftMs)) };
  };
  const begin = async (ask: PredictionAsk, located: Located): Promise<Flown<Computed>> => {
    const { place, id, isRedisAway } = located;
    if (isRedisAway) return { answer: await compute(ask, located), how: 'UNSHARED' };
    if (ask.mode === 'DEFAULT')
      return fly({
        place,
        compute: () => compute(ask, located),
        toKept: (answer) => keep(id, answer),
        fromKept: toComputed,
      });
    const answer = await compute(ask, located);
    const isKept = await redis.predictions
      .replace({ operation: 'replacePrediction' }, place, keep(id, answer))
      .then(() => true)
      .catch(() => false);
    return { answer, how: isKept ? 'COMPUTED' : 'UNSHARED' };
  };
  const answerTo = async (ask: PredictionAsk, located: Located): Promise<[Computed, CacheStatus]> => {
    if (located.answer) return [located.answer, 'HIT'];
    if (ask.mode === 'BYPASS') return [{ ...(await compute(ask, located)), leftMs: 0 }, 'BYPASS'];
    // Who asks for a new answer is not given one that was begun before.
    const flightId = `${ask.mode}\n${located.id}`;
    const underWay = flights.get(flightId);
    const flight = underWay ?? begin(ask, located).finally(() => flights.delete(flightId));
    flights.set(flightId, flight);
    const { answer, how } = await flight;
    const given = how === 'UNSHARED' ? { ...answer, leftMs: 0 } : answer;
    return [given, underWay ? 'COALESCED' : statuses[how]];
  };
  const count = (ask: PredictionAsk, { target, modelCreatedAt }: Located, served: Served) => {
    const { outputs, computedAtMs, leftMs, cacheStatus } = served;
    tallies.count({
      name: ask.modelName,
      isHit: cacheStatus === 'HIT' || cacheStatus === 'COALESCED',
      subject: ask.subject,
      answer: {
        version: target.version,
        modelCreatedAt,
        outputs: ask.subject === null ? '' : toOutputText(outputs),
        computedAtMs,
        leftMs: Math.round(leftMs > 0 ? leftMs : ttlMsOf(ask.ttlSeconds, target.ttlTag)),
      },
    });
  };

  return {
    /**
     * Same length, same order; equal asks are computed once. Rejected are those with a Refusal (not there, input that does not
     * fit, back end that failed), or with a ModelGraphError when PostgreSQL cannot say who answers.
     */
    async serve(asks: readonly PredictionAsk[], request?: object): Promise<PromiseSettledResult<Served>[]> {
      const startedAtMs = performance.now();
      const located = await locate(asks, request);
      return Promise.allSettled(
        asks.map(async (ask, n): Promise<Served> => {
          const found = located[n];
          if (found?.status !== 'fulfilled') throw found?.reason;
          const { modelName } = ask;
          const modelVersion = found.value.target.version;
          const [answer, cacheStatus] = await answerTo(ask, found.value);
          const latencyMs = performance.now() - startedAtMs;
          // Spread last: what is added to a spread gets a hidden class of its own each time, which V8 keeps.
          const served = { modelName, modelVersion, cacheStatus, latencyMs, ...answer };
          count(ask, found.value, served);
          return served;
        }),
      );
    },
    /** What would be given without computing anything; null: nothing. Counts nothing. Rejects as `serve` does. */
    async peek(ask: PredictionAsk, request?: object): Promise<Served | null> {
      const startedAtMs = performance.now();
      const [found] = await locate([ask], request);
      if (found?.status !== 'fulfilled') throw found?.reason;
      const { answer, target, isRedisAway } = found.value;
      if (isRedisAway) throw unpeekable();
      const latencyMs = performance.now() - startedAtMs;
      const { modelName } = ask;
      return answer
        ? { ...answer, modelName, modelVersion: target.version, cacheStatus: 'HIT', latencyMs }
        : null;
    },
    /** What computes a deployment's predictions. Throws a Refusal when the gateway may not ask it. */
    backEndOf,
    close: () => tallies.close(),
  };
}

const statuses: Record<Flown<unknown>['how'], CacheStatus> = {
  KEPT: 'HIT',
  COMPUTED: 'MISS',
  ELSEWHERE: 'COALESCED',
  UNSHARED: 'UNAVAILABLE',
};

const unpeekable = () =>
  new ModelGraphError('STORE_UNAVAILABLE', 'Redis cannot be reached. Try again shortly.', {
    store: 'REDIS',
    retryAfterMs: 500,
  });
