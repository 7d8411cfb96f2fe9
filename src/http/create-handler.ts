import type { IncomingMessage, ServerResponse } from 'node:http';
import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import { createYoga } from 'graphql-yoga';
import type { GraphQLContext, Health } from '../graphql/context.ts';
import type { Connection } from './callers.ts';
import { maskError } from './mask-error.ts';
import { openPlainWay } from './plain-way.ts';
import { keyOf } from './request-key.ts';
import { openRequests, type RequestsOptions } from './requests.ts';
import { useBodyLimit } from './use-body-limit.ts';
import { useCaller } from './use-caller.ts';
import { useExactJson } from './use-exact-json.ts';
import { csrfHeader, useGraphiQLPage } from './use-graphiql-page.ts';
import { useHealthEndpoints } from './use-health-endpoints.ts';
import { useQueryLimit } from './use-query-limit.ts';
import { rateLimitHeaders, useRateLimit } from './use-rate-limit.ts';
import { useStoreCalls } from './use-store-calls.ts';

interface HandlerOptions extends RequestsOptions {
  readonly health: () => Promise<Health>;
  /** GraphiQL, and `extensions.stores` without asking. */
  readonly development: boolean;
}

/** GraphQL over HTTP at /graphql, plugins in the order in which a request meets them. */
export function createHandler({ health, development, ...options }: HandlerOptions) {
  const { config, schema, logger } = options;
  const requests = openRequests(options);
  const { limiter, tallies, documents } = requests;
  const plainWay = openPlainWay({ schema, requests, maxBodyBytes: config.maxBodyBytes });
  const yoga = createYoga<Connection, GraphQLContext>({
    schema,
    graphqlEndpoint: '/graphql',
    plugins: [
      useHealthEndpoints(health),
      ...(development ? [useGraphiQLPage()] : []),
      useCSRFPrevention({ requestHeaders: [csrfHeader, 'apollo-require-preflight'] }),
      useBodyLimit(config.maxBodyBytes),
      useExactJson(),
      useCaller(requests),
      useQueryLimit(),
      ...(limiter ? [useRateLimit(limiter)] : []),
      plainWay.plugin,
      useStoreCalls(tallies, { alwaysInExtensions: development }),
    ],
    context: ({ request, ...serverContext }) => requests.contextOf(keyOf(request, serverContext), request),
    parserAndValidationCache: { documentCache: documents },
    maskedErrors: { maskError: maskError(logger) },
    // `useBodyLimit` does so, for less.
    maxRequestBodySize: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    cors: config.corsOrigins.length > 0 && {
      origin: [...config.corsOrigins],
      exposedHeaders: rateLimitHeaders,
    },
    logging: {
      debug: (...parts) => logger.trace(parts.join(' ')),
      info: (...parts) => logger.debug(parts.join(' ')),
      warn: (...parts) => logger.warn(parts.join(' ')),
      error: (...parts) => logger.error(parts.join(' ')),
    },
  });
  const listen = (request: IncomingMessage, response: ServerResponse) => yoga(request, response);
  return Object.assign(development ? listen : plainWay.before(listen), {
    fetch: yoga.fetch,
    dispose: yoga.dispose,
  });
}
