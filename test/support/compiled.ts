import { join } from 'node:path';

/** The variable that says where this run compiled to, see compile.ts. */
export const compiledFolder = 'MODELGRAPH_TEST_COMPILED';

/** Where this run compiled a file of ours to, `src/cli.ts` or another; undefined: there is no run, only a script. */
export function compiled(file: string): string | undefined {
  const folder = process.env[compiledFolder];
  return folder && join(folder, file.replace(/\.ts$/, '.js'));
}

/** How Node runs a program of ours: as compiled, else through tsx. */
export function nodeArguments(program: string): string[] {
  const file = compiled(program);
  return file ? [file] : ['--import', 'tsx', program];
}
