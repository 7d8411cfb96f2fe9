import { createHash } from 'node:crypto';
import { v7 } from 'uuid';

/** A UUIDv7 that is always the same for the same moment and key, so that seeding again writes the same rows. */
export function deterministicId(at: string, key: string): string {
  return v7({ msecs: Date.parse(at), seq: 0, random: createHash('md5').update(key).digest() });
}
