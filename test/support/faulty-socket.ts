import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP relay in front of a store, through which a test kills, hangs and revives it. */
export interface FaultySocket {
  readonly port: number;
  /** Cuts every connection and refuses new ones, as a killed server does. */
  kill(): void;
  /** Keeps connections open and lets nothing through, as a frozen server does. */
  hang(): void;
  /** All is well again; what hung is cut. */
  revive(): void;
  /** All is well for new connections; those that hung stay dead without a word, as behind a cut network. */
  healForNewcomers(): void;
  close(): Promise<void>;
}

/** Relays to `targetPort` on this machine. */
export async function openFaultySocket(targetPort: number): Promise<FaultySocket> {
  const pairs = new Set<[Socket, Socket]>();
  let state: 'well' | 'killed' | 'hung' = 'well';
  const server = createServer((client) => {
    if (state === 'killed') {
      client.resetAndDestroy();
      return;
    }
    const target = connect(targetPort, '127.0.0.1');
    const pair: [Socket, Socket] = [client, target];
    pairs.add(pair);
    const drop = () => {
      pairs.delete(pair);
      client.destroy();
      target.destroy();
    };
    for (const [from, to] of [pair, [target, client] as const]) {
      from.on('data', (bytes) => void to.write(bytes));
      from.on('error', drop);
      from.on('close', drop);
    }
    if (state === 'hung') pause(pair);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cutAll = () => {
    for (const [client, target] of pairs) {
      client.resetAndDestroy();
      target.destroy();
    }
    pairs.clear();
  };
  return {
    port: (server.address() as AddressInfo).port,
    kill() {
      state = 'killed';
      cutAll();
    },
    hang() {
      state = 'hung';
      for (const pair of pairs) pause(pair);
    },
    revive() {
      if (state === 'hung') cutAll();
      state = 'well';
    },
    healForNewcomers() {
      state = 'well';
    },
    async close() {
      cutAll();
      server.close();
      await once(server, 'close');
    },
  };
}

function pause([client, target]: [Socket, Socket]): void {
  client.pause();
  target.pause();
}

/** The URL with its port replaced: what a gateway is given instead. */
export function throughPort(url: string, port: number): string {
  const through = new URL(url);
  through.port = String(port);
  return through.href;
}
