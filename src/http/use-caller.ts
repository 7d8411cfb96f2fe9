import type { Plugin } from 'graphql-yoga';
import { ModelGraphError } from '../errors.ts';
import { askedOf } from './asked.ts';
import type { Connection, callerFinder } from './callers.ts';
import { refuse } from './refuse.ts';

/** Remembers who asks what, for the plugins after it; a wrong key is 401. */
export function useCaller(findCaller: ReturnType<typeof callerFinder>): Plugin {
  return {
    onParams({ request, context }) {
      try {
        askedOf(context).caller = findCaller(request, context as Connection);
      } catch (error) {
        throw error instanceof ModelGraphError ? refuse(error) : error;
      }
    },
  };
}
