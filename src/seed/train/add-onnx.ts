import type { DemoData, DemoModel, DemoVersion } from '../demo-data.ts';
import { type DemoFile, toArtifact } from './demo-file.ts';
import type { ModelFile } from './model-file.ts';
import { exportOnnx } from './onnx/export-onnx.ts';

const kind = 'onnx-model';

/**
 * The demo with an ONNX file beside the model file of each version that converts, and deployments that predict from it;
 * what an earlier export left is replaced. `textOf` gives a file of the demo by its path.
 */
export function addOnnx(
  { models, ...rest }: DemoData,
  textOf: (path: string) => string,
): { demo: DemoData; files: DemoFile[] } {
  const files: DemoFile[] = [];
  const exported = models.map((model): DemoModel => {
    const paths = new Map<number, string>();
    const versions = model.versions.map((version): DemoVersion => {
      const name = `${model.name}/${version.version}`;
      const artifacts = version.artifacts.filter((artifact) => artifact.kind !== kind);
      const file = JSON.parse(textOf(`artifacts/${name}/model.json`)) as ModelFile;
      const content = exportOnnx(model.name, file);
      if (!content) return { ...version, artifacts };
      paths.set(version.version, `${name}/model.onnx`);
      const made = { path: `artifacts/${name}/model.onnx`, content };
      files.push(made);
      return { ...version, artifacts: [...artifacts, toArtifact(kind, made)] };
    });
    const deployments = model.deployments.map(({ endpoint: _, ...deployment }) => {
      const path = paths.get(deployment.version);
      return path ? { ...deployment, endpoint: `onnx:${path}` } : deployment;
    });
    return { ...model, versions, deployments };
  });
  return { demo: { ...rest, models: exported }, files };
}
