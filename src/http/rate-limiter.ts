import { type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import type { Logger } from 'pino';
import type { LimitRule } from '../config.ts';
import type { RateLimit } from '../graphql/context.ts';
import { queryCost } from '../graphql/query-cost.ts';
import type { ConsumeLimit } from '../stores/redis/limits.ts';
import type { Caller } from './callers.ts';

interface RateLimiterOptions {
  readonly rule: LimitRule;
  readonly consume: ConsumeLimit;
  readonly callerOf: (key: object) => Caller | undefined;
  readonly schema: GraphQLSchema;
  /** Texts that were parsed before, shared with whoever executes them. */
  readonly documents: {
    get(text: string): DocumentNode | undefined;
    set(text: string, document: DocumentNode): unknown;
  };
  readonly logger: Logger;
}

/** What of a request decides its cost. */
interface Asked {
  readonly query?: string | undefined;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** Takes the points of requests. */
export interface RateLimiter {
  /** Once a request, however often it is called; undefined: there is none for its caller. */
  take(key: object, asked: Asked): Promise<RateLimit | undefined>;
  /** What was taken. */
  takenBy(key: object): RateLimit | undefined;
  /** What the answer to a request says of it, by header. */
  headersOf(key: object): Readonly<Record<string, string>>;
}

const leastCost = 1;

export function openRateLimiter(options: RateLimiterOptions): RateLimiter {
  const { rule, consume, callerOf, schema, documents, logger } = options;
  const limits = new WeakMap<object, RateLimit>();

  /** Undefined: it cannot be parsed, which whoever parses it next tells. */
  const parseOnce = (text: string): DocumentNode | undefined => {
    const known = documents.get(text);
    if (known) return known;
    try {
      const document = parse(text);
      documents.set(text, document);
      return document;
    } catch {
      return undefined;
    }
  };
  const costOf = ({ query, ...asked }: Asked): number => {
    const document = typeof query === 'string' ? parseOnce(query) : undefined;
    return document ? queryCost(schema, document, asked) : leastCost;
  };

  return {
    async take(key, asked) {
      const taken = limits.get(key);
      if (taken) return taken;
      const caller = callerOf(key);
      const consumed = caller && (await consume('caller', caller.id, costOf(asked)));
      if (!consumed) return undefined;
      const { outage } = consumed;
      if (outage?.code === 'INTERNAL' || outage?.code === 'STORE_CORRUPT')
        logger.error({ err: outage }, 'a rate limit is counted by this gateway alone');
      const limit = { ...consumed, scope: caller.id };
      limits.set(key, limit);
      return limit;
    },
    takenBy: (key) => limits.get(key),
    headersOf(key) {
      const limit = limits.get(key);
      if (!limit) return {};
      const { remaining, resetAt, retryAfterMs } = limit;
      const resetMs = retryAfterMs ?? Math.max(0, Date.parse(resetAt) - Date.now());
      const seconds = Math.ceil(resetMs / 1_000);
      // https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
      return {
        'ratelimit-policy': `"caller";q=${rule.points};w=${rule.windowSeconds}`,
        ratelimit: `"caller";r=${remaining};t=${seconds}`,
        ...(retryAfterMs !== null && { 'retry-after': String(seconds) }),
      };
    },
  };
}
