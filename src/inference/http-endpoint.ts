import pLimit from 'p-limit';
import { Pool } from 'undici';
import type { InferenceSettings } from '../config.ts';
import { createBreaker } from '../policies/breaker.ts';
import { Refusal } from '../problems.ts';
import {
  EndpointAway,
  EndpointBusy,
  endpointTitle,
  statusFailure,
  tooSlow,
  toRefusal,
} from './http-failures.ts';
import type { EncodedMessage } from './tensor-message.ts';

/** An answer with the status 200. */
export interface EndpointAnswer {
  readonly body: Uint8Array;
  /** Lower-case name → value; undefined when it was not sent, or more than once. */
  readonly header: (name: string) => string | undefined;
}

/** One server of models: kept-alive connections, a bound on requests at a time, and a breaker. */
export interface Endpoint {
  /**
   * GET without a message, POST with one, until `untilMs` of performance.now(), waiting for a turn included. Rejects with
   * UpstreamError for any other answer than 200, and never follows it elsewhere.
   */
  ask(path: string, untilMs: number, message?: EncodedMessage): Promise<EndpointAnswer>;
  /** Lets requests under way finish. */
  close(): Promise<void>;
}

const mostAnswerBytes = 64 * 1024 * 1024;

export function openEndpoint(
  { origin, hostname }: URL,
  { deadlineMs, maxConcurrent }: InferenceSettings,
): Endpoint {
  const pool = new Pool(origin, {
    connections: maxConcurrent,
    pipelining: 1,
    maxResponseSize: mostAnswerBytes,
    connect: { timeout: deadlineMs },
    // One deadline for all of a call; these count its parts.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const limit = pLimit(maxConcurrent);
  const breaker = createBreaker({
    title: endpointTitle,
    isOutage: (error) => error instanceof EndpointAway,
    isItsWord: (error) =>
      error instanceof Refusal && !(error instanceof EndpointAway || error instanceof EndpointBusy),
  });

  const send = async (path: string, untilMs: number, message?: EncodedMessage): Promise<EndpointAnswer> => {
    const leftMs = untilMs - performance.now();
    const overdue = new AbortController();
    const timer = setTimeout(() => overdue.abort(), Math.ceil(leftMs));
    try {
      const { statusCode, headers, body } = await pool.request({
        path,
        method: message ? 'POST' : 'GET',
        headers: { accept: 'application/json, application/octet-stream', ...message?.headers },
        body: message?.body ?? null,
        signal: overdue.signal,
      });
      const bytes = await body.bytes();
      if (statusCode !== 200) throw statusFailure(statusCode, bytes, hostname);
      const header = (name: string) => {
        const value = headers[name];
        return typeof value === 'string' ? value : undefined;
      };
      return { body: bytes, header };
    } catch (error) {
      if (!overdue.signal.aborted) throw toRefusal(error);
      throw leftMs < deadlineMs / 2 ? new EndpointBusy(deadlineMs) : tooSlow(deadlineMs);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    // Turns are given in order and every call ends by its deadline, so nobody waits for a turn beyond their own.
    ask: (path, untilMs, message) =>
      limit(async () => {
        if (performance.now() >= untilMs) throw new EndpointBusy(deadlineMs);
        try {
          return await breaker.run(() => send(path, untilMs, message));
        } catch (error) {
          throw toRefusal(error);
        }
      }),
    close: () => pool.close(),
  };
}
