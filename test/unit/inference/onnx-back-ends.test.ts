import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onnxBackEnds } from '../../../src/inference/onnx-back-ends.ts';
import { evaluatorEngine } from '../../../src/inference/onnx-evaluator-engine.ts';
import { Refusal } from '../../../src/problems.ts';
import { demoArtifacts } from '../../../src/seed/read-demo.ts';
import { createGraph, scalar } from '../../../src/seed/train/onnx/graph.ts';
import { writeOnnx } from '../../../src/seed/train/onnx/write-onnx.ts';
import type { Tensor } from '../../../src/tensor.ts';

const demo = fileURLToPath(demoArtifacts);
let folder: string;
let models: string;
const withEvaluator = (directory: string | undefined) =>
  onnxBackEnds(directory, async () => evaluatorEngine, 0);
const rows = (...data: number[][]): Tensor => ({
  name: 'features',
  datatype: 'FP64',
  shape: [data.length, data[0]?.length ?? 0],
  data: data.flat(),
});
const setosa = [5.1, 3.5, 1.4, 0.2];
const virginica = [6.3, 3.3, 6, 2.5];

async function problemOf(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Refusal)) throw new Error(`no refusal, but ${String(error)}`);
  return error.problem;
}

const refused = (message: unknown) => ({ problem: 'UpstreamError', retryable: false, message });

