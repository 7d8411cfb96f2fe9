import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The installed version of a package. */
export function libraryVersion(name: string): string {
  return (require(`${name}/package.json`) as { version: string }).version;
}
