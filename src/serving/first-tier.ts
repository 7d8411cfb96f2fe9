import { LRUCache } from 'lru-cache';
import type { Tensor } from '../tensor.ts';
import type { Computed } from './prediction.ts';

/** Answers in this process, the most recently used ones, within a number of bytes. */
export interface FirstTier {
  get(placeId: string): Computed | undefined;
  keep(placeId: string, answer: Computed, textBytes: number): void;
}

/** An entry's own objects, beside what it holds. */
const bytesPerEntry = 500;
/** A number in a list, or a reference to a text. */
const bytesPerElement = 8;

export function openFirstTier(maxBytes: number): FirstTier {
  const kept = new LRUCache<string, Computed>({ maxSize: maxBytes });
  return {
    get(id) {
      const answer = kept.get(id);
      if (!answer) return undefined;
      return { ...answer, leftMs: kept.getRemainingTTL(id) };
    },
    keep(id, answer, textBytes) {
      const size = bytesPerEntry + 2 * id.length + Math.max(textBytes, bytesOf(answer.outputs));
      kept.set(id, answer, { ttl: Math.max(1, Math.floor(answer.leftMs)), size });
    },
  };
}

const bytesOf = (outputs: readonly Tensor[]) =>
  outputs.reduce((bytes, { data }) => bytes + data.length * bytesPerElement, 0);
