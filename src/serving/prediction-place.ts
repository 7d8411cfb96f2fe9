import { createHash } from 'node:crypto';
import type { RouteTarget } from '../stores/postgres/serving-routes.ts';
import type { PredictionPlace } from '../stores/redis/predictions.ts';
import type { PredictionAsk } from './prediction.ts';

/**
 * Where the answer of a version to an input is kept. The digest is of model, version and the inputs; also of when the version was
 * made, so that what one answered that was deleted is never another's answer.
 */
export function placeOf(
  { modelName, canonical }: Pick<PredictionAsk, 'modelName' | 'canonical'>,
  { version, versionCreatedAt }: Pick<RouteTarget, 'version' | 'versionCreatedAt'>,
): PredictionPlace {
  const digest = createHash('sha256')
    .update(JSON.stringify([modelName, version, versionCreatedAt, canonical]))
    .digest('hex');
  return { name: modelName, version, digest };
}

/** One text for each place. */
export const placeId = ({ name, version, digest }: PredictionPlace) => `${name}\n${version}\n${digest}`;
