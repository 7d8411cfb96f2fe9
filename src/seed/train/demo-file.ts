import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { DemoData, DemoVersion } from '../demo-data.ts';
import { formatJson } from './format-json.ts';

/** The folder that holds the demo. */
export const demoFolder = new URL('../demo/', import.meta.url);

/** A file of the demo, named from its folder; text is written as UTF-8. */
export interface DemoFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** What the registry says of a file. */
export function toArtifact(kind: string, { path, content }: DemoFile): DemoVersion['artifacts'][number] {
  return {
    kind,
    uri: `modelgraph-demo:${path}`,
    sha256: createHash('sha256').update(content).digest('hex'),
    sizeBytes: Buffer.byteLength(content),
  };
}

/** Writes the demo and these files of it; others stay as they are. */
export function writeDemo(demo: DemoData, files: readonly DemoFile[]): void {
  for (const { path, content } of [{ path: 'demo-data.json', content: `${formatJson(demo)}\n` }, ...files]) {
    const file = new URL(path, demoFolder);
    mkdirSync(new URL('.', file), { recursive: true });
    writeFileSync(file, content);
  }
}
