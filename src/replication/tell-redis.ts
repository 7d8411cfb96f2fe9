import { ModelGraphError } from '../errors.ts';
import type { ModelName } from '../model-name.ts';
import type { Stores } from '../stores/open-stores.ts';
import { metricIsThere } from '../stores/postgres/board-models.ts';
import { modelState, type ScoreKey, scoreState } from '../stores/postgres/model-states.ts';
import type { Claim, Refused } from '../stores/postgres/outbox-claim.ts';
import { modelScores } from '../stores/redis/model-scores.ts';

/** What may have another version or endpoint answer for a model. */
const routeKinds: ReadonlySet<string> = new Set([
  'VERSION_CREATED',
  'ALIAS_SET',
  'ALIAS_REMOVED',
  'DEPLOYED',
  'DEPLOYMENT_CHANGED',
  'DEPLOYMENT_RETIRED',
  'MODEL_RECONCILED',
]);

/** Tells Redis: deleted models, whose routes have changed, and what the boards of the metrics concerned must say of their models. */
export async function tellRedis(redis: Stores['redis'], { rows, ask }: Claim): Promise<readonly Refused[]> {
  const keys = new Map<string, ScoreKey>();
  const changedRoutes = new Set<ModelName>();
  for (const { kind, modelName: name, sequence, metricKeys, deletedAt } of rows) {
    // A model that is reconciled and not there has left something behind.
    if (deletedAt !== null) await redis.copies.purgeModel(name, sequence);
    if (routeKinds.has(kind) || deletedAt !== null) changedRoutes.add(name);
    const metrics = kind === 'MODEL_RECONCILED' ? await allMetrics(redis, ask, name) : (metricKeys ?? []);
    for (const metric of metrics) keys.set(JSON.stringify([name, metric]), { name, metric });
  }
  // Harmless where nothing has changed: the route is read anew.
  await Promise.all([...changedRoutes].map((name) => redis.predictions.dropRouteToken(name)));
  const places = [...keys.values()];
  const states = await ask(scoreState, places);
  await redis.copies.syncBoards(
    places.map(({ name, metric }, n) => ({
      board: metric,
      name,
      sequence: states[n]?.sequence ?? '0',
      score: states[n]?.score ?? null,
    })),
  );
  return [];
}

/** The metrics of a model, and those on whose boards it is without having them. */
async function allMetrics(redis: Stores['redis'], ask: Claim['ask'], name: ModelName): Promise<string[]> {
  const [[state], [scores]] = await Promise.all([ask(modelState, [name]), redis.read([modelScores(name)])]);
  if (scores instanceof ModelGraphError) throw scores;
  const boards = [...(scores as ReadonlyMap<string, number | null>).keys()];
  const areMetrics = await ask(metricIsThere, boards);
  const known = state?.model?.metrics.map(({ key }) => key) ?? [];
  return [...new Set([...known, ...boards.filter((_, n) => areMetrics[n])])];
}
