import { type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import type { Logger } from 'pino';
import type { LimitRule } from '../config.ts';
import type { RateLimit } from '../graphql/context.ts';
import { queryCost } from '../graphql/query-cost.ts';
import type { ConsumeLimit } from '../stores/redis/limits.ts';
import type { Asked } from './asked.ts';

interface RateLimiterOptions {
  readonly rule: LimitRule;
  readonly consume: ConsumeLimit;
  readonly schema: GraphQLSchema;
  /** Texts that were parsed before, shared with whoever executes them. */
  readonly documents: {
    get(text: string): DocumentNode | undefined;
    set(text: string, document: DocumentNode): unknown;
  };
  readonly logger: Logger;
}

/** What of a request decides its cost. */
interface Params {
  readonly query?: string | undefined;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** Takes the points of requests. */
export interface RateLimiter {
  /** Once a request, however often it is called; undefined: there is none for its caller. */
  take(asked: Asked, params: Params): Promise<RateLimit | undefined>;
  /** What the answer says of it, by header. */
  headersOf(asked: Asked): Readonly<Record<string, string>>;
}

const leastCost = 1;

export function openRateLimiter({
  rule,
  consume,
  schema,
  documents,
  logger,
}: RateLimiterOptions): RateLimiter {
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
  const costOf = ({ query, ...params }: Params): number => {
    const document = typeof query === 'string' ? parseOnce(query) : undefined;
    return document ? queryCost(schema, document, params) : leastCost;
  };

  return {
    async take(asked, params) {
      const { caller } = asked;
      if (asked.limit || !caller) return asked.limit;
      const consumed = await consume('caller', caller.id, costOf(params));
      if (!consumed) return undefined;
      const { outage } = consumed;
      if (outage?.code === 'INTERNAL' || outage?.code === 'STORE_CORRUPT')
        logger.error({ err: outage }, 'a rate limit is counted by this gateway alone');
      asked.limit = { scope: caller.id, ...consumed };
      return asked.limit;
    },
    headersOf({ limit }) {
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
