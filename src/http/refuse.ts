import { GraphQLError } from 'graphql';
import { errorCodes, type ModelGraphError } from '../errors.ts';

/** An error for which the whole request is refused: its code decides the HTTP status. */
export const refuse = (error: ModelGraphError) =>
  new GraphQLError(error.message, {
    originalError: error,
    extensions: { ...error.extensions, http: { status: errorCodes[error.code].httpStatus } },
  });
