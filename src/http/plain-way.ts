import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { GraphQLContext } from '../graphql/context.ts';
import { Asked, askedOf } from './asked.ts';
import type { callerFinder, WithHeaders } from './callers.ts';
import { parsePlainParams } from './parse-plain-params.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { timingOf } from './store-tallies.ts';
import { storesHeader } from './use-store-calls.ts';

type Listener = (request: IncomingMessage, response: ServerResponse, ...serverContext: object[]) => unknown;
type Execute = Parameters<NonNullable<Plugin['onExecute']>>[0]['executeFn'];

export interface PlainWayOptions {
  readonly schema: GraphQLSchema;
  /** What was parsed before, by its text. */
  readonly documents: LRUCache<string, DocumentNode>;
  /** Null: there are no limits. */
  readonly limiter: RateLimiter | null;
  readonly findCaller: ReturnType<typeof callerFinder>;
  readonly contextOf: (asked: Asked, request: WithHeaders) => GraphQLContext;
  readonly maxBodyBytes: number;
}

const maxPlainBytes = 65_536;
const maxAcceptHeaders = 100;
const jsonTypes: readonly unknown[] = ['application/json', 'application/json; charset=utf-8'];

/**
 * A short way for what nearly all requests are: a small POST of JSON that asks what Yoga has executed before. It is answered
 * without fetch requests and hooks, which cost more than all the rest. Whatever rules Yoga has are not repeated here: what is
 * valid, and which type an answer has, is known from its own answers. What is not plain, is refused, or has more to its
 * answer than data goes through Yoga; what was executed by then is not executed again.
 */
export function openPlainWay({
  schema,
  documents,
  limiter,
  findCaller,
  contextOf,
  maxBodyBytes,
}: PlainWayOptions) {
  /** How documents are executed that were found valid. */
  const executors = new WeakMap<DocumentNode, Execute>();
  /** Which type the answer has, by the header Accept. */
  const contentTypes = new LRUCache<string, string>({ max: maxAcceptHeaders });
  const mostBytes = Math.min(maxBodyBytes, maxPlainBytes);

  const plugin: Plugin = {
    onExecute({ args: { document, contextValue }, executeFn, setExecuteFn }) {
      const { outcome } = askedOf(contextValue);
      if (outcome) setExecuteFn(() => outcome);
      else executors.set(document, executeFn);
    },
    onResponse({ request: { method, headers }, response }) {
      const contentType = response.headers.get('content-type');
      if (method === 'POST' && response.status === 200 && contentType?.includes('json'))
        contentTypes.set(headers.get('accept') ?? '', contentType);
    },
  };

  /** The type that the answer will have; undefined: the request is not plain. */
  const plainTypeOf = ({ method, url, headers }: IncomingMessage): string | undefined =>
    method === 'POST' &&
    url === '/graphql' &&
    jsonTypes.includes(headers['content-type']) &&
    Number(headers['content-length']) <= mostBytes &&
    // Pages of other origins, and who asks what it cost, get more than data.
    headers.origin === undefined &&
    headers[storesHeader] === undefined
      ? contentTypes.get(headers.accept ?? '')
      : undefined;

  /** The answer; undefined: it is Yoga's. */
  async function dataOf(asked: Asked, req: IncomingMessage, body: string): Promise<string | undefined> {
    const params = parsePlainParams(body);
    const document = params && documents.get(params.query);
    const execute = document && executors.get(document);
    if (!execute) return undefined;
    const request = { headers: { get: (name: string) => (req.headers[name] as string | undefined) ?? null } };
    asked.caller = findCaller(request, { req });
    const limit = await limiter?.take(asked, params);
    if (limit && !limit.allowed) return undefined;
    const { operationName, variables: variableValues } = params;
    const contextValue = contextOf(asked, request);
    // What it throws is as much an outcome as what it gives.
    asked.outcome = (async () =>
      (await execute({
        schema,
        document,
        contextValue,
        variableValues,
        operationName,
      })) as ExecutionResult)();
    const result = await asked.outcome;
    return result.data && !result.errors && !result.extensions ? JSON.stringify(result) : undefined;
  }

  async function answer(request: IncomingMessage, response: ServerResponse, type: string, yoga: Listener) {
    const bytes = await bodyOf(request);
    const asked = new Asked();
    // Yoga will fail as well, and has words for it.
    const text = await dataOf(asked, request, bytes.toString()).catch(() => undefined);
    if (text === undefined)
      return yoga(Object.assign(request, { body: Readable.from([bytes]) }), response, { asked });
    if (response.closed) return;
    response.writeHead(200, headersOf(asked, type, text));
    response.end(text);
  }

  const headersOf = (asked: Asked, type: string, text: string): OutgoingHttpHeaders => {
    const headers: OutgoingHttpHeaders = {
      'content-type': type,
      'content-length': Buffer.byteLength(text),
    };
    if (limiter) Object.assign(headers, limiter.headersOf(asked));
    const timing = timingOf(asked);
    if (timing) headers['server-timing'] = timing;
    return headers;
  };

  return {
    plugin,
    /** Takes the short way where it can, else Yoga's. */
    before:
      (yoga: Listener): Listener =>
      (request, response) => {
        const type = plainTypeOf(request);
        return type === undefined ? yoga(request, response) : answer(request, response, type, yoga);
      },
  };
}

const bodyOf = (request: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks)));
  });
