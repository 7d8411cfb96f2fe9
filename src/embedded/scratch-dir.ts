import { once } from 'node:events';
import { chmod, lstat, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openToAll } from './open-to-all.ts';

export interface ScratchDir {
  readonly path: string;
  /** Deletes it with all that is in it. May be called again. */
  remove(): Promise<void>;
}

// A socket that the gateway listens on: connecting to it tells whether its owner lives. Unlike a pid it is never
// reused, and holds across containers that share the folder but not their processes.
const alive = 'alive';
const settlingMs = 60_000;

/**
 * A new folder of ours under the temporary one; `forOthers`: which other users may walk into. First removes those
 * with the same prefix whose gateway died without doing so; never one of a living gateway, or of another user.
 */
export async function openScratchDir(prefix: string, { forOthers = false } = {}): Promise<ScratchDir> {
  const base = await temporaryFolder(prefix, forOthers);
  await removeLeftovers(base, prefix);
  const path = await mkdtemp(join(base, prefix));
  if (forOthers) await chmod(path, 0o711);
  const server = createServer((visitor) => visitor.destroy()).listen(join(path, 'new'));
  await once(server, 'listening');
  server.unref();
  // Only a socket that already listens gets the name, so that nobody is refused by a living owner.
  await rename(join(path, 'new'), join(path, alive));
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
      server.close();
    },
  };
}

async function temporaryFolder(prefix: string, forOthers: boolean): Promise<string> {
  for (const folder of [tmpdir(), '/tmp', '/var/tmp']) {
    // A socket's name has 103 bytes at most on macOS, and Node cuts a longer one without a word.
    const short = Buffer.byteLength(join(folder, `${prefix}XXXXXX`, alive)) <= 103;
    if (short && (!forOthers || (await openToAll(folder)))) return folder;
  }
  throw new Error(`Neither ${tmpdir()} nor /tmp can hold the files of an embedded store`);
}

async function removeLeftovers(base: string, prefix: string): Promise<void> {
  const names = (await readdir(base)).filter((name) => name.startsWith(prefix));
  await Promise.all(
    names.map(async (name) => {
      const path = join(base, name);
      // A leftover that resists is left for the next start: it must not keep this one from starting.
      if (await isLeftover(path).catch(() => false))
        await rm(path, { recursive: true, force: true, maxRetries: 5 }).catch(() => {});
    }),
  );
}

async function isLeftover(path: string): Promise<boolean> {
  const folder = await lstat(path);
  if (!folder.isDirectory() || folder.uid !== process.getuid?.()) return false;
  const socket = connect(join(path, alive));
  const answer = await once(socket, 'connect').catch((error: NodeJS.ErrnoException) => error.code);
  socket.destroy();
  // No socket yet: its owner is at its first step, or died there.
  if (answer === 'ENOENT') return Date.now() - folder.mtimeMs > settlingMs;
  return answer === 'ECONNREFUSED';
}
