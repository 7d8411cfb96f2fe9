import { join } from 'node:path';

/** The variable that says where this run compiled to, see compile.ts. */
export const compiledFolder = 'MODELGRAPH_TEST_COMPILED';

/** How Node runs a program of ours, `src/cli.ts` or another: as this run compiled it, else through tsx. */
export function nodeArguments(program: string): string[] {
  const folder = process.env[compiledFolder];
  return folder ? [join(folder, program.replace(/\.ts$/, '.js'))] : ['--import', 'tsx', program];
}
