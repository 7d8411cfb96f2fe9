import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDemo } from '../../../src/seed/read-demo.ts';
import { toFeatureBatch } from '../../../src/seed/to-feature-batch.ts';
import { fraud } from '../../../src/seed/train/datasets/fraud.ts';
import { iris } from '../../../src/seed/train/datasets/iris.ts';
import { demoFolder } from '../../../src/seed/train/demo-file.ts';
import { featureViewOf } from '../../../src/seed/train/feature-view.ts';

const { featureViews, models } = readDemo();

describe("the demo's entities", () => {
  it('are rows that were held out, as they were measured', () => {
    const made = [fraud, iris].map(({ entities, load }) => featureViewOf(entities, load().holdout));
    expect(featureViews).toEqual(made);
    for (const { rows } of featureViews) expect(rows).toHaveLength(24);
  });

  it.each([
    ['card_payments', 'fraud-detector'],
    ['iris_flowers', 'iris-classifier'],
  ])('of %s have what %s takes, by the same names in the same order', (view, model) => {
    const version = models.find(({ name }) => name === model)?.versions.length;
    const path = `artifacts/${model}/${version}/model.json`;
    const { features } = JSON.parse(readFileSync(new URL(path, demoFolder), 'utf8'));
    const rows = featureViews.find(({ name }) => name === view)?.rows ?? [];
    for (const { values } of rows)
      expect(Object.keys(values)).toEqual(features.map(({ name }: { name: string }) => name));
  });

  it('were measured shortly before they are seeded, and stay fresh for a month', () => {
    const nowMs = Date.now();
    for (const view of featureViews) {
      const { rows, ttlSeconds } = toFeatureBatch(view, nowMs);
      const agesMs = rows.map(({ eventMicroseconds }) => nowMs - eventMicroseconds / 1_000);
      expect(Math.min(...agesMs)).toBe(60_000);
      expect(Math.max(...agesMs)).toBeLessThan(3_600_000);
      expect(ttlSeconds).toBe(30 * 86_400);
    }
  });
});
