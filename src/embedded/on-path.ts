import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** Where a program lies that the shell would find by this name; undefined: it is not installed. */
export async function findOnPath(
  program: string,
  path = process.env.PATH ?? '',
): Promise<string | undefined> {
  // A relative entry would mean another place once the program is started elsewhere.
  for (const folder of path.split(delimiter).filter(isAbsolute)) {
    const candidate = join(folder, program);
    try {
      await access(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not here; the next entry may have it.
    }
  }
  return undefined;
}
