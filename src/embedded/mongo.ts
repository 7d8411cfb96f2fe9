import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { startChildServer } from './child-server.ts';
import type { EmbeddedStore } from './embedded-store.ts';
import { withFreePort } from './free-port.ts';
import { findOnPath } from './on-path.ts';
import { openScratchDir } from './scratch-dir.ts';

/** A MongoDB that keeps nothing: `mongod` on a private port when it is on PATH, else ModelGraph's own, in memory. */
export async function openEmbeddedMongo(): Promise<EmbeddedStore> {
  const command = await findOnPath('mongod');
  return command ? openMongod(command) : openWorker();
}

/** Rejects when the worker cannot start. */
async function openWorker(): Promise<EmbeddedStore> {
  const inSource = import.meta.url.endsWith('.ts');
  const file = new URL(`./mongo/${inSource ? 'worker-in-source.mjs' : 'worker.js'}`, import.meta.url);
  // What this process was started with, such as --input-type or --eval, would keep the worker from starting.
  const worker = new Worker(file, { execArgv: [] });
  const [port] = await once(worker, 'message');
  // It ends with the process that opened it, closed or not.
  worker.unref();
  return {
    server: 'ModelGraph’s in-memory MongoDB',
    url: `mongodb://127.0.0.1:${port}/modelgraph?directConnection=true`,
    close: async () => {
      await worker.terminate();
    },
  };
}

async function openMongod(command: string): Promise<EmbeddedStore> {
  const folder = await openScratchDir('modelgraph-mongo-');
  try {
    const { server, port } = await withFreePort(async (port) => ({
      port,
      server: await startChildServer({
        name: 'mongod',
        command,
        args: ['--port', String(port), '--bind_ip', '127.0.0.1', '--dbpath', folder.path, '--nounixsocket'],
        cwd: folder.path,
        ready: /Waiting for connections/i,
        stopSignal: 'SIGINT',
      }),
    }));
    const version = /"version":"([\d.]+)"/.exec(server.startLog)?.[1] ?? '';
    return {
      server: `MongoDB ${version}`.trim(),
      url: `mongodb://127.0.0.1:${port}/modelgraph?directConnection=true`,
      close: () => server.stop().finally(folder.remove),
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}
