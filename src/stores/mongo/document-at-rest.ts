import { createHash } from 'node:crypto';
import { BSON } from 'mongodb';
import { toRest } from './key-escaping.ts';

// What may stand around a document: names, and the recent writes with keys of at most 200 characters each.
const envelopeBytes = 64 * 1_024;

/** How large a document may be at rest: MongoDB's 16 MiB for all, less what stands around it. */
export const maxDocumentBytes = 16 * 1_024 * 1_024 - envelopeBytes;

/** A document as MongoDB holds it, keys escaped. */
export interface DocumentAtRest {
  readonly value: Record<string, unknown>;
  readonly bytes: number;
  /** In BSON, which keeps all of it. */
  serialize(): Uint8Array;
  /** Hash of every byte of it, so that not even NaN and null are the same. */
  sha256(): string;
}

/** JSON document → the document at rest and what it measures there. */
export function documentAtRest(document: object): DocumentAtRest {
  const value = toRest(document) as Record<string, unknown>;
  return {
    value,
    bytes: BSON.calculateObjectSize(value),
    serialize: () => BSON.serialize(value),
    sha256: () => createHash('sha256').update(BSON.serialize(value)).digest('hex'),
  };
}
