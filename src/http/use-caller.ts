import type { Plugin } from 'graphql-yoga';
import { ModelGraphError } from '../errors.ts';
import type { Connection } from './callers.ts';
import { refuse } from './refuse.ts';
import { keyOf } from './request-key.ts';
import type { Requests } from './requests.ts';

/** Remembers who asks what, for the plugins after it; a wrong key is 401. */
export function useCaller({ identify }: Pick<Requests, 'identify'>): Plugin {
  return {
    onParams({ request, context }) {
      try {
        identify(keyOf(request, context), request, context as Connection);
      } catch (error) {
        throw error instanceof ModelGraphError ? refuse(error) : error;
      }
    },
  };
}
