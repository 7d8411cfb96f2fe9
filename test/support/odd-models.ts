import type { DemoModel } from '../../src/seed/demo-data.ts';

type Value = DemoModel['runs'][number]['metrics'][number]['value'];

const names = [
  ...[
    'B',
    'a',
    'aa',
    'a_c',
    'a-b',
    'á',
    'a\u0301b'.normalize('NFC'),
    '🚀',
    'ﬁne',
    'x%y',
    '100%',
    '$ne',
    'a.b',
  ],
  ...['x\\y', '^x$', 'a*b', '[a]', '(b)', 'a|b', 'x/y', 'a+', '?', '#', 'a  b'],
];
// Few, so that the name has to decide; PostgreSQL cuts zeros at the end off.
const moments = ['', '.1', '.12', '.100001', '.000001', '.999999'].map(
  (part) => `2026-03-01T00:00:00${part}Z`,
);
const frameworks = ['torch', 'Torch', 'to.ch', 'tor\nch', 'cat', ' '];
const tags: Record<string, string>[] = [
  {},
  { team: '' },
  { team: 'a' },
  { Team: 'a%', team: 'aB' },
  { 'a.b': 'a', $x: '^a$' },
  { team: 'a\nb', 'a.b': '🚀' },
  JSON.parse('{ "__proto__": "a", "constructor": "team" }'),
];
const values: Value[][] = [
  [],
  [0.5],
  [0.5, 0.9],
  ['NaN'],
  ['Infinity', '-Infinity'],
  [0, -0],
  [-0],
  [1, 'NaN'],
  [1e21, -1e-7],
  [5e-324],
  [2 ** 53, 0.1 + 0.2],
];
const environments = ['PRODUCTION', 'STAGING', 'DEVELOPMENT'] as const;

const of = <T>(all: readonly T[], n: number) => all[n % all.length] as T;

/** Models of whose names, texts, numbers and moments two stores may think differently; the same every time. */
export const oddModels: readonly DemoModel[] = names.map((name, n) => {
  const createdAt = of(moments, n);
  const run = (key: string, framework: string, metrics: DemoModel['runs'][number]['metrics']) => ({
    key: `${name}/${key}`,
    framework,
    status: 'FINISHED' as const,
    ...{ startedAt: createdAt, endedAt: createdAt, datasets: [], metrics },
  });
  const runs = of(values, n).map((value, i) =>
    run(String(i), of(frameworks, n + 5 * i), [
      { key: 'accuracy', value },
      { key: n % 2 ? '$x' : 'a.b', value: n },
    ]),
  );
  const version = {
    version: 1,
    run: runs[0]?.key ?? '',
    description: '',
    tags: {},
    artifacts: [],
    createdAt,
  };
  const deployment = {
    ...{ version: 1, environment: of(environments, n), trafficPercent: 100, deployedAt: createdAt },
    status: n % 5 ? ('ACTIVE' as const) : ('RETIRED' as const),
  };
  return {
    ...{ name, description: '', tags: of(tags, n), createdAt, runs, versions: [version], aliases: [] },
    deployments: n % 3 ? [deployment] : [],
    config: { framework: 'any', document: { n, text: name } },
  };
});
