import type { DemoDeployment, DemoModel } from '../demo-data.ts';
import { now } from './moment.ts';

/** Of production a new version gets a tenth at first (canary), all of it (full) or nothing yet (staging). */
export type Rollout = 'canary' | 'full' | 'staging' | 'none';

const canaryPercent = 10;

/** The deployments after a version has come: it takes the last one's place in staging, then goes further. */
export function rollOut(
  before: readonly DemoDeployment[],
  rollout: Rollout,
  version: number,
): DemoDeployment[] {
  if (rollout === 'none') return [];
  const staged = deploy(before, version, 'STAGING', 100);
  if (rollout === 'staging') return staged;
  return deploy(staged, version, 'PRODUCTION', rollout === 'canary' ? canaryPercent : 100);
}

/** Adds a deployment: with all traffic if it is the first, else the newest keeps the rest; others retire. */
function deploy(
  before: readonly DemoDeployment[],
  version: number,
  environment: DemoDeployment['environment'],
  trafficPercent: number,
): DemoDeployment[] {
  const at = now();
  const active = before.filter((one) => one.environment === environment && one.status === 'ACTIVE');
  const kept = trafficPercent < 100 ? active.at(-1) : undefined;
  const settled = before.map((one): DemoDeployment => {
    if (one === kept) return { ...one, trafficPercent: 100 - trafficPercent };
    return active.includes(one) ? { ...one, status: 'RETIRED', trafficPercent: 0, retiredAt: at } : one;
  });
  const share = kept ? trafficPercent : 100;
  return [...settled, { version, environment, status: 'ACTIVE', trafficPercent: share, deployedAt: at }];
}

/** The newest version is the champion, unless it is still a canary: then it challenges the one before. */
export function aliasesOf(rollout: Rollout, newest: number): DemoModel['aliases'] {
  if (newest === 0) return [];
  const isProtected = rollout === 'canary' || rollout === 'full';
  if (rollout !== 'canary' || newest === 1)
    return [{ alias: 'champion', version: newest, protected: isProtected }];
  return [
    { alias: 'champion', version: newest - 1, protected: isProtected },
    { alias: 'challenger', version: newest, protected: false },
  ];
}
