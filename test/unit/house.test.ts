import { readFileSync } from 'node:fs';
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { beforeAll, describe, expect, it } from 'vitest';

/** From the ground up: each floor may import from those before it, and from itself. */
const floors = [
  [
    'ground',
    '^src/(config|errors|problems|store-name|model-name|model-list|key-name|json-pointer|json-text|batch-read|store-calls|tensor|value-filter|version)\\.ts$',
  ],
  ['policies', '^src/policies/'],
  ['inference', '^src/inference/'],
  ['stores', '^src/stores/'],
  ['loaders', '^src/loaders/'],
  ['serving', '^src/serving/'],
  ['operations', '^src/operations/'],
  ['replication', '^src/replication/'],
  ['graphql', '^src/graphql/'],
  ['http', '^src/http/'],
  ['gateway', '^src/gateway\\.ts$'],
  ['scripts', '^src/modelgraph\\.ts$'],
  ['cli', '^src/cli(\\.ts$|/)'],
] as const;

/** Each library lives in one place. */
const libraryHomes = {
  'drizzle-orm': '^src/stores/postgres/',
  postgres: '^src/stores/postgres/',
  mongodb: '^src/stores/mongo/',
  ioredis: '^src/(stores/redis|embedded)/',
  'rate-limiter-flexible': '^src/stores/redis/',
  dataloader: '^src/loaders/',
  '@pothos/core': '^src/graphql/',
  '@pothos/plugin-relay': '^src/graphql/',
  'graphql-yoga': '^src/http/',
  cockatiel: '^src/policies/',
  undici: '^src/inference/',
  commander: '^src/cli\\.ts$',
  zod: '^src/(config\\.ts|stores/|operations/)',
  mingo: '^src/embedded/',
  bson: '^src/embedded/',
};

const upwards: IForbiddenRuleType[] = floors.slice(0, -1).map(([name, path], n) => ({
  name: `${name} imports only from beneath`,
  from: { path },
  to: { path: floors.slice(n + 1).map(([, above]) => above) },
}));

const forbidden: IForbiddenRuleType[] = [
  ...upwards,
  { name: 'no cycles, types too', from: {}, to: { circular: true } },
  {
    name: 'a store never sees another',
    from: { path: '^src/stores/([^/]+)/' },
    to: { path: '^src/stores/([^/]+)/', pathNot: '^src/stores/$1/' },
  },
  {
    name: 'graphql takes only types from stores',
    from: { path: '^src/graphql/' },
    to: { path: '^src/stores/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'only cli starts embedded stores',
    from: { pathNot: '^src/(cli|embedded)' },
    to: { path: '^src/embedded/' },
  },
  {
    name: 'embedded stands apart from the floors',
    from: { path: '^src/embedded/' },
    to: { path: '^src/', pathNot: '^src/(embedded/|config\\.ts$)' },
  },
  { name: 'only cli seeds', from: { pathNot: '^src/(cli|seed)' }, to: { path: '^src/seed/' } },
  {
    name: 'seeding knows stores and what is beneath',
    from: { path: '^src/seed/' },
    to: { path: '^src/(loaders|graphql|http|embedded|gateway|cli)' },
  },
  ...Object.entries(libraryHomes).map(
    ([library, home]): IForbiddenRuleType => ({
      name: `${library} has one home`,
      from: { path: '^src/', pathNot: home },
      to: { path: `^node_modules/${library}/` },
    }),
  ),
];

let house: ICruiseResult;

beforeAll(async () => {
  const { output } = await cruise(
    ['src'],
    {
      ruleSet: { forbidden },
      validate: true,
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
    },
    undefined,
    { tsConfig: { options: {}, fileNames: [], errors: [] } },
  );
  house = output as ICruiseResult;
}, 60_000);

const sources = () =>
  house.modules.map(({ source }) => source).filter((source) => /^src\/.*\.ts$/.test(source));
const linesOf = (file: string) => readFileSync(file, 'utf8').split('\n').length - 1;

describe('the laws of the house', () => {
  it('are checked on all of it', () => {
    // A checker that sees nothing finds nothing wrong.
    expect(sources().length).toBeGreaterThan(80);
    expect(
      house.modules.find(({ source }) => source === 'src/gateway.ts')?.dependencies.length,
    ).toBeGreaterThan(5);
  });

  it('hold: imports point down, libraries have one home, stores do not know each other', () => {
    expect(house.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  });

  it('keep files small: median under 80 lines, none over 300', () => {
    const sizes = sources()
      .map((file) => ({ file, lines: linesOf(file) }))
      .sort((a, b) => a.lines - b.lines);
    expect(sizes.filter(({ lines }) => lines > 300)).toEqual([]);
    expect(sizes[Math.floor(sizes.length / 2)]?.lines).toBeLessThan(80);
  });

  it('know no barrels, no default exports, and no drawer for odds and ends', () => {
    expect(sources().filter((file) => /\/(index|utils|helpers|types)\.ts$|\/common\//.test(file))).toEqual(
      [],
    );
    expect(sources().filter((file) => /^export default /m.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});
