import type { Environment } from '../../src/config.ts';
import { readyUrl, runCli } from './cli.ts';
import { type GraphQLClient, openGraphQLClient } from './graphql-client.ts';

/** A gateway in a process of its own. */
export interface GatewayProcess extends GraphQLClient {
  readonly url: string;
  readonly pid: number;
  /** SIGTERM, and until it is gone. */
  stop(): Promise<void>;
}

/** `npm start` on any free port, with the stores that the environment names; returns when it answers. */
export async function startGateway(environment: Environment, connections?: number): Promise<GatewayProcess> {
  const cli = runCli(['start'], { PORT: '0', LOG_LEVEL: 'info', ...environment });
  const url = await readyUrl(cli);
  const client = openGraphQLClient(url, connections);
  return {
    ...client,
    url,
    pid: cli.process.pid ?? 0,
    async stop() {
      client.close();
      cli.process.kill('SIGTERM');
      await cli.exit();
    },
  };
}
