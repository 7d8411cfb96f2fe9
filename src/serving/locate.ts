import { ModelGraphError } from '../errors.ts';
import type { ModelName } from '../model-name.ts';
import type { Stores } from '../stores/open-stores.ts';
import type { RouteTarget } from '../stores/postgres/serving-routes.ts';
import {
  type KeptPrediction,
  keptPrediction,
  type PredictionPlace,
  routeToken,
} from '../stores/redis/predictions.ts';
import { chooseTarget, drawFor } from './choose-target.ts';
import type { FirstTier } from './first-tier.ts';
import { fromOutputText } from './output-text.ts';
import type { Computed, PredictionAsk } from './prediction.ts';
import { placeId, placeOf } from './prediction-place.ts';
import type { RouteFound, Routes } from './routes.ts';

/** Who answers to an ask, where the answer is kept, and the answer if it is there. */
export interface Located {
  readonly target: RouteTarget;
  readonly modelCreatedAt: string;
  readonly place: PredictionPlace;
  readonly id: string;
  readonly answer: Computed | undefined;
  /** Redis could not be asked. */
  readonly isRedisAway: boolean;
}

interface LocateOptions {
  readonly redis: Stores['redis'];
  readonly routes: Routes;
  readonly firstTier: FirstTier;
}

/** One ask on its way. */
interface Search {
  readonly ask: PredictionAsk;
  readonly draw: number;
  found?: PromiseSettledResult<Located>;
}

/**
 * Finds answers that are kept: in this process where its route is sure, else in Redis, which is asked in one round trip for all,
 * and whether the routes are still valid. Only routes that are not known are read from PostgreSQL. Same length, same order.
 */
export function openLocate({ redis, routes, firstTier }: LocateOptions) {
  const locatedBy = ({ ask, draw }: Search, route: RouteFound): Omit<Located, 'answer' | 'isRedisAway'> => {
    if (route instanceof ModelGraphError) throw route;
    const target = chooseTarget(ask, route, draw);
    const place = placeOf(ask, target);
    return { target, modelCreatedAt: route?.modelCreatedAt ?? '', place, id: placeId(place) };
  };
  const settle = (search: Search, isRedisAway: boolean, locate: () => Omit<Located, 'isRedisAway'>): void => {
    try {
      search.found = { status: 'fulfilled', value: { isRedisAway, ...locate() } };
    } catch (reason) {
      search.found = { status: 'rejected', reason };
    }
  };
  const answerOf = (id: string, kept: KeptPrediction | undefined): Computed | undefined => {
    if (!kept) return undefined;
    const answer = toComputed(kept);
    firstTier.keep(id, answer, kept.outputs.length);
    return answer;
  };

  const inThisProcess = (search: Search) => {
    const known = routes.remembered(search.ask);
    if (!known?.isSure) return;
    settle(search, false, () => {
      const located = locatedBy(search, known.route);
      return { answer: search.ask.mode === 'DEFAULT' ? firstTier.get(located.id) : undefined, ...located };
    });
    // Not here does not mean nowhere.
    const { found, ask } = search;
    if (found?.status === 'fulfilled' && !found.value.answer && ask.mode === 'DEFAULT') delete search.found;
  };

  /** Leaves those open whose route is not known any more. */
  const inRedis = async (searches: readonly Search[], request: object | undefined) => {
    const names = [...new Set(searches.map(({ ask }) => ask.modelName))];
    const presumed = searches.flatMap((search) => {
      const known = routes.remembered(search.ask);
      return known ? [{ search, ...attempt(() => locatedBy(search, known.route)) }] : [];
    });
    const places = presumed.map(({ search, value }) =>
      value && search.ask.mode === 'DEFAULT' ? value.place : undefined,
    );
    const askedAtMs = performance.now();
    const answers = await redis.read(
      [...names.map(routeToken), ...places.flatMap((place) => (place ? [keptPrediction(place)] : []))],
      request,
    );
    const tokens = new Map<ModelName, unknown>(names.map((name, n) => [name, answers[n]]));
    const isAway = [...tokens.values()].some((token) => token instanceof ModelGraphError);
    if (isAway) return { isAway };
    for (const [name, token] of tokens) routes.confirm(name, token as string | undefined, askedAtMs);
    const kept = answers.slice(names.length).values();
    presumed.forEach(({ search, value, reason }, n) => {
      const answer = places[n] ? kept.next().value : undefined;
      if (!routes.remembered(search.ask)) return;
      settle(search, false, () => {
        if (!value) throw reason;
        if (answer instanceof ModelGraphError) throw answer;
        return { answer: answerOf(value.id, answer as KeptPrediction | undefined), ...value };
      });
    });
    return { isAway };
  };

  const byRoutesRead = async (searches: readonly Search[], request: object | undefined) => {
    const wanted = searches.map(({ ask }) => ask);
    const found = await routes.read(wanted, request);
    const located = searches.map((search, n) => ({ search, ...attempt(() => locatedBy(search, found[n])) }));
    const places = located.map(({ search, value }) =>
      value && search.ask.mode === 'DEFAULT' ? value.place : undefined,
    );
    const looked = places.flatMap((place) => (place ? [keptPrediction(place)] : []));
    const kept = (looked.length === 0 ? [] : await redis.read(looked, request)).values();
    located.forEach(({ search, value, reason }, n) => {
      const answer = places[n] ? kept.next().value : undefined;
      const isRedisAway = answer instanceof ModelGraphError && answer.code !== 'STORE_CORRUPT';
      settle(search, isRedisAway, () => {
        if (!value) throw reason;
        if (isRedisAway) return { answer: undefined, ...value };
        if (answer instanceof ModelGraphError) throw answer;
        return { answer: answerOf(value.id, answer as KeptPrediction | undefined), ...value };
      });
    });
  };

  const withoutRedis = async (searches: readonly Search[], request: object | undefined) => {
    const wanted = searches.map(({ ask }) => ask);
    const found = await routes.readWithoutRedis(wanted, request);
    searches.forEach((search, n) => {
      settle(search, true, () => ({ ...locatedBy(search, found[n]), answer: undefined }));
    });
  };

  return async (
    asks: readonly PredictionAsk[],
    request?: object,
  ): Promise<PromiseSettledResult<Located>[]> => {
    const searches: Search[] = asks.map((ask) => ({ ask, draw: drawFor(ask) }));
    const open = () => searches.filter(({ found }) => !found);
    for (const search of searches) inThisProcess(search);
    if (open().length > 0) {
      const { isAway } = await inRedis(open(), request);
      if (open().length > 0) await (isAway ? withoutRedis : byRoutesRead)(open(), request);
    }
    return searches.map(({ found }) => found as PromiseSettledResult<Located>);
  };
}

/** The answer of a text that was kept. STORE_CORRUPT when it is none. */
export function toComputed({ outputs, computedAtMs, leftMs }: KeptPrediction): Computed {
  try {
    return { outputs: fromOutputText(outputs), computedAtMs, leftMs };
  } catch (cause) {
    throw new ModelGraphError(
      'STORE_CORRUPT',
      'Redis holds something else than a prediction under this key. Ask with cache: REFRESH to replace it.',
      { store: 'REDIS', cause },
    );
  }
}

function attempt<T>(run: () => T): { value?: T; reason?: unknown } {
  try {
    return { value: run() };
  } catch (reason) {
    return { reason };
  }
}
