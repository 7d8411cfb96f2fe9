import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { ModelGraphError } from '../errors.ts';
import type { ModelName } from '../model-name.ts';
import type { Stores } from '../stores/open-stores.ts';
import type { Ask } from '../stores/postgres/question.ts';
import { type RouteRef, type ServingRoute, servingRoute } from '../stores/postgres/serving-routes.ts';
import type { PredictionAsk } from './prediction.ts';

/**
 * For so long this process may answer from its own memory after it has asked Redis whether its route to a model is valid. Who changes
 * a route waits as long, so that nobody answers by an old one after the change was answered.
 */
export const leaseMs = 50;

/** What one process knows of who answers for a model. */
interface ModelRoutes {
  /** Valid for as long as Redis holds the same. */
  readonly token: string;
  /** When Redis was last asked for it, on the clock of `performance.now()`. */
  askedAtMs: number;
  readonly byRef: Map<string, ServingRoute | undefined>;
}

const maxModels = 10_000;
const maxRefs = 1_000;

export type Wanted = Pick<PredictionAsk, 'modelName' | 'ref'>;

/** Who answers for a model; undefined: there is no such model. Or why that cannot be said. */
export type RouteFound = ServingRoute | undefined | ModelGraphError;

const refId = (ref: RouteRef) => JSON.stringify(ref);

/** Remembers routes, each for as long as the model's token in Redis is the one under which it was read. */
export function openRoutes({ postgres, redis }: Stores) {
  const known = new LRUCache<ModelName, ModelRoutes>({ max: maxModels });

  const readRoutes = async (wanted: readonly Wanted[], request?: object) =>
    (await postgres.read(
      wanted.map(({ modelName: name, ref }): Ask => ({ question: servingRoute, key: { name, ref } })),
      request,
    )) as RouteFound[];

  return {
    /** The route as far as it is remembered; `isSure` within its lease. */
    remembered({ modelName, ref }: Wanted): { route: ServingRoute; isSure: boolean } | undefined {
      const routes = known.get(modelName);
      const route = routes?.byRef.get(refId(ref));
      return route && routes ? { route, isSure: performance.now() - routes.askedAtMs < leaseMs } : undefined;
    },
    /** What Redis said of a model's token when it was asked at that time; another token makes all be forgotten. */
    confirm(name: ModelName, token: string | undefined, askedAtMs: number): void {
      const routes = known.get(name);
      if (!routes) return;
      if (routes.token === token) routes.askedAtMs = Math.max(routes.askedAtMs, askedAtMs);
      else known.delete(name);
    },
    /** Reads routes from PostgreSQL, and remembers them under the models' tokens; same length, same order. */
    async read(wanted: readonly Wanted[], request?: object): Promise<RouteFound[]> {
      const names = [...new Set(wanted.map(({ modelName }) => modelName))];
      const askedAtMs = performance.now();
      // The tokens first: a change that comes after them replaces them, one that came before is in what is read.
      const tokens = await redis.predictions
        .takeRouteTokens({ operation: 'takeRouteTokens', ...(request && { request }) }, names, randomUUID())
        .catch(() => undefined);
      const found = await readRoutes(wanted, request);
      if (!tokens) return found;
      const unknown = new Set(
        wanted.filter((_, n) => found[n] === undefined).map(({ modelName }) => modelName),
      );
      // Nobody is to fill Redis by asking for models that are not there; should it fail, the token expires.
      await Promise.all([...unknown].map((name) => redis.predictions.leaveRouteToken(name).catch(() => {})));
      const tokenOf = new Map(names.map((name, n) => [name, tokens[n]]));
      wanted.forEach(({ modelName: name, ref }, n) => {
        const route = found[n];
        const token = tokenOf.get(name);
        if (route === undefined || route instanceof ModelGraphError || token == null) return;
        let routes = known.get(name);
        if (routes?.token !== token || routes.byRef.size >= maxRefs) {
          routes = { token, askedAtMs, byRef: new Map() };
          known.set(name, routes);
        }
        routes.byRef.set(refId(ref), route);
      });
      return found;
    },
    /** The same without Redis, and without remembering anything. */
    readWithoutRedis: readRoutes,
  };
}

export type Routes = ReturnType<typeof openRoutes>;
