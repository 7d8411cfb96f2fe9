import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { onnxBackEnds } from '../inference/onnx-back-ends.ts';
import type { FindModel } from '../inference/open-inference-server.ts';
import { demoArtifacts } from '../seed/read-demo.ts';

const models = onnxBackEnds(fileURLToPath(demoArtifacts));

/** The demo's models, from their ONNX files; those that have none are not served. */
export const findDemoModel: FindModel = async (name, version) => {
  if (!(await readdir(demoArtifacts)).includes(name)) return undefined;
  const versions = (await readdir(new URL(`${name}/`, demoArtifacts))).map(Number);
  const chosen = version ?? Math.max(...versions);
  if (!versions.includes(chosen)) return undefined;
  const files = await readdir(new URL(`${name}/${chosen}/`, demoArtifacts));
  return files.includes('model.onnx') ? models.at(`onnx:${name}/${chosen}/model.onnx`) : undefined;
};
