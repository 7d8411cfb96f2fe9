import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import type { GraphQLSchema } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { GraphQLContext, Health } from '../graphql/context.ts';
import type { CreateContext } from '../graphql/create-context.ts';
import { maskError } from './mask-error.ts';
import { useExactJson } from './use-exact-json.ts';
import { csrfHeader, useGraphiQLPage } from './use-graphiql-page.ts';
import { useHealthEndpoints } from './use-health-endpoints.ts';
import { useQueryLimit } from './use-query-limit.ts';
import { useStoreCalls } from './use-store-calls.ts';

// Until callers prove who they are, the audit names whom they say they are.
const actorHeader = 'x-modelgraph-actor';
const maxActorCharacters = 200;

interface HandlerOptions {
  readonly config: Config;
  readonly schema: GraphQLSchema;
  readonly createContext: CreateContext;
  readonly health: () => Promise<Health>;
  readonly logger: Logger;
  /** GraphiQL, and `extensions.stores` without asking. */
  readonly development: boolean;
}

/** GraphQL over HTTP at /graphql, plugins in the order in which a request meets them. */
export function createHandler({
  config,
  schema,
  createContext,
  health,
  logger,
  development,
}: HandlerOptions) {
  return createYoga<object, GraphQLContext>({
    schema,
    graphqlEndpoint: '/graphql',
    plugins: [
      useHealthEndpoints(health),
      ...(development ? [useGraphiQLPage()] : []),
      useCSRFPrevention({ requestHeaders: [csrfHeader, 'apollo-require-preflight'] }),
      useExactJson(),
      useQueryLimit(),
      useStoreCalls({ alwaysInExtensions: development }),
    ],
    context: ({ request }) =>
      createContext(request, request.headers.get(actorHeader)?.slice(0, maxActorCharacters) || null),
    maskedErrors: { maskError: maskError(logger) },
    maxRequestBodySize: config.maxBodyBytes,
    graphiql: false,
    landingPage: false,
    multipart: false,
    cors: config.corsOrigins.length > 0 && { origin: [...config.corsOrigins] },
    logging: {
      debug: (...parts) => logger.trace(parts.join(' ')),
      info: (...parts) => logger.debug(parts.join(' ')),
      warn: (...parts) => logger.warn(parts.join(' ')),
      error: (...parts) => logger.error(parts.join(' ')),
    },
  });
}
