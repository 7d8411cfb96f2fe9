import { createHmac, timingSafeEqual } from 'node:crypto';
import { badUserInput } from '../errors.ts';

/** Page cursors: opaque, signed, and of use only in the list that gave them out. */
export interface Cursors {
  /** `list` names the list with its filter and order; `key` is a row's order key at the store's precision. */
  encode(list: string, key: readonly string[]): string;
  /** Fails with BAD_USER_INPUT at `argumentPath` for a cursor of another list, or none of ours. */
  decode(list: string, cursor: string, argumentPath: readonly string[]): readonly string[];
}

const signatureBytes = 16;

export function createCursors(secret: string): Cursors {
  const sign = (list: string, payload: string) =>
    createHmac('sha256', secret)
      .update(list)
      .update('\n')
      .update(payload)
      .digest()
      .subarray(0, signatureBytes);
  return {
    encode(list, key) {
      const payload = JSON.stringify(key);
      return Buffer.concat([sign(list, payload), Buffer.from(payload)]).toString('base64url');
    },
    decode(list, cursor, argumentPath) {
      const bytes = Buffer.from(cursor, 'base64url');
      const payload = bytes.subarray(signatureBytes).toString();
      const signature = bytes.subarray(0, signatureBytes);
      if (signature.length < signatureBytes || !timingSafeEqual(signature, sign(list, payload))) {
        throw badUserInput(
          argumentPath,
          'This cursor is not of this list: it comes from another query, filter or order. Begin again without it.',
        );
      }
      return JSON.parse(payload) as string[];
    },
  };
}
