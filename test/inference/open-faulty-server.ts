import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server of one model `m` (FP32 of any length in, the same out) whose inferences answer as the test says. */
export async function openFaultyServer(infer: RequestListener, extensions: string[] = []) {
  const asked: string[] = [];
  const spec = { name: 'x', datatype: 'FP32', shape: [-1] };
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.method === 'POST') infer(request, response);
    else if (request.url === '/v2') response.end(JSON.stringify({ name: 'faulty', extensions }));
    else
      response.end(
        JSON.stringify({ name: 'm', platform: '', inputs: [spec], outputs: [{ ...spec, name: 'y' }] }),
      );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
