import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const programsOfTests = ['test/crash/gateway.ts', 'test/inference/echo-server.ts'];

/**
 * Compiles what tests start as processes, file by file, as the build does: Node loads a gateway in half of the time that it
 * takes through tsx. Below node_modules, so that packages are found from there; `remove` deletes it.
 */
export async function compile(): Promise<{ folder: string; remove(): Promise<void> }> {
  const cache = join(root, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'modelgraph-test-'));
  const sources = (await readdir(join(root, 'src'), { recursive: true }))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => join('src', file));
  await build({
    absWorkingDir: root,
    entryPoints: [...sources, ...programsOfTests],
    ...{ outbase: root, outdir: folder, bundle: true, plugins: [fileByFile] },
    ...{ platform: 'node', format: 'esm', target: 'es2023', logLevel: 'error' },
  });
  // What the sources read beside themselves.
  for (const path of ['package.json', 'schema', 'src/seed/demo'])
    await symlink(join(root, path), join(folder, path));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Imports stay as they are, but for the ending. */
const fileByFile: Plugin = {
  name: 'file by file',
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ path, kind }) =>
      kind === 'entry-point'
        ? undefined
        : { path: path.startsWith('.') ? path.replace(/\.ts$/, '.js') : path, external: true },
    );
  },
};
