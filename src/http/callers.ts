import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type ApiKey, type Config, digestOf } from '../config.ts';
import { ModelGraphError } from '../errors.ts';
import { addressFinder } from './caller-address.ts';

/** The request header that carries an API key. */
export const keyHeader = 'x-api-key';

/** Who asks. */
export interface Caller {
  /** Tells callers apart: `key:<name>`, or `address:<address>` of one without a key. */
  readonly id: string;
  /** The name of the API key; null: none was given. */
  readonly name: string | null;
}

/** What the server knows of a request besides its headers. */
export interface Connection {
  readonly req?: Pick<IncomingMessage, 'socket'>;
}

/** A request as far as its headers go. */
export interface WithHeaders {
  readonly headers: Pick<Headers, 'get'>;
}

/** Finds out who asks. Fails with UNAUTHENTICATED for a key that is none: nobody is taken for a stranger by mistake. */
export function callerFinder({ apiKeys, trustedProxies }: Pick<Config, 'apiKeys' | 'trustedProxies'>) {
  const findAddress = addressFinder(trustedProxies);
  return ({ headers }: WithHeaders, { req }: Connection): Caller => {
    const key = headers.get(keyHeader);
    if (key === null) {
      const address = findAddress(req?.socket.remoteAddress, headers.get('x-forwarded-for'));
      return { id: `address:${address}`, name: null };
    }
    const name = nameOf(key, apiKeys);
    if (name === undefined)
      throw new ModelGraphError(
        'UNAUTHENTICATED',
        `The API key in the header ${keyHeader} is not known. Give a valid one, or leave the header out.`,
      );
    return { id: `key:${name}`, name };
  };
}

/** Goes through all of them, whichever it is: how long that takes tells nothing. */
function nameOf(key: string, apiKeys: readonly ApiKey[]): string | undefined {
  const digest = digestOf(key);
  return apiKeys.filter((known) => timingSafeEqual(known.digest, digest))[0]?.name;
}
