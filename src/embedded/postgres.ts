import { randomBytes } from 'node:crypto';
import { startChildServer } from './child-server.ts';
import type { EmbeddedStore } from './embedded-store.ts';
import { withFreePort } from './free-port.ts';
import { placeBinaries } from './postgres/binaries.ts';
import { createDataDir, surroundings } from './postgres/data-dir.ts';
import { serverUser } from './postgres/server-user.ts';
import { openScratchDir } from './scratch-dir.ts';

// It keeps nothing, so it waits for no disk. Client mistakes (below LOG) are the client's to report.
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '32MB',
  max_connections: '100',
  log_min_messages: 'log',
};

/**
 * A real PostgreSQL of our own on 127.0.0.1, with an empty database; its data goes with `close`. `others` are settings
 * in place of ours. Never runs as root. Fails with one sentence, and leaves nothing behind.
 */
export async function openEmbeddedPostgres(
  others: Readonly<Record<string, string>> = {},
): Promise<EmbeddedStore> {
  try {
    return await open(others);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The embedded PostgreSQL did not start, set DATABASE_URL to use another: ${why}`, {
      cause,
    });
  }
}

async function open(others: Readonly<Record<string, string>>): Promise<EmbeddedStore> {
  const user = await serverUser();
  const forOthers = user !== undefined;
  const binaries = await placeBinaries({ forOthers });
  const folder = await openScratchDir('modelgraph-postgres-', { forOthers });
  try {
    const password = randomBytes(18).toString('base64url');
    const data = await createDataDir(folder.path, binaries, user, password);
    const { server, port } = await withFreePort(async (port) => ({
      port,
      server: await startChildServer({
        name: 'PostgreSQL',
        command: binaries.postgres,
        args: [
          '-D',
          data,
          ...Object.entries({ ...settings, ...others, port }).flatMap(([name, value]) => [
            '-c',
            `${name}=${value}`,
          ]),
        ],
        ...surroundings(undefined),
        runAs: user,
        ready: /database system is ready to accept connections/,
        stopSignal: 'SIGINT',
      }),
    }));
    let closing: Promise<void> | undefined;
    return {
      server: /PostgreSQL [\d.]+/.exec(server.startLog)?.[0] ?? 'PostgreSQL',
      url: `postgres://modelgraph:${password}@127.0.0.1:${port}/modelgraph`,
      close() {
        closing ??= server.stop().finally(folder.remove);
        return closing;
      },
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}
