import { Command } from 'commander';
import { UsageError } from '../../../src/cli/usage-error.ts';
import { ConfigError } from '../../../src/config.ts';
import { benchStores } from './bench-stores.ts';

const program = new Command('bench:stores')
  .description(
    'PostgreSQL, MongoDB and Redis compared on this machine, by their clients and through the gateway',
  )
  .option('--size <sizes>', 'how many entities, separated by commas', '1000,100000')
  .option('--rows <rows>', 'only these rows, separated by commas')
  .option('--rounds <count>', 'how often each row is measured; two or more, or no winner can be named', '5')
  .option('--seconds <seconds>', 'how long each is measured in a round', '0.5')
  .option('--callers <counts>', 'how many ask at once, separated by commas', '1,32')
  .option('--out <folder>', 'where report.html and results.json are written', 'bench-results')
  .option('--compare <file>', 'a results.json of an earlier run: tells what became slower, and then fails')
  .showHelpAfterError()
  .action((options) => benchStores(options));

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof UsageError || error instanceof ConfigError ? error.message : error);
  process.exitCode = 1;
}
