import { Command } from 'commander';
import { UsageError } from './cli/usage-error.ts';
import { ConfigError } from './config.ts';
import { ModelGraphError } from './errors.ts';
import { ListenError } from './http/serve.ts';
import { SeedError } from './seed/seed-error.ts';
import { version } from './version.ts';

// Each command loads only what it needs, when it is called: a fault in the environment is told at once.
const program = new Command('modelgraph')
  .description('One GraphQL gateway over PostgreSQL, MongoDB and Redis.')
  .version(version)
  .showHelpAfterError();

program
  .command('dev')
  .description(
    'the gateway with GraphiQL; a store without a URL is embedded, with demo data, and keeps nothing',
  )
  .action(async () => (await import('./cli/dev.ts')).dev());

program
  .command('start')
  .description('the gateway in production; needs DATABASE_URL, MONGODB_URI and REDIS_URL')
  .action(async () => {
    // Read by graphql when it is loaded: elsewhere it looks twice at every object that it meets.
    process.env.NODE_ENV ??= 'production';
    return (await import('./cli/start.ts')).start();
  });

program
  .command('seed')
  .description('fill the stores that the environment names: with the demo data, or with generated models')
  .option('--models <count>', 'how many models to generate instead of the demo data')
  .option('--runs <count>', 'how many training runs for each generated model', '20')
  .option('--resume', 'go on where an earlier seed with the same numbers stopped')
  .option('--replace', 'first delete what ModelGraph keeps in the three stores')
  .action(async (options) => (await import('./cli/seed.ts')).seed(options));

program
  .command('doctor')
  .description('how the stores of the environment are')
  .option('--consistency', 'compare what they hold of every model')
  .option('--repair', 'compare, and make MongoDB and Redis hold what PostgreSQL has')
  .action(async (options) => (await import('./cli/doctor.ts')).doctor(options));

program
  .command('rebuild')
  .description('make what a store mirrors anew from PostgreSQL, while it is in use')
  .argument('<store>', 'mongo or redis')
  .action(async (store) => (await import('./cli/doctor.ts')).rebuild(store));

program
  .command('schema')
  .description('write the schema to schema/graphql/gateway.graphql')
  .option('--check', 'only fail when the file is stale')
  .action(async (options) => (await import('./cli/schema.ts')).printSchema(options));

program
  .command('demo-inference')
  .description("a server of the demo's models in the Open Inference Protocol, for INFERENCE_ENDPOINTS")
  .option('--port <port>', 'where to listen; 0 is any free one', '8080')
  .option('--host <address>', 'the address to listen on', '127.0.0.1')
  .action(async (options) => (await import('./cli/demo-inference.ts')).demoInference(options));

try {
  await program.parseAsync();
} catch (error) {
  // These are for whoever typed the command; anything else is a fault of ours and shows its stack.
  const known = [ConfigError, ListenError, SeedError, UsageError, ModelGraphError].some(
    (kind) => error instanceof kind,
  );
  console.error(known ? (error as Error).message : error);
  process.exit(1);
}
