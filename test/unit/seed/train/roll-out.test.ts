import { describe, expect, it } from 'vitest';
import type { DemoDeployment } from '../../../../src/seed/demo-data.ts';
import { aliasesOf, type Rollout, rollOut } from '../../../../src/seed/train/roll-out.ts';

const deployed = (rollout: Rollout, versions: number) =>
  Array.from({ length: versions }, (_, n) => n + 1).reduce<DemoDeployment[]>(
    (before, version) => rollOut(before, rollout, version),
    [],
  );

const trafficIn = (deployments: readonly DemoDeployment[], environment: string) =>
  deployments
    .filter((one) => one.environment === environment)
    .map(({ version, status, trafficPercent }) => `${version} ${status} ${trafficPercent}`);

describe('a roll-out', () => {
  it('gives a canary a tenth until the next comes, and the one before the rest', () => {
    expect(trafficIn(deployed('canary', 1), 'PRODUCTION')).toEqual(['1 ACTIVE 100']);
    expect(trafficIn(deployed('canary', 2), 'PRODUCTION')).toEqual(['1 ACTIVE 90', '2 ACTIVE 10']);
    expect(trafficIn(deployed('canary', 3), 'PRODUCTION')).toEqual([
      '1 RETIRED 0',
      '2 ACTIVE 90',
      '3 ACTIVE 10',
    ]);
  });

  it('replaces a version at once where it is full, and always in staging', () => {
    expect(trafficIn(deployed('full', 2), 'PRODUCTION')).toEqual(['1 RETIRED 0', '2 ACTIVE 100']);
    expect(trafficIn(deployed('staging', 2), 'STAGING')).toEqual(['1 RETIRED 0', '2 ACTIVE 100']);
    expect(trafficIn(deployed('staging', 2), 'PRODUCTION')).toEqual([]);
    expect(deployed('none', 2)).toEqual([]);
  });

  it('lets only a canary challenge the champion, and protects only what is in production', () => {
    expect(aliasesOf('canary', 3)).toEqual([
      { alias: 'champion', version: 2, protected: true },
      { alias: 'challenger', version: 3, protected: false },
    ]);
    expect(aliasesOf('canary', 1)).toEqual([{ alias: 'champion', version: 1, protected: true }]);
    expect(aliasesOf('full', 3)).toEqual([{ alias: 'champion', version: 3, protected: true }]);
    expect(aliasesOf('staging', 3)).toEqual([{ alias: 'champion', version: 3, protected: false }]);
    expect(aliasesOf('full', 0)).toEqual([]);
  });
});
