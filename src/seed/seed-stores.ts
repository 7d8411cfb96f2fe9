import { type Store, storeTitles } from '../store-name.ts';
import type { Stores } from '../stores/open-stores.ts';
import { type GeneratedSize, generatedDatasets, generatedPrefix, generateModels } from './generate-models.ts';
import { readDemo } from './read-demo.ts';
import { SeedError } from './seed-error.ts';
import { toFeatureBatch } from './to-feature-batch.ts';
import { type SeedRows, toRows } from './to-rows.ts';

/** What to do when a store already holds something. */
export type IfNotEmpty = 'refuse' | 'resume' | 'replace';

/** Which parts of a seed go where: all three stores, or only the embedded ones. */
export interface SeedTargets {
  readonly postgres?: Pick<Stores['postgres'], 'bulk'> | undefined;
  readonly mongo?: Pick<Stores['mongo'], 'bulk'> | undefined;
  readonly redis?: Pick<Stores['redis'], 'bulk' | 'writeFeatures'> | undefined;
}

/** Writes the demo data; its features are of now. Rejects with the first driver's error. */
export async function seedDemo(stores: SeedTargets): Promise<{ models: number; runs: number }> {
  const demo = readDemo();
  const nowMs = Date.now();
  await Promise.all([
    write(stores, toRows(demo)),
    ...demo.featureViews.map((view) =>
      stores.redis?.writeFeatures({ operation: 'seedFeatures' }, toFeatureBatch(view, nowMs)),
    ),
  ]);
  return { models: demo.models.length, runs: demo.models.reduce((sum, { runs }) => sum + runs.length, 0) };
}

const modelsPerChunk = 500;

interface GenerateOptions {
  readonly size: GeneratedSize;
  readonly ifNotEmpty: IfNotEmpty;
  readonly onProgress: (models: number) => void;
  /** Stops after the chunk under way: what is written is whole, and `resume` goes on from there. */
  readonly signal: AbortSignal;
}

/**
 * Writes generated models in chunks, each whole in all stores before the next, then summarises their days and has PostgreSQL
 * look at them. Returns how many models there are now.
 */
export async function seedGenerated(
  stores: Stores,
  { size, ifNotEmpty, onProgress, signal }: GenerateOptions,
): Promise<number> {
  await checkEmpty(stores, ifNotEmpty);
  // A chunk is in PostgreSQL only when it is everywhere, and PostgreSQL takes all of a chunk or nothing.
  const written = await stores.postgres.bulk.countModelsNamed(generatedPrefix);
  let done = Math.min(written, size.models);
  while (done < size.models && !signal.aborted) {
    onProgress(done);
    const to = Math.min(done + modelsPerChunk, size.models);
    const datasets = done === 0 ? generatedDatasets : [];
    await write(stores, toRows({ datasets, models: generateModels(size, done, to) }));
    done = to;
  }
  onProgress(done);
  if (!signal.aborted) {
    for await (const _ of stores.postgres.bulk.summariseDays(0));
    await stores.postgres.bulk.vacuum();
  }
  return done;
}

/** Fails with SeedError when a store holds something and nobody said what to do about it. */
export async function checkEmpty({ postgres, mongo, redis }: Stores, ifNotEmpty: IfNotEmpty): Promise<void> {
  if (ifNotEmpty === 'replace') {
    await Promise.all([postgres.bulk.clear(), mongo.bulk.clear(), redis.bulk.clear()]);
    return;
  }
  const empty = await Promise.all([postgres.bulk.isEmpty(), mongo.bulk.isEmpty(), redis.bulk.isEmpty()]);
  const held = (['POSTGRES', 'MONGODB', 'REDIS'] satisfies Store[]).filter((_, n) => !empty[n]);
  if (held.length === 0 || ifNotEmpty === 'resume') return;
  const names = new Intl.ListFormat('en').format(held.map((store) => storeTitles[store]));
  throw new SeedError(
    `${names} already hold${held.length === 1 ? 's' : ''} data. Give --resume to go on where an earlier seed stopped, or --replace to delete what ModelGraph keeps there first.`,
  );
}

/** The copies first and PostgreSQL last: what is there is everywhere. All writes may be repeated. */
async function write(
  { postgres, mongo, redis }: SeedTargets,
  { registry, configs, serving }: SeedRows,
): Promise<void> {
  await Promise.all([mongo?.bulk.write(configs), redis?.bulk.write(serving)]);
  await postgres?.bulk.write(registry);
}
