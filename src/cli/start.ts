import { readConfig } from '../config.ts';
import { openGateway } from '../gateway.ts';
import { createLogger } from './create-logger.ts';
import { readEnvironment } from './environment.ts';
import { runGateway } from './run-gateway.ts';

/** `npm start`: the three stores of the environment, and no GraphiQL. */
export async function start(): Promise<void> {
  const config = readConfig(readEnvironment());
  const logger = await createLogger(config.logLevel, false);
  const gateway = await openGateway(config, { logger, development: false });
  const url = await runGateway(gateway, config, async () => logger.info('stopped'));
  logger.info({ url }, `ModelGraph ready at ${url}`);
}
