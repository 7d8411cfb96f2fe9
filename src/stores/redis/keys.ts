import type { LimitScope } from '../../config.ts';
import type { ModelName } from '../../model-name.ts';

// The layout that schema/redis/keys.md documents. {name} is the hash tag: all keys of a model live in one cluster slot.

/** Hash: counters of one model. */
export const servingKey = (name: ModelName) => `mg:model:{${name}}:serving`;

/** Sorted set: model names by their score on one board, usually a metric. */
export const boardKey = (board: string) => `mg:board:{${board}}`;

/** Sorted set: model names by how many predictions they served. */
export const predictionsKey = 'mg:predictions';

/** Set: the names of all boards, so that nobody has to search for them. */
export const boardsKey = 'mg:boards';

/** Hash: when each score of a board was last written, where that is known. */
export const boardTimesKey = (board: string) => `mg:board:{${board}}:times`;

/** Hash: of each model the sequence of the event that its place on a board was last brought in line with. */
export const boardSequencesKey = (board: string) => `mg:board:{${board}}:sequences`;

/** Hash: an entity's features of one view, each with its event time. */
export const featuresKey = (view: string, entity: string) =>
  `mg:feat:{${escaped(view, /[%{}:]/g)}:${escaped(entity, /[%{}]/g)}}`;

/** String: changes whenever it changes which version or server answers for a model, and where there is none, is made. */
export const routeTokenKey = (name: ModelName) => `mg:model:{${name}}:route`;

/** String: one answer of one version. `digest` stands for what it was computed from. */
export const predictionKey = (name: ModelName, version: number, digest: string) =>
  `mg:pred:{${name}}:${version}:${digest}`;

/** String: who computes that answer now. */
export const predictionLockKey = (name: ModelName, version: number, digest: string) =>
  `mg:lock:{${name}}:${version}:${digest}`;

/** String: what a model answered last for a subject. */
export const lastPredictionKey = (name: ModelName, subject: string) =>
  `mg:last:{${name}}:${escaped(subject, /[%{}]/g)}`;

/** String: what of its limit a caller or a subject has in use. */
export const limitKey = (scope: LimitScope, who: string) => `mg:limit:${scope}:${who}`;

/** Entities and subjects may hold anything: a brace of theirs must not end the hash tag, nor a view's colon begin the entity. */
const escaped = (text: string, reserved: RegExp) =>
  text.replace(reserved, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
