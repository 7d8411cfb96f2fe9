import type { DemoDeployment, DemoModel } from '../demo-data.ts';
import type { Classifier } from './classifier.ts';
import { now } from './moment.ts';
import { randomFrom } from './random.ts';

type Serving = NonNullable<DemoModel['serving']>;

const seed = 11;

/** Sends held-out rows to the versions that take traffic, through a cache; undefined when none does. */
export function serveHoldout(
  versions: readonly Classifier[],
  deployments: readonly DemoDeployment[],
  rows: readonly (readonly number[])[],
  requests: number,
): Serving | undefined {
  const active = deployments.filter(({ status }) => status === 'ACTIVE');
  const inProduction = active.filter(({ environment }) => environment === 'PRODUCTION');
  const targets = inProduction.length > 0 ? inProduction : active;
  if (targets.length === 0) return undefined;
  const random = randomFrom(seed);
  const cache = new Map<string, number | undefined>();
  const serving: Serving = { predictions: 0, cacheHits: 0, cacheMisses: 0, lastAt: now() };
  while (serving.predictions < requests) {
    const version = versionFor(targets, random() * 100);
    const row = rows[Math.floor(random() * rows.length)] ?? [];
    const key = JSON.stringify([version, row]);
    if (cache.has(key)) serving.cacheHits += 1;
    else {
      serving.cacheMisses += 1;
      cache.set(key, versions[version - 1]?.predict([row])[0]);
    }
    serving.predictions += 1;
    serving.lastAt = now();
  }
  return serving;
}

/** The version whose share of the traffic a request falls into; `percent` is from 0 to below 100. */
function versionFor(targets: readonly DemoDeployment[], percent: number): number {
  let below = 0;
  const target = targets.find(({ trafficPercent }) => {
    below += trafficPercent;
    return percent < below;
  });
  return target?.version ?? 0;
}
