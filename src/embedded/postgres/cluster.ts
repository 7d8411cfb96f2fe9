import { randomBytes } from 'node:crypto';
import { type ChildServer, startChildServer } from '../child-server.ts';
import { openScratchDir } from '../scratch-dir.ts';
import { placeBinaries } from './binaries.ts';
import { createDataDir, surroundings } from './data-dir.ts';
import { serverUser } from './server-user.ts';

/** PostgreSQL's word for the data of one server; a server that died on it can be followed by another. */
export interface Cluster {
  /** Fails with one sentence, and leaves no server running. */
  start(port: number, settings: Readonly<Record<string, string>>): Promise<ChildServer>;
  /** Of its one empty database, as its owner, when a server runs on that port. */
  urlAt(port: number): string;
  /** Deletes it, when no server runs on it. */
  remove(): Promise<void>;
}

/** Makes an empty one in a folder of its own. Its servers never run as root. Fails with one sentence. */
export async function createCluster(): Promise<Cluster> {
  const user = await serverUser();
  const forOthers = user !== undefined;
  const binaries = await placeBinaries({ forOthers });
  const folder = await openScratchDir('modelgraph-postgres-', { forOthers });
  try {
    const password = randomBytes(18).toString('base64url');
    const data = await createDataDir(folder.path, binaries, user, password);
    return {
      start: (port, settings) =>
        startChildServer({
          name: 'PostgreSQL',
          command: binaries.postgres,
          args: [
            '-D',
            data,
            ...Object.entries({ ...settings, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
          ],
          ...surroundings(undefined),
          runAs: user,
          ready: /database system is ready to accept connections/,
          stopSignal: 'SIGINT',
        }),
      urlAt: (port) => `postgres://modelgraph:${password}@127.0.0.1:${port}/modelgraph`,
      remove: folder.remove,
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}
