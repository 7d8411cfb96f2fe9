import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

const maxQueryCharacters = 1_000_000;

/** Requests may be large for the documents in their variables; the query itself, each word of which costs memory, may not. */
export function useQueryLimit(): Plugin {
  return {
    onParams({ params }) {
      if ((params.query?.length ?? 0) <= maxQueryCharacters) return;
      throw new GraphQLError(
        `A query can have at most ${maxQueryCharacters} characters; give what is large in variables.`,
        { extensions: { code: 'REQUEST_ENTITY_TOO_LARGE', http: { status: 413 } } },
      );
    },
  };
}
