import type { DocumentNode, GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { GraphQLContext } from '../graphql/context.ts';
import type { CreateContext } from '../graphql/create-context.ts';
import type { ConsumeLimit } from '../stores/redis/limits.ts';
import { type Caller, type Connection, callerFinder, type WithHeaders } from './callers.ts';
import { openRateLimiter } from './rate-limiter.ts';
import { openStoreTallies } from './store-tallies.ts';

// The audit names whom callers say they act for; else the API key, which is proven.
const actorHeader = 'x-modelgraph-actor';
const maxActorCharacters = 200;

const maxDocuments = 1_024;

export interface RequestsOptions {
  readonly config: Config;
  readonly schema: GraphQLSchema;
  readonly createContext: CreateContext;
  readonly consumeLimit: ConsumeLimit;
  readonly logger: Logger;
}

export type Requests = ReturnType<typeof openRequests>;

/** What is known of each request, whichever way it is answered. */
export function openRequests({ config, schema, createContext, consumeLimit, logger }: RequestsOptions) {
  const findCaller = callerFinder(config);
  const callers = new WeakMap<object, Caller>();
  const callerOf = (key: object) => callers.get(key);
  /** What was parsed before, by its text. */
  const documents = new LRUCache<string, DocumentNode>({ max: maxDocuments });
  const rule = config.limits.caller;
  const limiter =
    rule && openRateLimiter({ rule, consume: consumeLimit, callerOf, schema, documents, logger });
  const tallies = openStoreTallies();
  return {
    documents,
    limiter,
    tallies,
    /** Remembers who asks. Fails with UNAUTHENTICATED for a key that is none. */
    identify(key: object, request: WithHeaders, connection: Connection): void {
      callers.set(key, findCaller(request, connection));
    },
    contextOf(key: object, { headers }: WithHeaders): GraphQLContext {
      tallies.begin(key);
      const actor = headers.get(actorHeader)?.slice(0, maxActorCharacters) || (callerOf(key)?.name ?? null);
      return createContext(key, actor, limiter?.takenBy(key) ?? null);
    },
  };
}
