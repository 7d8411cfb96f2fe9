import { describe, expect, it } from 'vitest';
import { readDemo } from '../../../../src/seed/read-demo.ts';
import { fraud } from '../../../../src/seed/train/datasets/fraud.ts';
import { iris } from '../../../../src/seed/train/datasets/iris.ts';
import { stratifiedSplit } from '../../../../src/seed/train/split.ts';
import { classCounts, digestOf, toCsv } from '../../../../src/seed/train/table.ts';

const sources = [
  { title: 'the fraud set', source: fraud, rows: 3_200 },
  { title: 'the Iris data', source: iris, rows: 150 },
];

describe.each(sources)('$title', ({ source, rows }) => {
  const { train, holdout } = source.load();

  it('is the same on every load, and the one that the demo says it is', () => {
    const again = source.load();
    expect([toCsv(again.train), toCsv(again.holdout)]).toEqual([toCsv(train), toCsv(holdout)]);
    for (const part of [train, holdout]) {
      const recorded = readDemo().datasets.find(({ name }) => name === part.name);
      expect(recorded).toMatchObject({ digest: digestOf(part), rowCount: part.rows.length });
    }
  });

  it('measures on rows that no model has learned from', () => {
    expect(train.rows.length + holdout.rows.length).toBe(rows);
    const learned = new Set(train.rows.map(String));
    expect(holdout.rows.filter((row) => learned.has(String(row)))).toEqual([]);
  });

  it('has the same share of every class in both parts, to a row', () => {
    const learned = classCounts(train);
    const held = classCounts(holdout);
    for (const [n, count] of held.entries()) {
      expect(Math.abs(count - (count + (learned[n] ?? 0)) * source.split.holdoutShare)).toBeLessThan(1);
    }
  });

  it('does not come sorted by class', () => {
    const changes = train.labels.filter((label, n) => n > 0 && label !== train.labels[n - 1]);
    expect(changes.length).toBeGreaterThan(2 * train.classes.length);
  });

  it('holds nothing but finite numbers, as many as there are features', () => {
    for (const row of [...train.rows, ...holdout.rows]) {
      expect(row.length).toBe(train.features.length);
      expect(row.every(Number.isFinite)).toBe(true);
    }
  });
});

it('another seed divides the rows otherwise', () => {
  const { train } = iris.load();
  const [one, same, other] = [1, 1, 2].map((seed) => stratifiedSplit(train, { holdoutShare: 0.5, seed }));
  expect(same).toEqual(one);
  expect(other).not.toEqual(one);
});
