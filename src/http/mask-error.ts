import { GraphQLError } from 'graphql';
import type { MaskError } from 'graphql-yoga';
import type { Logger } from 'pino';
import { ModelGraphError } from '../errors.ts';

/** Lets through what the catalog meant for clients; of anything else the client learns INTERNAL and the log the rest. */
export const maskError =
  (logger: Logger): MaskError =>
  (error) => {
    const cause = error instanceof GraphQLError ? error.originalError : error;
    if (cause instanceof ModelGraphError) {
      if (cause.code === 'INTERNAL' || cause.code === 'STORE_CORRUPT')
        logger.error({ err: cause }, cause.message);
      return error instanceof GraphQLError
        ? error
        : new GraphQLError(cause.message, { originalError: cause });
    }
    if (error instanceof GraphQLError && !(cause instanceof Error)) return error;
    // Bad variables and literals: graphql-js words them for the client, and keeps our scalars' words as the cause.
    if (error instanceof GraphQLError && error.path === undefined) return error;
    logger.error({ err: error }, 'a resolver failed');
    const internal = new ModelGraphError(
      'INTERNAL',
      'Something went wrong in the gateway; its log tells more.',
    );
    const { nodes, path } = error instanceof GraphQLError ? error : {};
    return new GraphQLError(internal.message, {
      nodes: nodes ?? null,
      path: path ?? null,
      extensions: internal.extensions,
    });
  };
