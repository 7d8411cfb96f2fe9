import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDemo } from '../../../src/seed/read-demo.ts';
import { fraud } from '../../../src/seed/train/datasets/fraud.ts';
import { iris } from '../../../src/seed/train/datasets/iris.ts';
import { evaluate } from '../../../src/seed/train/evaluate.ts';
import { loadModelFile } from '../../../src/seed/train/model-file.ts';

const folder = new URL('../../../src/seed/demo/', import.meta.url);
const scheme = 'modelgraph-demo:';
const versions = readDemo().models.flatMap(({ name, runs, versions: own }) =>
  own.map((version) => ({
    ...version,
    label: `${name} ${version.version}`,
    source: runs.find(({ key }) => key === version.run),
  })),
);
const holdouts = [fraud, iris].map((source) => source.load().holdout);

const contentOf = (uri: string) => readFileSync(new URL(uri.slice(scheme.length), folder));
const ofKind = (version: (typeof versions)[number], kind: string) =>
  version.artifacts
    .filter((artifact) => artifact.kind === kind)
    .map(({ uri }) => JSON.parse(contentOf(uri).toString()));
const holdoutOf = ({ source }: (typeof versions)[number]) => {
  const used = source?.datasets.find(({ role }) => role === 'VALIDATION')?.name;
  return holdouts.find(({ name }) => name === used);
};

describe('artifacts', () => {
  it('have the size and the SHA-256 that the registry says', () => {
    const recorded = versions.flatMap(({ artifacts }) => artifacts);
    const actual = recorded.map(({ uri }) => {
      const content = contentOf(uri);
      return {
        sha256: createHash('sha256').update(content).digest('hex'),
        sizeBytes: content.length,
      };
    });
    expect(actual).toEqual(recorded.map(({ sha256, sizeBytes }) => ({ sha256, sizeBytes })));
  });

  it('are the files that are there, neither more nor fewer', () => {
    const files = readdirSync(new URL('artifacts/', folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => `${parentPath}/${name}`.split('/seed/demo/')[1]);
    const uris = versions.flatMap(({ artifacts }) => artifacts.map(({ uri }) => uri.slice(scheme.length)));
    expect(files.sort()).toEqual(uris.sort());
  });

  it.each(versions)('$label: its model file predicts as well as its run says', (version) => {
    const holdout = holdoutOf(version);
    const [file] = ofKind(version, 'model');
    if (!holdout || !version.source) throw new Error('a version without run or rows');
    const recorded = Object.fromEntries(
      version.source.metrics.map(({ key, value }) => [key, Number(value)] as const),
    );
    const model = loadModelFile(file);
    const isSlow = file.library.name === 'ml-knn';
    const measured = evaluate({
      actual: holdout.labels,
      predicted: model.predict(holdout.rows),
      // k nearest neighbours take a millisecond a row: their classes are enough.
      scores: isSlow ? [] : model.scores(holdout.rows),
      classCount: holdout.classes.length,
      probabilistic: 'log_loss' in recorded,
    });
    if (isSlow) delete measured.auc;
    for (const [key, value] of Object.entries(measured)) {
      if (Number.isFinite(value)) expect(recorded[key], key).toBeCloseTo(value, 9);
      else expect(recorded[key], key).toBe(value);
    }
  });

  it('count each held-out row once in a confusion matrix, the right ones on its diagonal', () => {
    const matrices = versions.flatMap((version) =>
      ofKind(version, 'confusion-matrix').map((content) => ({ version, content })),
    );
    expect(matrices.length).toBeGreaterThan(0);
    for (const { version, content } of matrices) {
      const matrix: number[][] = content.matrix;
      const total = matrix.flat().reduce((a, b) => a + b, 0);
      const right = matrix.reduce((sum, row, n) => sum + (row[n] ?? 0), 0);
      expect(total).toBe(holdoutOf(version)?.rows.length);
      expect(version.source?.metrics).toContainEqual({ key: 'accuracy', value: right / total });
    }
  });
});
