import { writeSync } from 'node:fs';
import { pino } from 'pino';
import { readConfig } from '../../src/config.ts';
import { openGateway } from '../../src/gateway.ts';
import { serve } from '../../src/http/serve.ts';
import { onStoreCall } from '../../src/store-calls.ts';

// A gateway that kills itself right after the nth call of a name, if given: `gateway.ts [name nth]`.
const [point, nth = '1'] = process.argv.slice(2);
let seen = 0;
onStoreCall(({ operation }) => {
  if (operation !== point) return;
  seen += 1;
  if (seen !== Number(nth)) return;
  writeSync(1, 'struck\n');
  process.kill(process.pid, 'SIGKILL');
});

const gateway = await openGateway(readConfig(process.env), {
  logger: pino({ level: 'silent' }),
  development: false,
});
const server = await serve(gateway.handler, 0, '127.0.0.1');
process.on('SIGTERM', async () => {
  gateway.startDraining();
  await server.drain(5_000);
  await gateway.close();
  process.exit(0);
});
console.log(`ready ${server.port}`);
