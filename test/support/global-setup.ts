import type { TestProject } from 'vitest/node';
import { openEmbeddedPostgres } from '../../src/embedded/postgres.ts';
import { compile } from './compile.ts';
import { compiledFolder } from './compiled.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}

/** One PostgreSQL for the whole run, in which each test file has a database of its own; and programs to start. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const [postgres, compiled] = await Promise.all([openEmbeddedPostgres(), compile()]);
  provide('postgresUrl', postgres.url);
  process.env[compiledFolder] = compiled.folder;
  return async () => {
    await Promise.all([postgres.close(), compiled.remove()]);
  };
}
