import type { Loaders } from '../loaders/create-loaders.ts';
import { builder } from './builder.ts';
import { fromAll, gatewaySource } from './provenance.ts';

interface Count {
  readonly n: number;
  readonly estimated: boolean;
}

/** What each store that holds such things said; undefined: it holds none. A rejection is the store's error. */
interface StoreCounts {
  readonly postgres: Promise<Count>;
  readonly mongodb?: Promise<Count>;
  readonly redis?: Promise<Count>;
}

interface DataIntegrity {
  readonly models: StoreCounts;
  readonly trainingRuns: StoreCounts;
  readonly configs: StoreCounts;
  readonly leaderboardEntries: StoreCounts;
  readonly checkedAt: string;
}

const StoreCountsType = builder.objectRef<StoreCounts>('StoreCounts').implement({
  description:
    'How many of one thing each store holds. Null without an error: the store does not hold such things; with one: it did not answer.',
  extensions: gatewaySource,
  fields: (t) => ({
    postgres: t.field({
      type: 'Int64',
      description: 'What the registry says that there are.',
      extensions: { source: 'PostgreSQL' },
      resolve: async ({ postgres }) => toText(await postgres),
    }),
    mongodb: t.field({
      type: 'Int64',
      description: 'What there is of documents.',
      extensions: { source: 'MongoDB' },
      resolve: async ({ mongodb }) => toText(await mongodb),
    }),
    redis: t.field({
      type: 'Int64',
      description: 'What there is of hot copies.',
      extensions: { source: 'Redis' },
      resolve: async ({ redis }) => toText(await redis),
    }),
    agree: t.boolean({
      description:
        'Whether all stores that hold such things have the same number of them. Null when one did not answer, or where a number is an estimate, which proves nothing.',
      resolve: async (counts) => {
        const answers = await answersOf(counts);
        if (answers.some((count) => !count || count.estimated)) return null;
        return new Set(answers.map((count) => count?.n)).size === 1;
      },
    }),
    estimated: t.boolean({
      nullable: false,
      description: 'Whether a number is an estimate, because there are too many to count at once.',
      resolve: async (counts) => (await answersOf(counts)).some((count) => count?.estimated),
    }),
  }),
});

const toText = (count: Count | undefined) => (count ? String(count.n) : null);

const answersOf = async ({ postgres, mongodb, redis }: StoreCounts): Promise<(Count | undefined)[]> => {
  const held = [postgres, mongodb, redis].filter((count) => count !== undefined);
  return Promise.all(held.map((count) => count.catch(() => undefined)));
};

const counts = { type: StoreCountsType, nullable: false } as const;

const DataIntegrityType = builder.objectRef<DataIntegrity>('DataIntegrity').implement({
  description:
    'Numbers that mean the same in every store. Equal numbers prove no equal content; unequal ones are worth a look, unless writes are under way.',
  extensions: gatewaySource,
  fields: (t) => ({
    models: t.expose('models', {
      ...counts,
      description:
        'Models in the registry, and models with an editable configuration, which each is to have.',
    }),
    trainingRuns: t.expose('trainingRuns', {
      ...counts,
      description:
        'Training runs in the registry, and runs with a frozen configuration. Each registered one is to have it; of generated ones (`npm run seed`) only those behind a version have.',
    }),
    configs: t.expose('configs', {
      ...counts,
      description:
        'Configurations of models and runs together: one for each in the registry, and those there are.',
    }),
    leaderboardEntries: t.expose('leaderboardEntries', {
      ...counts,
      description: 'Models whose runs were measured by accuracy, and models on the board of accuracy.',
    }),
    checkedAt: t.expose('checkedAt', {
      type: 'DateTime',
      nullable: false,
      description: 'When they were counted.',
    }),
  }),
});

builder.queryField('dataIntegrity', (t) =>
  t.field({
    type: DataIntegrityType,
    description:
      'How much each store holds, by index or estimate, never by reading everything. A store that is down leaves its own numbers null, each with its error.',
    extensions: fromAll,
    resolve: (_, __, { loaders }) => countAll(loaders.integrity),
  }),
);

const board = 'accuracy';

function countAll({ registry, configs, board: sizeOf }: Loaders['integrity']): DataIntegrity {
  const postgres = registry(board);
  const mongodb = configs();
  const redis = sizeOf(board).then((n) => ({ n, estimated: false }));
  const result = {
    models: {
      postgres: pick(postgres, ({ models }) => models),
      mongodb: pick(mongodb, ({ heads }) => heads),
    },
    trainingRuns: {
      postgres: pick(postgres, ({ trainingRuns }) => trainingRuns),
      mongodb: pick(mongodb, ({ runs }) => runs),
    },
    configs: {
      postgres: pick(postgres, ({ models, trainingRuns }) => sum(models, trainingRuns)),
      mongodb: pick(mongodb, ({ heads, runs }) => sum(heads, runs)),
    },
    leaderboardEntries: {
      postgres: pick(postgres, ({ measuredModels }) => measuredModels),
      redis: handled(redis),
    },
  };
  return { ...result, checkedAt: new Date().toISOString() };
}

const pick = <T>(all: Promise<T>, of: (counts: T) => Count) => handled(all.then(of));

/** A query need not show a number whose store failed; its rejection is then nobody's. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

const sum = (a: Count, b: Count): Count => ({ n: a.n + b.n, estimated: a.estimated || b.estimated });
