import { errors } from 'undici';
import { ModelGraphError } from '../errors.ts';
import { Refusal, upstreamFailed } from '../problems.ts';
import { parseHead } from './tensor-message.ts';

/** The endpoint cannot be reached, is silent, or its front says that it is away: counted by the breaker. */
export class EndpointAway extends Refusal {
  constructor(message: string) {
    super({ problem: 'UpstreamError', message, retryable: true });
  }
}

/** It did not answer in what was left of the deadline after waiting: no word on the endpoint. */
export class EndpointBusy extends Refusal {
  constructor(deadlineMs: number) {
    const message = `${endpointTitle} did not answer within ${deadlineMs} ms, much of which the request waited for others. Try again.`;
    super({ problem: 'UpstreamError', message, retryable: true });
  }
}

/** How people read of it; never its address. */
export const endpointTitle = "The model's server";

export const answersNonsense = (what: string) =>
  upstreamFailed(`${endpointTitle} answered what cannot be used: ${what}.`, false);

export const tooSlow = (deadlineMs: number) =>
  new EndpointAway(`${endpointTitle} did not answer within ${deadlineMs} ms. Try again.`);

/** What the client for HTTP, or the breaker, throws → Refusal; anything else stays what it is. */
export function toRefusal(error: unknown): unknown {
  if (error instanceof Refusal) return error;
  if (error instanceof ModelGraphError) return new EndpointAway(error.message);
  if (error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError)
    return answersNonsense('it is no HTTP');
  if (error instanceof errors.ResponseExceededMaxSizeError)
    return answersNonsense('more bytes than are read');
  const code = String((error as { code?: unknown } | null)?.code ?? '');
  if (code !== '' && !ourMistake.test(code))
    return new EndpointAway(`${endpointTitle} cannot be reached. Try again shortly.`);
  return error;
}

const ourMistake = /^(UND_ERR_(INVALID|NOT_SUPPORTED)|ERR_(INVALID|MISSING)_)/;

const gatewayStatuses = [502, 503, 504];
const laterStatuses = [408, 425, 429];

/** Why an answer with another status than 200 is none. Only 4xx may tell the server's own words. */
export function statusFailure(status: number, body: Uint8Array, host: string): Refusal {
  const told = `${endpointTitle} answered with the status ${status}`;
  if (gatewayStatuses.includes(status)) return new EndpointAway(`${told}. Try again shortly.`);
  if (status >= 500) return upstreamFailed(`${told}. Try again shortly.`, true);
  if (status >= 400)
    return upstreamFailed(`${told}: ${ownWords(body, host)}`, laterStatuses.includes(status));
  if (status >= 300) return upstreamFailed(`${told}; redirects are never followed.`, false);
  return upstreamFailed(`${told}, which is no answer of the Open Inference Protocol.`, false);
}

const mostCharacters = 200;
// Names with dots, addresses, ports, URLs and paths: whatever may tell where something runs.
const placeLike = /[\w-]\.[a-z]{2,}|\d+\.\d+\.\d+\.\d+|[\da-f]*:[\da-f]*:|:\d{2,5}\b|[\\/@]|localhost/i;
const plain = /^[\p{L}\p{N}\p{P}\p{S} ]+$/u;

function ownWords(body: Uint8Array, host: string): string {
  const generic = 'it refused the request.';
  if (body.length > 4 * mostCharacters) return generic;
  let error: unknown;
  try {
    ({ error } = parseHead(body));
  } catch {
    // No JSON, so no words of the protocol either.
    return generic;
  }
  if (typeof error !== 'string' || error.length > mostCharacters || !plain.test(error)) return generic;
  const name = /^[\d.]+$/.test(host) ? host : (host.split('.')[0] ?? host);
  return error.toLowerCase().includes(name) || placeLike.test(error) ? generic : error;
}
