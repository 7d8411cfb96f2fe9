import { readFileSync, rmSync } from 'node:fs';
import { readDemo } from '../read-demo.ts';
import { addOnnx } from './add-onnx.ts';
import { demoFolder, writeDemo } from './demo-file.ts';

// Makes the ONNX files anew from the model files that are there: no training, so nothing else changes.
const before = readDemo();
const { demo, files } = addOnnx(before, (path) => readFileSync(new URL(path, demoFolder), 'utf8'));
const kept = new Set(files.map(({ path }) => path));
for (const { name, versions } of before.models) {
  for (const { version } of versions) {
    const path = `artifacts/${name}/${version}/model.onnx`;
    if (!kept.has(path)) rmSync(new URL(path, demoFolder), { force: true });
  }
}
writeDemo(demo, files);
console.log(`${files.length} ONNX files, now in src/seed/demo.`);
