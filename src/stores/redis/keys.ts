import type { ModelName } from '../../model-name.ts';

// The layout that schema/redis/keys.md documents. {name} is the hash tag: all keys of a model live in one cluster slot.

/** Hash: counters of one model. */
export const servingKey = (name: ModelName) => `mg:model:{${name}}:serving`;

/** Sorted set: model names by their score on one board, usually a metric. */
export const boardKey = (board: string) => `mg:board:{${board}}`;

/** Whether a key is a board's. */
export const isBoardKey = (key: string) => key.startsWith('mg:board:{') && key.endsWith('}');

/** Sorted set: model names by how many predictions they made. */
export const predictionRankingKey = 'mg:predictions';

/** What every key begins with that is one model's own: its counters, cached predictions, and last ones by subject. */
export const modelKeyPrefixes = (name: ModelName) =>
  ['model', 'pred', 'last'].map((thing) => `mg:${thing}:{${name}}:`);
