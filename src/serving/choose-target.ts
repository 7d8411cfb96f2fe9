import { createHash } from 'node:crypto';
import { notFound } from '../problems.ts';
import type { RouteTarget, ServingRoute } from '../stores/postgres/serving-routes.ts';
import type { PredictionAsk } from './prediction.ts';

/** From 0 to below 1: for the same subject of a model always the same, without one any. */
export function drawFor({ modelName, subject }: Pick<PredictionAsk, 'modelName' | 'subject'>): number {
  if (subject === null) return Math.random();
  const digest = createHash('sha256')
    .update(JSON.stringify([modelName, subject]))
    .digest();
  return digest.readUInt32BE(0) / 2 ** 32;
}

/**
 * Which deployment answers: of those with a share of production's traffic the one that the draw falls on, else the version's
 * own. Throws a Refusal, NotFoundError, when the model, the version or such a deployment is not there.
 */
export function chooseTarget(
  { modelName, ref }: Pick<PredictionAsk, 'modelName' | 'ref'>,
  route: ServingRoute | undefined,
  draw: number,
): RouteTarget {
  if (!route) throw notFound('ModelInfo', modelName);
  if (ref.kind === 'TRAFFIC') {
    const target = onWhichItFalls(route.targets, draw);
    if (target) return target;
    throw notFound('Deployment', `${modelName} in PRODUCTION, with a share of the traffic and an endpoint`);
  }
  if (route.version === null) {
    const which =
      ref.kind === 'NUMBER'
        ? `version ${ref.number}`
        : ref.kind === 'ALIAS'
          ? `alias "${ref.alias}"`
          : 'latest version';
    throw notFound('ModelVersion', `${modelName} ${which}`);
  }
  const [target] = route.targets;
  if (!target)
    throw notFound('Deployment', `${modelName} version ${route.version}, active and with an endpoint`);
  return target;
}

function onWhichItFalls(targets: readonly RouteTarget[], draw: number): RouteTarget | undefined {
  const all = targets.reduce((sum, { trafficPercent }) => sum + trafficPercent, 0);
  let upTo = 0;
  return targets.find(({ trafficPercent }) => {
    upTo += trafficPercent;
    return draw * all < upTo;
  });
}
