import type { EmbeddedStore } from './embedded-store.ts';
import { withFreePort } from './free-port.ts';
import { createCluster } from './postgres/cluster.ts';

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
  const cluster = await createCluster();
  try {
    const { server, port } = await withFreePort(async (port) => ({
      port,
      server: await cluster.start(port, { ...settings, ...others }),
    }));
    let closing: Promise<void> | undefined;
    return {
      server: /PostgreSQL [\d.]+/.exec(server.startLog)?.[0] ?? 'PostgreSQL',
      url: cluster.urlAt(port),
      close() {
        closing ??= server.stop().finally(cluster.remove);
        return closing;
      },
    };
  } catch (error) {
    await cluster.remove();
    throw error;
  }
}
