import { Presets, SingleBar } from 'cli-progress';
import { patient, readConfig } from '../config.ts';
import { SeedError } from '../seed/seed-error.ts';
import { checkEmpty, type IfNotEmpty, seedDemo, seedGenerated } from '../seed/seed-stores.ts';
import { openStores, type Stores } from '../stores/open-stores.ts';
import { readEnvironment } from './environment.ts';

interface SeedOptions {
  readonly models?: string;
  readonly runs: string;
  readonly resume?: true;
  readonly replace?: true;
}

/** `npm run seed`: demo data, or `--models` generated ones, into the stores of the environment. */
export async function seed(options: SeedOptions): Promise<void> {
  if (options.resume && options.replace) throw new SeedError('Give either --resume or --replace, not both.');
  const ifNotEmpty: IfNotEmpty = options.resume ? 'resume' : options.replace ? 'replace' : 'refuse';
  const size =
    options.models === undefined
      ? undefined
      : { models: count('models', options.models), runsPerModel: count('runs', options.runs) };
  const stores = openStores(patient(readConfig(readEnvironment())));
  try {
    await Promise.all([stores.postgres.prepare(), stores.mongo.prepare(), stores.redis.prepare()]);
    if (size) await generate(stores, size, ifNotEmpty);
    else await demo(stores, ifNotEmpty);
  } finally {
    await Promise.all([stores.postgres.close(), stores.mongo.close(), stores.redis.close()]);
  }
}

async function demo(stores: Stores, ifNotEmpty: IfNotEmpty): Promise<void> {
  if (ifNotEmpty === 'resume')
    throw new SeedError('The demo data is written in one go: there is nothing to resume.');
  await checkEmpty(stores, ifNotEmpty);
  const { models, runs } = await seedDemo(stores);
  console.log(`Wrote the demo data: ${models} models and ${runs} training runs.`);
}

async function generate(
  stores: Stores,
  size: { models: number; runsPerModel: number },
  ifNotEmpty: IfNotEmpty,
): Promise<void> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const bar = new SingleBar(
    {
      format: '{bar} {value}/{total} models, {eta_formatted} left',
      noTTYOutput: true,
      notTTYSchedule: 5_000,
    },
    Presets.shades_classic,
  );
  const done = await seedGenerated(stores, {
    size,
    ifNotEmpty,
    signal: interrupted.signal,
    onProgress: (models) => (bar.isActive ? bar.update(models) : bar.start(size.models, models)),
  }).finally(() => bar.stop());
  if (done < size.models) {
    console.error(
      `Stopped after ${done} of ${size.models} models, each whole in all three stores. Go on with --resume and the same numbers.`,
    );
    process.exitCode = 130;
  } else {
    console.log(`Wrote ${done} models with ${size.runsPerModel} training runs each.`);
  }
}

function count(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= (option === 'models' ? 1 : 0)) return value;
  throw new SeedError(`--${option} is "${text}"; give a whole number.`);
}
