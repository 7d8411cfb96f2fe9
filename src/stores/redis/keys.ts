import type { ModelName } from '../../model-name.ts';

// The layout that schema/redis/keys.md documents. {name} is the hash tag: all keys of a model live in one cluster slot.

/** Hash: counters of one model. */
export const servingKey = (name: ModelName) => `mg:model:{${name}}:serving`;

/** Sorted set: model names by their score on one board, usually a metric. */
export const boardKey = (board: string) => `mg:board:{${board}}`;

/** Sorted set: model names by how many predictions they served. */
export const predictionsKey = 'mg:predictions';
