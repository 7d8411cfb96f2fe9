import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { LimitRule, LimitScope, Limits } from '../../config.ts';
import { ModelGraphError } from '../../errors.ts';
import type { GuardedCall } from '../../policies/guard-call.ts';
import { corrupt } from './ask.ts';
import { isWrongType, type RedisClient } from './client.ts';
import { limitKey } from './keys.ts';
import { tokenBucket } from './token-bucket.ts';

/** What became of one attempt to take points. */
export interface Consumed {
  readonly allowed: boolean;
  readonly limit: number;
  /** Points taken, or that would have been; never more than the limit. */
  readonly cost: number;
  readonly remaining: number;
  /** When all points are back; RFC 3339. */
  readonly resetAt: string;
  /** How soon the same may be tried again; null when it was allowed. */
  readonly retryAfterMs: number | null;
  /** Why Redis did not count and this process did; null: Redis counted. */
  readonly outage: ModelGraphError | null;
  readonly degraded: boolean;
}

/** Takes `points` of what belongs to `who`; null when the scope has no limit. Never rejects; `request` for the store-call channel. */
export type ConsumeLimit = (
  scope: LimitScope,
  who: string,
  points: number,
  request?: object,
) => Promise<Consumed | null>;

/** Counted in Redis for all gateways together, and by this process alone while Redis cannot. */
export function openLimits(
  limits: Limits,
  client: RedisClient,
  call: GuardedCall,
): { consume: ConsumeLimit } {
  const open = (scope: LimitScope) => {
    const rule = limits[scope];
    return rule && openLimit(rule, client, call);
  };
  const byScope = { caller: open('caller'), subject: open('subject') };
  return {
    consume: async (scope, who, points, request) =>
      (await byScope[scope]?.(limitKey(scope, who), points, request)) ?? null,
  };
}

function openLimit({ points: limit, windowSeconds }: LimitRule, client: RedisClient, call: GuardedCall) {
  const options = { points: limit, duration: windowSeconds, keyPrefix: '' };
  // Not as the library's insurance, which would count once more whenever a call fails whose deadline is over, and
  // would hide from the breaker that Redis is away.
  const inRedis = new RateLimiterRedis({
    ...options,
    storeClient: client,
    customIncrTtlLuaScript: tokenBucket,
  });
  const inMemory = new RateLimiterMemory(options);
  const windowMs = windowSeconds * 1_000;

  const fromRedis = async (key: string, cost: number) => {
    const { allowed, inUse, waitMs } = await taken(inRedis.consume(key, cost)).catch((error) =>
      Promise.reject(isWrongType(error) ? corrupt('the points of a limit', error) : error),
    );
    const used = allowed ? inUse : inUse - cost;
    return { allowed, used, waitMs, fullInMs: allowed ? waitMs : waitMs + windowMs * (1 - cost / limit) };
  };

  let turn: Promise<unknown> = Promise.resolve();
  // One at a time, so that nobody meets points that a refused one is about to give back.
  const fromMemory = (key: string, cost: number) => {
    const counted = turn.then(async () => {
      const { allowed, inUse, waitMs: sinceThen } = await taken(inMemory.consume(key, cost));
      if (!allowed) await inMemory.reward(key, cost);
      // The process's clock may have been set back; what is kept in memory is dropped by a timer all the same.
      const waitMs = Math.min(sinceThen, windowMs);
      return { allowed, used: allowed ? inUse : inUse - cost, waitMs, fullInMs: waitMs };
    });
    turn = counted;
    return counted;
  };

  return async (key: string, points: number, request: object | undefined): Promise<Consumed> => {
    // What costs more than there ever is passes when nothing is in use, and takes it all.
    const cost = Math.min(Math.max(1, Math.ceil(points)), limit);
    let outage: ModelGraphError | null = null;
    const counted = await call({ operation: 'consumeLimit', request }, () => fromRedis(key, cost)).catch(
      (error) => {
        if (!(error instanceof ModelGraphError)) throw error;
        outage = error;
        return fromMemory(key, cost);
      },
    );
    const { allowed, used, waitMs, fullInMs } = counted;
    return {
      ...{ allowed, limit, cost, outage, degraded: outage !== null },
      remaining: Math.max(0, limit - used),
      resetAt: new Date(Date.now() + fullInMs).toISOString(),
      retryAfterMs: allowed ? null : Math.max(1, waitMs),
    };
  };
}

/** The library rejects with its answer where points were refused, and with an error where there is none. */
async function taken(answer: Promise<RateLimiterRes>) {
  const refused = (reason: unknown) => {
    if (reason instanceof RateLimiterRes) return { allowed: false, res: reason };
    throw reason;
  };
  const { allowed, res } = await answer.then((given) => ({ allowed: true, res: given }), refused);
  return { allowed, inUse: res.consumedPoints, waitMs: res.msBeforeNext };
}
