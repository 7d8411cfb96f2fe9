import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A listening server that can stop without cutting anyone off. */
export interface HttpServer {
  readonly port: number;
  /** Takes no new connections, lets requests under way finish for at most `graceMs`, then cuts what is left. */
  drain(graceMs: number): Promise<void>;
}

/** Why nothing could be listened on, in one sentence. */
export class ListenError extends Error {}

const idleCheckMs = 50;

export async function serve(listener: RequestListener, port: number, host: string): Promise<HttpServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new ListenError(reasonOf(error, port, host), { cause: error })),
    );
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async drain(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // A kept-alive connection becomes idle when its answer is out; only then may it be closed.
      const idle = setInterval(() => server.closeIdleConnections(), idleCheckMs);
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearInterval(idle);
      clearTimeout(cut);
    },
  };
}

function reasonOf({ code }: NodeJS.ErrnoException, port: number, host: string): string {
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use; stop what listens there, or set PORT to another (0 for any).`;
  if (code === 'EACCES') return `Port ${port} needs privileges; set PORT to one above 1023.`;
  return `Cannot listen on ${host}, port ${port} (${code}); check HOST and PORT.`;
}
