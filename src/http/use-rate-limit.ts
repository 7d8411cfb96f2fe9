import { type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { LimitRule } from '../config.ts';
import { ModelGraphError } from '../errors.ts';
import type { GraphQLContext, RateLimit } from '../graphql/context.ts';
import { queryCost } from '../graphql/query-cost.ts';
import type { Consumed, ConsumeLimit } from '../stores/redis/limits.ts';
import type { Caller } from './callers.ts';
import { refuse } from './refuse.ts';

interface RateLimitOptions {
  readonly rule: LimitRule;
  readonly consume: ConsumeLimit;
  readonly callerOf: (request: Request) => Caller | undefined;
  readonly schema: GraphQLSchema;
  /** Texts that were parsed before, shared with whoever executes them. */
  readonly documents: {
    get(text: string): DocumentNode | undefined;
    set(text: string, document: DocumentNode): unknown;
  };
  readonly logger: Logger;
}

/** The headers that pages of other origins may read, too. */
export const rateLimitHeaders = ['RateLimit', 'RateLimit-Policy', 'Retry-After'];

const leastCost = 1;

/** Takes the points of each request before anything is validated or executed; whoever has too few is 429. */
export function useRateLimit({
  rule,
  consume,
  callerOf,
  schema,
  documents,
  logger,
}: RateLimitOptions): Plugin<GraphQLContext> {
  const limits = new WeakMap<Request, RateLimit>();

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
  const costOf = ({ query, ...asked }: Parameters<NonNullable<Plugin['onParams']>>[0]['params']): number => {
    const document = typeof query === 'string' ? parseOnce(query) : undefined;
    return document ? queryCost(schema, document, asked) : leastCost;
  };

  return {
    async onParams({ params, request }) {
      const caller = callerOf(request);
      const consumed = caller && (await consume('caller', caller.id, costOf(params)));
      if (!consumed) return;
      limits.set(request, { ...consumed, scope: caller.id });
      const { outage, allowed } = consumed;
      if (outage?.code === 'INTERNAL' || outage?.code === 'STORE_CORRUPT')
        logger.error({ err: outage }, 'a rate limit is counted by this gateway alone');
      if (!allowed) throw refuse(rateLimited(consumed));
    },
    onContextBuilding({ context, extendContext }) {
      extendContext({ rateLimit: limits.get(context.request) ?? null });
    },
    onResponse({ request, response: { headers } }) {
      const limit = limits.get(request);
      if (!limit) return;
      const { remaining, resetAt, retryAfterMs } = limit;
      const resetMs = retryAfterMs ?? Math.max(0, Date.parse(resetAt) - Date.now());
      const seconds = Math.ceil(resetMs / 1_000);
      // https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
      headers.set('ratelimit-policy', `"caller";q=${rule.points};w=${rule.windowSeconds}`);
      headers.set('ratelimit', `"caller";r=${remaining};t=${seconds}`);
      if (retryAfterMs !== null) headers.set('retry-after', String(seconds));
    },
  };
}

const rateLimited = ({ cost, remaining, retryAfterMs }: Consumed) =>
  new ModelGraphError(
    'RATE_LIMITED',
    `This request costs ${cost} points and you have ${remaining} left. Try again in ${retryAfterMs} ms, or ask for less at once.`,
    { retryAfterMs: retryAfterMs ?? 0 },
  );
