import { randomBytes, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Redis } from 'ioredis';
import { startChildServer } from './child-server.ts';
import { withFreePort } from './free-port.ts';
import { findOnPath } from './on-path.ts';
import { openScratchDir } from './scratch-dir.ts';

/** An embedded Redis: a server with a `url`, or one in process with a `client`; one of both is there. */
export interface EmbeddedRedis {
  /** Which it really is, for the banner, e.g. `Redis 7.0.15`. */
  readonly server: string;
  readonly url?: string;
  /** Its `duplicate()` sees the same data. */
  readonly client?: Redis;
  close(): Promise<void>;
}

/**
 * A Redis that keeps nothing: `redis-server` on a private port of 127.0.0.1 when it is on PATH, else ioredis-mock.
 * Fails with one sentence when the server does not start, or an `engine` was asked for that is not there.
 */
export async function openEmbeddedRedis(
  options: { engine?: 'redis-server' | 'mock' } = {},
): Promise<EmbeddedRedis> {
  const command = options.engine === 'mock' ? undefined : await findOnPath('redis-server');
  if (command === undefined && options.engine === 'redis-server')
    throw new Error('There is no redis-server on PATH.');
  if (command === undefined) return openMock();
  try {
    return await openServer(command);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The embedded Redis did not start, set REDIS_URL to use another: ${why}`, { cause });
  }
}

async function openServer(command: string): Promise<EmbeddedRedis> {
  const folder = await openScratchDir('modelgraph-redis-');
  try {
    const password = randomBytes(18).toString('base64url');
    const { server, port } = await withFreePort(async (port) => ({
      port,
      server: await startChildServer({
        name: 'redis-server',
        command,
        args: ['-'],
        input: `bind 127.0.0.1\nport ${port}\nsave ""\nappendonly no\nrequirepass ${password}\n`,
        cwd: folder.path,
        ready: /Ready to accept connections/i,
        stopSignal: 'SIGTERM',
      }),
    }));
    const [, product, version] = /(\w+) version=([\d.]+)/.exec(server.startLog) ?? [undefined, 'Redis', ''];
    let closing: Promise<void> | undefined;
    return {
      server: `${product} ${version}`.trim(),
      url: `redis://:${password}@127.0.0.1:${port}`,
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

async function openMock(): Promise<EmbeddedRedis> {
  // Only when used: it brings a Lua machine with it.
  const { default: RedisMock } = await import('ioredis-mock');
  const { version } = createRequire(import.meta.url)('ioredis-mock/package.json') as { version: string };
  // Its instances share what has the same host, so a host of its own keeps this one apart.
  // Unlike a client, it does not tell that it is connected, which it is at once.
  const client = Object.assign(new RedisMock({ host: randomUUID() }), { status: 'ready' as const });
  return {
    server: `ioredis-mock ${version} (in process)`,
    client,
    async close() {
      client.disconnect();
    },
  };
}
