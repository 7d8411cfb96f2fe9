import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Whether every user of the machine can walk to this folder and read it; false where it does not exist. */
export async function openToAll(folder: string): Promise<boolean> {
  try {
    let path = await realpath(folder);
    if (((await stat(path)).mode & 0o005) !== 0o005) return false;
    while (path !== dirname(path)) {
      path = dirname(path);
      if (((await stat(path)).mode & 0o001) === 0) return false;
    }
    return true;
  } catch {
    return false;
  }
}
