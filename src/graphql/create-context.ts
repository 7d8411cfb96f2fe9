import { createLoaders, type Loaders } from '../loaders/create-loaders.ts';
import type { ModelName } from '../model-name.ts';
import type { Serving } from '../serving/open-serving.ts';
import type { Store } from '../store-name.ts';
import type { Stores } from '../stores/open-stores.ts';
import type { GraphQLContext, RateLimit } from './context.ts';
import { createCursors } from './cursors.ts';

interface ContextOptions extends Pick<GraphQLContext, 'health'> {
  readonly stores: Stores;
  readonly serving: Serving;
  readonly cursorSecret: string;
}

/** Makes the context of one request; `actor` is named in the audit of what it writes. */
export type CreateContext = (request: object, actor: string | null, rateLimit?: RateLimit) => GraphQLContext;

/** What all requests share → what each has for itself. */
export function contextFactory({ stores, serving, health, cursorSecret }: ContextOptions): CreateContext {
  const cursors = createCursors(cursorSecret);
  return (request, actor, rateLimit) =>
    new RequestContext(
      { cursors, health, rateLimit: rateLimit ?? null, operations: { stores, serving, actor, request } },
      () => createLoaders(stores, request),
    );
}

type Given = Pick<GraphQLContext, 'cursors' | 'health' | 'rateLimit' | 'operations'>;

/** No object that has its own getter: of such V8 keeps getters, with all that they can see, until a major collection. */
class RequestContext implements GraphQLContext {
  readonly cursors: GraphQLContext['cursors'];
  readonly health: GraphQLContext['health'];
  readonly rateLimit: GraphQLContext['rateLimit'];
  readonly operations: GraphQLContext['operations'];
  readonly stale = new Map<ModelName, readonly Store[]>();
  readonly forgetReads = () => this.#loaders?.forget();
  readonly #createLoaders: () => Loaders;
  #loaders: Loaders | undefined;

  constructor({ cursors, health, rateLimit, operations }: Given, create: () => Loaders) {
    this.cursors = cursors;
    this.health = health;
    this.rateLimit = rateLimit;
    this.operations = operations;
    this.#createLoaders = create;
  }

  /** Predictions, which are most of what many gateways serve, do without. */
  get loaders(): Loaders {
    this.#loaders ??= this.#createLoaders();
    return this.#loaders;
  }
}
