import type { Config } from '../config.ts';
import type { openGateway } from '../gateway.ts';
import { serve } from '../http/serve.ts';

type Gateway = Awaited<ReturnType<typeof openGateway>>;

/**
 * Listens, and stops on SIGTERM or Ctrl-C: requests under way finish, then the stores close, then `afterClose` runs,
 * and the process exits with 0. A second signal exits at once.
 */
export async function runGateway(
  gateway: Gateway,
  config: Config,
  afterClose: () => Promise<void>,
): Promise<string> {
  const server = await serve(gateway.handler, config.port, config.host).catch(async (error) => {
    await gateway.close();
    throw error;
  });
  let stopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    if (stopping) process.exit(signal === 'SIGINT' ? 130 : 143);
    stopping = true;
    gateway.startDraining();
    await server.drain(config.shutdownGraceMs);
    await gateway.close();
    await afterClose();
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const anyAddress = config.host === '0.0.0.0' || config.host === '::' || config.host === '127.0.0.1';
  return `http://${anyAddress ? 'localhost' : config.host}:${server.port}/graphql`;
}
