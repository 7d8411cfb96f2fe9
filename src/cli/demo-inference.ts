import { serve } from '../http/serve.ts';
import { openInferenceServer } from '../inference/open-inference-server.ts';
import { createLogger } from './create-logger.ts';
import { findDemoModel } from './find-demo-model.ts';
import { UsageError } from './usage-error.ts';

interface DemoInferenceOptions {
  readonly port: string;
  readonly host: string;
}

const maxBodyBytes = 64 * 1024 * 1024;
const graceMs = 5_000;

/** `npm run demo:inference`: the demo's models behind the Open Inference Protocol, until SIGTERM or Ctrl-C. */
export async function demoInference({ port, host }: DemoInferenceOptions): Promise<void> {
  const number = /^\d{1,5}$/.test(port) ? Number(port) : Number.NaN;
  if (!(number <= 65_535)) throw new UsageError(`--port is "${port}"; give a whole number from 0 to 65535.`);
  const logger = await createLogger('info', true);
  const onError = (error: unknown) => logger.error(error, 'A model failed.');
  const server = await serve(openInferenceServer(findDemoModel, { maxBodyBytes, onError }), number, host);
  const stop = async () => {
    await server.drain(graceMs);
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  console.log(`The demo's models are ready at http://${host}:${server.port}`);
}
