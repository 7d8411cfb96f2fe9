import { once } from 'node:events';
import { createServer } from 'node:net';

const attempts = 5;

/**
 * Starts a server on a free port of 127.0.0.1, and on another one where somebody took it in between.
 * Fails as `start` does.
 */
export async function withFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      const taken = error instanceof Error && /address already in use/i.test(error.message);
      if (!taken || attempt === attempts) throw error;
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string')
    throw new Error('This machine gave no free port on 127.0.0.1.');
  return address.port;
}
