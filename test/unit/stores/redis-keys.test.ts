import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LimitScope } from '../../../src/config.ts';
import type { ModelName } from '../../../src/model-name.ts';
import * as keys from '../../../src/stores/redis/keys.ts';

/** The table's placeholders, as arguments of the functions that make the keys. */
const documented: Record<keyof typeof keys, string> = {
  servingKey: keys.servingKey('<model>' as ModelName),
  boardKey: keys.boardKey('<board>'),
  boardTimesKey: keys.boardTimesKey('<board>'),
  boardSequencesKey: keys.boardSequencesKey('<board>'),
  featuresKey: keys.featuresKey('<view>', '<entity>'),
  limitKey: keys.limitKey('<scope>' as LimitScope, '<who>'),
  predictionsKey: keys.predictionsKey,
  boardsKey: keys.boardsKey,
  routeTokenKey: keys.routeTokenKey('<model>' as ModelName),
  predictionKey: keys.predictionKey('<model>' as ModelName, 0, '<digest>').replace('0', '<version>'),
  predictionLockKey: keys.predictionLockKey('<model>' as ModelName, 0, '<digest>').replace('0', '<version>'),
  lastPredictionKey: keys.lastPredictionKey('<model>' as ModelName, '<subject>'),
};

describe('the keys of Redis', () => {
  it('are those that schema/redis/keys.md documents, and no others', () => {
    const table = readFileSync('schema/redis/keys.md', 'utf8').matchAll(/^\| `(mg:[^`]+)`/gm);
    expect([...table].map(([, key]) => key).sort()).toEqual(Object.values(documented).sort());
    expect(Object.keys(documented).sort()).toEqual(Object.keys(keys).sort());
  });

  it('of features differ for every view and entity, and keep to one slot', () => {
    const parts = ['a', 'a:b', 'b', ':', '', '{', '}', '%7D', '%', 'a}b', '%3A'];
    const all = parts.flatMap((view) => parts.map((entity) => keys.featuresKey(view, entity)));
    expect(new Set(all).size).toBe(all.length);
    for (const key of all) expect(key).toMatch(/^mg:feat:\{[^{}]+\}$/);
  });
});
