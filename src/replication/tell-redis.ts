import type { Stores } from '../stores/open-stores.ts';
import { type ScoreKey, scoreState } from '../stores/postgres/model-states.ts';
import type { Claim, Refused } from '../stores/postgres/outbox-claim.ts';

/** Tells Redis: deleted models, and what the boards of the metrics concerned must say of their models now. */
export async function tellRedis(
  { copies }: Stores['redis'],
  { rows, ask }: Claim,
): Promise<readonly Refused[]> {
  for (const { kind, modelName, sequence } of rows)
    if (kind === 'MODEL_DELETED') await copies.purgeModel(modelName, sequence);
  const keys = new Map<string, ScoreKey>();
  for (const { modelName: name, metricKeys } of rows)
    for (const metric of metricKeys ?? []) keys.set(JSON.stringify([name, metric]), { name, metric });
  const places = [...keys.values()];
  const states = await ask(scoreState, places);
  await copies.syncBoards(
    places.map(({ name, metric }, n) => ({
      board: metric,
      name,
      sequence: states[n]?.sequence ?? '0',
      score: states[n]?.score ?? null,
    })),
  );
  return [];
}
