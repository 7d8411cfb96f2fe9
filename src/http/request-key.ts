import type { Connection } from './callers.ts';

/** What stands for a request wherever something is remembered of it: that of Node.js, by whichever way it is answered. */
export const keyOf = (request: Request, serverContext: object): object =>
  (serverContext as Connection).req ?? request;
