import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { GraphQLContext, Health } from '../graphql/context.ts';
import type { CreateContext } from '../graphql/create-context.ts';
import type { ConsumeLimit } from '../stores/redis/limits.ts';
import { type Caller, type Connection, callerFinder } from './callers.ts';
import { maskError } from './mask-error.ts';
import { useBodyLimit } from './use-body-limit.ts';
import { useCaller } from './use-caller.ts';
import { useExactJson } from './use-exact-json.ts';
import { csrfHeader, useGraphiQLPage } from './use-graphiql-page.ts';
import { useHealthEndpoints } from './use-health-endpoints.ts';
import { useQueryLimit } from './use-query-limit.ts';
import { rateLimitHeaders, useRateLimit } from './use-rate-limit.ts';
import { useStoreCalls } from './use-store-calls.ts';

// The audit names whom callers say they act for; else the API key, which is proven.
const actorHeader = 'x-modelgraph-actor';
const maxActorCharacters = 200;

const maxDocuments = 1_024;

interface HandlerOptions {
  readonly config: Config;
  readonly schema: GraphQLSchema;
  readonly createContext: CreateContext;
  readonly health: () => Promise<Health>;
  readonly consumeLimit: ConsumeLimit;
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
  consumeLimit,
  logger,
  development,
}: HandlerOptions) {
  const callers = new WeakMap<Request, Caller>();
  const callerOf = (request: Request) => callers.get(request);
  const documents = new LRUCache<string, DocumentNode>({ max: maxDocuments });
  const rule = config.limits.caller;
  return createYoga<Connection, GraphQLContext>({
    schema,
    graphqlEndpoint: '/graphql',
    plugins: [
      useHealthEndpoints(health),
      ...(development ? [useGraphiQLPage()] : []),
      useCSRFPrevention({ requestHeaders: [csrfHeader, 'apollo-require-preflight'] }),
      useBodyLimit(config.maxBodyBytes),
      useExactJson(),
      useCaller(callerFinder(config), callers),
      useQueryLimit(),
      ...(rule ? [useRateLimit({ rule, consume: consumeLimit, callerOf, schema, documents, logger })] : []),
      useStoreCalls({ alwaysInExtensions: development }),
    ],
    context: ({ request }) =>
      createContext(
        request,
        request.headers.get(actorHeader)?.slice(0, maxActorCharacters) || (callerOf(request)?.name ?? null),
      ),
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
}