/** A model from `x` to `y`, by one operator. */
function tinyModel(op: string, constant = 2, datatype: 'FP64' | 'BOOL' = 'FP64'): Uint8Array {
  const graph = createGraph();
  graph.add(op, ['x', graph.constant('c', scalar(constant))], { output: 'y' });
  const value = (name: string) => ({ name, datatype, shape: ['rows'] });
  return writeOnnx({ name: 'tiny', graph, inputs: [value('x')], outputs: [value('y')], metadata: {} });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'onnx-'));
  models = join(folder, 'models');
  mkdirSync(models);
  cpSync(join(demo, 'iris-net/3/model.onnx'), join(folder, 'outside.onnx'));
  cpSync(join(demo, 'iris-net/3/model.onnx'), join(models, 'inside.onnx'));
  symlinkSync('../outside.onnx', join(models, 'leads-out.onnx'));
  symlinkSync('..', join(models, 'up'));
  symlinkSync('inside.onnx', join(models, 'stays.onnx'));
  writeFileSync(join(models, '.hidden.onnx'), tinyModel('Mul'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a model in an ONNX file', () => {
  it('says what it takes and gives, and that it is ready', async () => {
    const model = withEvaluator(demo).at('onnx:iris-net/3/model.onnx');
    expect(await model.ready()).toBe(true);
    expect(await model.signature()).toEqual({
      platform: 'onnx',
      inputs: [{ name: 'features', datatype: 'FP64', shape: [-1, 4] }],
      outputs: [
        { name: 'probabilities', datatype: 'FP64', shape: [-1, 3] },
        { name: 'label', datatype: 'BYTES', shape: [-1] },
      ],
    });
  });

  it('predicts many rows at once as it does one by one, and none', async () => {
    const model = withEvaluator(demo).at('onnx:iris-net/3/model.onnx');
    const [first] = await model.infer([rows(setosa)]);
    const [second] = await model.infer([rows(virginica)]);
    const [probabilities, label] = await model.infer([rows(setosa, virginica)]);
    expect(label).toEqual({ name: 'label', datatype: 'BYTES', shape: [2], data: ['setosa', 'virginica'] });
    expect(probabilities).toMatchObject({ name: 'probabilities', datatype: 'FP64', shape: [2, 3] });
    expect(probabilities?.data).toEqual([...(first?.data ?? []), ...(second?.data ?? [])]);
    const none = await model.infer([{ ...rows(), shape: [0, 4] }]);
    expect(none.map(({ shape, data }) => [shape, data])).toEqual([
      [[0, 3], []],
      [[0], []],
    ]);
  });

  it('answers NaN to NaN, without a label, and the other rows all the same', async () => {
    const model = withEvaluator(demo).at('onnx:iris-net/3/model.onnx');
    const [probabilities, label] = await model.infer([rows([Number.NaN, 3.5, 1.4, 0.2], setosa)]);
    expect(probabilities?.data.slice(0, 3)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(label?.data).toEqual(['', 'setosa']);
  });

  it('is told what does not fit before anything is computed', async () => {
    const model = withEvaluator(demo).at('onnx:iris-net/3/model.onnx');
    expect(await problemOf(model.infer([rows([1, 2, 3])]))).toEqual({
      problem: 'InvalidInputError',
      message: 'inputs.0.shape: is [1, 3], the model takes [-1, 4], where -1 is any size.',
      issues: [
        {
          path: ['inputs', '0', 'shape'],
          message: 'is [1, 3], the model takes [-1, 4], where -1 is any size.',
        },
      ],
    });
  });

  it('is another model when the file is another', async () => {
    const file = join(models, 'changing.onnx');
    const model = withEvaluator(models).at('onnx:changing.onnx');
    const x: Tensor = { name: 'x', datatype: 'FP64', shape: [1], data: [5] };
    writeFileSync(file, tinyModel('Mul', 2));
    expect((await model.infer([x]))[0]?.data).toEqual([10]);
    writeFileSync(file, tinyModel('Mul', 3));
    // The clock of a file system may be coarse.
    utimesSync(file, 1, 1);
    expect((await model.infer([x]))[0]?.data).toEqual([15]);
    rmSync(file);
    expect(await model.ready()).toBe(false);
  });

  it('can be asked again after all were unloaded', async () => {
    const backEnds = withEvaluator(demo);
    const model = backEnds.at('onnx:iris-net/3/model.onnx');
    await model.infer([rows(setosa)]);
    await backEnds.close();
    expect((await model.infer([rows(setosa)]))[1]?.data).toEqual(['setosa']);
  });
});

describe('what is no file of the folder', () => {
  it.each([
    '../outside.onnx',
    'up/../../outside.onnx',
    './inside.onnx',
    'a/./../inside.onnx',
    '/etc/passwd',
    '//inside.onnx',
    'inside.onnx/',
    '',
    '.',
    '..',
    '%2e%2e/outside.onnx',
    '..%2foutside.onnx',
    '%252e%252e/outside.onnx',
    '..\\outside.onnx',
    'C:\\models\\x.onnx',
    '.hidden.onnx',
    'inside.onnx\0',
    'inside.onnx\n',
    'file:///etc/passwd',
    '~/x.onnx',
  ])('is refused: %j', async (path) => {
    const model = withEvaluator(models).at(`onnx:${path}`);
    expect(await problemOf(model.infer([rows(setosa)]))).toEqual(
      refused(expect.stringMatching(/names no file below INFERENCE_ONNX_DIR; give plain names/)),
    );
    expect(await model.ready()).toBe(false);
  });

  it.each(['leads-out.onnx', 'up/outside.onnx'])('is refused when a link leads out: %j', async (path) => {
    const model = withEvaluator(models).at(`onnx:${path}`);
    expect(await problemOf(model.signature())).toEqual(
      refused(`"${path}" leads out of INFERENCE_ONNX_DIR; put the file itself there.`),
    );
  });

  it('does not include a link that stays inside, nor a folder that is itself a link', async () => {
    symlinkSync('models', join(folder, 'linked'));
    for (const directory of [models, join(folder, 'linked')]) {
      expect(await withEvaluator(directory).at('onnx:stays.onnx').ready()).toBe(true);
      expect(await withEvaluator(directory).at('onnx:up/models/inside.onnx').ready()).toBe(true);
    }
  });

  it('is told apart: no file, a folder, no such folder, another scheme, nothing set', async () => {
    const messageOf = async (directory: string | undefined, endpoint: string) =>
      (await problemOf(withEvaluator(directory).at(endpoint).signature())).message;
    expect(await messageOf(models, 'onnx:fraud/9/model.onnx')).toBe(
      'There is no ONNX file "fraud/9/model.onnx" below INFERENCE_ONNX_DIR; put it there.',
    );
    expect(await messageOf(demo, 'onnx:iris-net/3')).toMatch(/^The ONNX file "iris-net\/3" is damaged/);
    expect(await messageOf(join(folder, 'nowhere'), 'onnx:inside.onnx')).toMatch(/^There is no ONNX file/);
    expect(await messageOf(models, 'http://inside.onnx')).toBe(
      '"http://inside.onnx" is no endpoint of an ONNX file.',
    );
    expect(await messageOf(undefined, 'onnx:inside.onnx')).toBe(
      '"inside.onnx" cannot be computed: this gateway has no folder of ONNX files. Set INFERENCE_ONNX_DIR to it.',
    );
  });
});

describe('a file that cannot be computed', () => {
  const problemOfFile = (content: Uint8Array | string, name = 'odd.onnx') => {
    writeFileSync(join(models, name), content);
    return problemOf(withEvaluator(models).at(`onnx:${name}`).infer([]));
  };

  it('is told to be damaged, wherever it was cut, changed or never a model', async () => {
    const whole = readFileSync(join(demo, 'iris-tree/1/model.onnx'));
    const damaged = [
      ...Array.from({ length: 60 }, (_, n) => whole.subarray(0, Math.floor((whole.length * n) / 60))),
      Buffer.concat([whole, Buffer.from([0xff])]),
      Buffer.alloc(1_000, 0xff),
      Buffer.from('{"not": "onnx"}'),
    ];
    for (const [n, content] of damaged.entries()) {
      const problem = await problemOfFile(content, `damaged-${n}.onnx`);
      expect(problem, `damaged ${n}`).toEqual(
        refused(expect.stringMatching(/^The ONNX file "damaged-\d+.onnx" is damaged/)),
      );
      expect(problem.message).not.toContain(folder);
    }
  });

  it('never ends in anything but an answer or a refusal, whichever byte is another', async () => {
    const whole = readFileSync(join(demo, 'iris-net/1/model.onnx'));
    const backEnds = withEvaluator(models);
    for (let at = 0; at < whole.length; at += 7) {
      const changed = Buffer.from(whole);
      changed[at] = (whole[at] ?? 0) ^ 0x55;
      writeFileSync(join(models, `changed-${at}.onnx`), changed);
      const answer = await backEnds
        .at(`onnx:changed-${at}.onnx`)
        .infer([rows(setosa)])
        .catch((error: unknown) => error);
      expect(Array.isArray(answer) || answer instanceof Refusal, `byte ${at}: ${answer}`).toBe(true);
    }
  });

  it('is told what it needs, and the command that installs it', async () => {
    const command = 'npm install --no-save --ignore-scripts onnxruntime-node@1.30.0';
    const needs = (what: string) =>
      refused(
        `The ONNX file "odd.onnx" needs ${what}, which is computed with onnxruntime-node only. Run "${command}" where the gateway is installed, then restart it.`,
      );
    expect(await problemOfFile(tinyModel('Pow'))).toEqual(needs('the operator Pow'));
    expect(await problemOfFile(tinyModel('constructor'))).toEqual(needs('the operator constructor'));
    const graph = createGraph();
    graph.add('Softmax', ['x'], { output: 'y', attributes: { axis: -1, new_attribute: 1 } });
    const value = (name: string) => ({ name, datatype: 'FP64' as const, shape: ['rows', 2] });
    const softmax = { name: 'softmax', graph, inputs: [value('x')], outputs: [value('y')], metadata: {} };
    expect(await problemOfFile(writeOnnx(softmax))).toEqual(needs('new_attribute of the operator Softmax'));
  });

  it('is told when its graph does not go together', async () => {
    writeFileSync(join(models, 'odd.onnx'), tinyModel('Mul', 2, 'BOOL'));
    const x: Tensor = { name: 'x', datatype: 'BOOL', shape: [1], data: [true] };
    expect(await problemOf(withEvaluator(models).at('onnx:odd.onnx').infer([x]))).toEqual(
      refused('The ONNX file "odd.onnx" could not compute these inputs: input 0 is BOOL, not FP64.'),
    );
  });
});
