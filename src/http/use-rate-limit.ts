import type { Plugin } from 'graphql-yoga';
import { ModelGraphError } from '../errors.ts';
import type { RateLimit } from '../graphql/context.ts';
import { askedOf } from './asked.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { refuse } from './refuse.ts';

/** The headers that pages of other origins may read, too. */
export const rateLimitHeaders = ['RateLimit', 'RateLimit-Policy', 'Retry-After'];

/** Takes the points of each request before anything is validated or executed; whoever has too few is 429. */
export function useRateLimit(limiter: RateLimiter): Plugin {
  return {
    async onParams({ params, context }) {
      const limit = await limiter.take(askedOf(context), params);
      if (limit && !limit.allowed) throw refuse(rateLimited(limit));
    },
    onResponse({ serverContext, response: { headers } }) {
      for (const [name, value] of Object.entries(limiter.headersOf(askedOf(serverContext))))
        headers.set(name, value);
    },
  };
}

const rateLimited = ({ cost, remaining, retryAfterMs }: RateLimit) =>
  new ModelGraphError(
    'RATE_LIMITED',
    `This request costs ${cost} points and you have ${remaining} left. Try again in ${retryAfterMs} ms, or ask for less at once.`,
    { retryAfterMs: retryAfterMs ?? 0 },
  );
