import { randomBytes } from 'node:crypto';
import type { ChildServer } from '../../src/embedded/child-server.ts';
import { startChildServer } from '../../src/embedded/child-server.ts';
import { withFreePort } from '../../src/embedded/free-port.ts';
import { createCluster } from '../../src/embedded/postgres/cluster.ts';
import { openScratchDir } from '../../src/embedded/scratch-dir.ts';

/** A store's server that keeps what it confirmed when its process is killed: same port and data afterwards. */
export interface RestartableServer {
  readonly url: string;
  /** SIGKILL, by its pid; returns when it is gone. */
  kill(): Promise<void>;
  /** Returns when it takes connections again. */
  startAgain(): Promise<void>;
  close(): Promise<void>;
}

/** PostgreSQL that answers a commit once the system has it; only the machine could lose it, and that goes on. */
export async function openRestartablePostgres(): Promise<RestartableServer> {
  const cluster = await createCluster();
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    synchronous_commit: 'on',
    fsync: 'off',
    log_min_messages: 'log',
  };
  const start = (port: number) => whenLetGo(() => cluster.start(port, settings));
  return restartable(start, cluster.urlAt, cluster.remove);
}

/** The program `redis-server` of that path, which answers a write once it is in its file. */
export async function openRestartableRedis(command: string): Promise<RestartableServer> {
  const folder = await openScratchDir('modelgraph-redis-');
  const password = randomBytes(18).toString('base64url');
  const start = (port: number) =>
    startChildServer({
      name: 'redis-server',
      command,
      args: ['-'],
      input: `bind 127.0.0.1\nport ${port}\nsave ""\nappendonly yes\nappendfsync always\nrequirepass ${password}\n`,
      cwd: folder.path,
      ready: /Ready to accept connections/i,
      stopSignal: 'SIGTERM',
    });
  return restartable(start, (port) => `redis://:${password}@127.0.0.1:${port}`, folder.remove);
}

async function restartable(
  start: (port: number) => Promise<ChildServer>,
  urlAt: (port: number) => string,
  remove: () => Promise<void>,
): Promise<RestartableServer> {
  const first = await withFreePort(async (port) => ({ port, server: await start(port) }));
  const { port } = first;
  let { server } = first;
  return {
    url: urlAt(port),
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      await server.stop();
    },
    async startAgain() {
      server = await start(port);
    },
    close: () => server.stop().finally(remove),
  };
}

/** What a killed postmaster was serving notices its death a moment later, and until then holds the memory. */
async function whenLetGo<T>(start: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await start();
    } catch (error) {
      if (!/still in use|already exists/.test(String(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
