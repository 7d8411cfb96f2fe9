import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModelFile } from '../../src/seed/train/model-file.ts';
import { type Cli, runCli } from '../support/cli.ts';
import { openTestInference } from './open-test-inference.ts';

let cli: Cli;
let url: string;
beforeAll(async () => {
  cli = runCli(['demo-inference', '--port', '0']);
  [, url = ''] = await cli.until(/ready at (http:\S+)/);
});
afterAll(async () => {
  cli.process.kill('SIGTERM');
  expect(await cli.exit()).toBe(0);
});

describe('npm run demo:inference', () => {
  it.each([
    ['iris-logistic', 3, [5.1, 3.5, 1.4, 0.2, 6.3, 3.3, 6, 2.5]],
    ['fraud-logistic', 2, [12.5, 14, 0, 3, 1, 900, 3, 1, 2, 40]],
  ])('computes %s as the library does that trained it', async (name, version, measured) => {
    const backEnd = openTestInference([url]).at(url, { name, version });
    const path = `src/seed/demo/artifacts/${name}/${version}/model.json`;
    const file = JSON.parse(readFileSync(path, 'utf8'));
    const width = file.features.length;
    const rows = [measured.slice(0, width), measured.slice(-width)];
    const expected = loadModelFile(file);
    const outputs = await backEnd.infer([
      { name: 'features', datatype: 'FP64', shape: [2, width], data: rows.flat() },
    ]);
    const [probabilities, label] = ['probabilities', 'label'].map((one) =>
      outputs.find((output) => output.name === one),
    );
    expect(probabilities?.shape).toEqual([2, file.classes.length]);
    for (const [n, score] of expected.scores(rows).flat().entries())
      expect(probabilities?.data[n]).toBeCloseTo(score, 10);
    expect(label?.data).toEqual(expected.predict(rows).map((n) => file.classes[n]));
  });

  it('has no models but those of the demo', async () => {
    const inference = openTestInference([url]);
    expect(await inference.at(url, { name: 'iris-logistic', version: 1 }).ready()).toBe(true);
    expect(await inference.at(url, { name: 'iris-logistic', version: 99 }).ready()).toBe(false);
    expect(await inference.at(url, { name: 'nobody', version: 1 }).ready()).toBe(false);
  });

  it('says what a port is', async () => {
    const wrong = runCli(['demo-inference', '--port', 'http']);
    expect(await wrong.exit()).toBe(1);
    expect(wrong.output().trim()).toBe('--port is "http"; give a whole number from 0 to 65535.');
  });
});
