import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { GraphQLContext, Health } from '../graphql/context.ts';
import type { CreateContext } from '../graphql/create-context.ts';
import type { ConsumeLimit } from '../stores/redis/limits.ts';
import { type Asked, askedOf } from './asked.ts';
import { type Connection, callerFinder, type WithHeaders } from './callers.ts';
import { maskError } from './mask-error.ts';
import { openPlainWay, type PlainWayOptions } from './plain-way.ts';
import { openRateLimiter } from './rate-limiter.ts';
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

/** GraphQL over HTTP at /graphql: by Yoga, and past it what it has executed before. */
export function createHandler(options: HandlerOptions) {
  const { config, schema, createContext, consumeLimit, logger, development } = options;
  const documents = new LRUCache<string, DocumentNode>({ max: maxDocuments });
  const rule = config.limits.caller;
  const shared = {
    documents,
    limiter: rule && openRateLimiter({ rule, consume: consumeLimit, schema, documents, logger }),
    findCaller: callerFinder(config),
    contextOf(asked: Asked, { headers }: WithHeaders): GraphQLContext {
      const actor = headers.get(actorHeader)?.slice(0, maxActorCharacters) || (asked.caller?.name ?? null);
      return createContext(asked, actor, asked.limit);
    },
  };
  const plainWay = openPlainWay({ ...shared, schema, maxBodyBytes: config.maxBodyBytes });
  const yoga = openYoga(options, shared, plainWay.plugin);
  return Object.assign(development ? yoga : plainWay.before(yoga), {
    fetch: yoga.fetch,
    dispose: yoga.dispose,
  });
}

type Shared = Pick<PlainWayOptions, 'documents' | 'limiter' | 'findCaller' | 'contextOf'>;

/** Plugins in the order in which a request meets them. */
function openYoga(
  { config, schema, health, logger, development }: HandlerOptions,
  { documents, limiter, findCaller, contextOf }: Shared,
  plainWayPlugin: Plugin,
) {
  return createYoga<Connection, GraphQLContext>({
    schema,
    graphqlEndpoint: '/graphql',
    plugins: [
      useHealthEndpoints(health),
      ...(development ? [useGraphiQLPage()] : []),
      useCSRFPrevention({ requestHeaders: [csrfHeader, 'apollo-require-preflight'] }),
      useBodyLimit(config.maxBodyBytes),
      useExactJson(),
      useCaller(findCaller),
      useQueryLimit(),
      ...(limiter ? [useRateLimit(limiter)] : []),
      plainWayPlugin,
      useStoreCalls({ alwaysInExtensions: development }),
    ],
    context: (context) => {
      const own = contextOf(askedOf(context), context.request);
      // Yoga copies what it is given, and getters of classes are not copied.
      return Object.assign({ loaders: own.loaders }, own);
    },
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
