import type { EmbeddedStore } from '../../../../src/embedded/embedded-store.ts';
import { openMongoClient } from '../../../../src/stores/mongo/client.ts';
import { datasets, runsInChunks } from '../entities.ts';
import { NotApplicable } from '../operation.ts';
import { bind, mongoOperations } from '../operations.ts';
import { benchName, type OpenRuns, type StoreBench } from '../store-bench.ts';
import { type MongoRuns, runIndexes, toDocument } from './runs.ts';

interface Options {
  readonly url: string;
  readonly poolMax: number;
  readonly deadlineMs: number;
  /** Undefined: the server of MONGODB_URI. */
  readonly embedded?: EmbeddedStore | undefined;
}

/** MongoDB; rejects when it is away. */
export async function openMongoBench({ url, poolMax, deadlineMs, embedded }: Options): Promise<StoreBench> {
  const gatewayUrl = inBench(url);
  const probe = openMongoClient({ url: gatewayUrl, poolMax: 1, deadlineMs: 2_000 });
  const built = await probe.db
    .admin()
    .command({ buildInfo: 1 })
    .finally(() => probe.client.close());
  const { name, standIn } = whatItIs(built);
  const connect = () => openMongoClient({ url: gatewayUrl, poolMax, deadlineMs });
  return {
    store: 'mongo',
    label: `${name}, ${embedded ? 'embedded' : 'of MONGODB_URI'}`,
    standIn,
    gatewayUrl,
    async isTaken() {
      const { client, db } = connect();
      const found = await db
        .listCollections({}, { nameOnly: true })
        .toArray()
        .finally(() => client.close());
      return found.length > 0;
    },
    async open(size, durability, signal): Promise<OpenRuns | NotApplicable> {
      const journal = durability === 'disk';
      if (journal && isOurs(built)) return new NotApplicable('this stand-in keeps nothing on disk');
      const { client, db } = connect();
      const close = async () => {
        await db.dropDatabase().finally(() => client.close());
      };
      const collections: MongoRuns = {
        runs: db.collection('bench_runs'),
        datasets: db.collection('bench_datasets'),
        writeConcern: { w: 1, j: journal },
      };
      try {
        await fill(collections, size, signal);
      } catch (error) {
        await close();
        throw error;
      }
      const settings = { writeConcern: `w: 1, j: ${journal}`, connections: String(poolMax) };
      return { operations: bind(mongoOperations, collections), settings, close };
    },
    close: async () => embedded?.close(),
  };
}

async function fill({ runs, datasets: sets }: MongoRuns, size: number, signal: AbortSignal): Promise<void> {
  await sets.insertMany(datasets.map(({ id, ...rest }) => ({ _id: id, ...rest })));
  await sets.createIndexes([{ key: { team: 1 } }]);
  for (const chunk of runsInChunks(size)) {
    signal.throwIfAborted();
    await runs.insertMany(chunk.map(toDocument), { ordered: false });
  }
  await runs.createIndexes(runIndexes);
}

/** By what a server says of how it was built: others speak MongoDB's protocol too, and give its version number. */
export function whatItIs(built: { version?: unknown; modules?: unknown; ferretdb?: unknown }): {
  name: string;
  standIn: boolean;
} {
  if (isOurs(built)) return { name: 'ModelGraph’s in-memory MongoDB', standIn: true };
  if (built.ferretdb !== undefined) return { name: 'FerretDB', standIn: true };
  return { name: `MongoDB ${built.version}`, standIn: false };
}

const isOurs = ({ modules }: { modules?: unknown }) =>
  Array.isArray(modules) && modules.includes('modelgraph');

/** The same URI with the comparison's database; whoever logs in does so where the URI said, or its own database. */
export function inBench(uri: string): string {
  const [, server = '', database = '', query = ''] =
    /^(\w+(?:\+srv)?:\/\/[^/?]+)\/?([^?]*)\??(.*)$/.exec(uri) ?? [];
  const options = new URLSearchParams(query);
  if (server.includes('@') && !options.has('authSource')) options.set('authSource', database || 'admin');
  return `${server}/${benchName}${options.size > 0 ? `?${options}` : ''}`;
}
