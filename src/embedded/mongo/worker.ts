import type { AddressInfo } from 'node:net';
import { parentPort } from 'node:worker_threads';
import { createMongoServer } from './server.ts';

// Runs beside the gateway's event loop, so that a slow query here does not slow an answer there.
const server = createMongoServer();
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
