import { describe, expect, it } from 'vitest';
import type { ModelName } from '../../../src/model-name.ts';
import { chooseTarget, drawFor } from '../../../src/serving/choose-target.ts';
import type { RouteTarget } from '../../../src/stores/postgres/serving-routes.ts';

const target = (version: number, trafficPercent: number): RouteTarget => ({
  ...{ version, versionCreatedAt: '2026-01-01T00:00:00Z', ttlTag: null, environment: 'PRODUCTION' },
  ...{ trafficPercent, endpoint: 'onnx:m' },
});
const byTraffic = { modelName: 'm' as ModelName, ref: { kind: 'TRAFFIC' } } as const;
const route = (...targets: RouteTarget[]) => ({
  modelCreatedAt: '2026-01-01T00:00:00Z',
  version: null,
  targets,
});

describe('who answers', () => {
  it('is drawn by the shares, which need not add up to all', () => {
    const shared = route(target(1, 10), target(2, 30));
    const versionAt = (draw: number) => chooseTarget(byTraffic, shared, draw).version;
    expect([0, 0.24, 0.26, 0.99].map(versionAt)).toEqual([1, 1, 2, 2]);
  });

  it('is the same for a subject of a model, and another for other subjects', () => {
    const draw = (subject: string) => drawFor({ modelName: 'm' as ModelName, subject });
    expect(draw('ada')).toBe(draw('ada'));
    expect(new Set(Array.from({ length: 100 }, (_, n) => draw(`subject ${n}`))).size).toBe(100);
  });

  it('is said to be missing, and what it is that is missing', () => {
    expect(() => chooseTarget(byTraffic, undefined, 0)).toThrow('There is no ModelInfo "m".');
    expect(() => chooseTarget(byTraffic, route(), 0)).toThrow('There is no Deployment "m in PRODUCTION');
    const latest = { modelName: 'm' as ModelName, ref: { kind: 'LATEST' } } as const;
    expect(() => chooseTarget(latest, route(), 0)).toThrow('There is no ModelVersion "m latest version".');
  });
});
