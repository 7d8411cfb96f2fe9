import { readFileSync } from 'node:fs';
import type { DemoData } from './demo-data.ts';

/** The folder of the demo's models, below which their ONNX files are. */
export const demoArtifacts = new URL('./demo/artifacts/', import.meta.url);

/** What `npm run demo:train` measured. */
export function readDemo(): DemoData {
  return JSON.parse(readFileSync(new URL('./demo/demo-data.json', import.meta.url), 'utf8')) as DemoData;
}
