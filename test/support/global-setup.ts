import type { TestProject } from 'vitest/node';
import { openEmbeddedPostgres } from '../../src/embedded/postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}

/** One PostgreSQL for the whole run; each test file has a database of its own in it. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const postgres = await openEmbeddedPostgres();
  provide('postgresUrl', postgres.url);
  return postgres.close;
}
