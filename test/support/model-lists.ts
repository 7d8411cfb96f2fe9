import fc from 'fast-check';

const text = fc.constantFrom(
  '',
  'a',
  'B',
  'to',
  'ch',
  'torch',
  '.',
  '%',
  '_',
  '\\',
  '^',
  '$',
  '\n',
  '🚀',
  'á',
  'team',
  'seed-model-000001',
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 2 });
const given = <T extends object>(filter: fc.Arbitrary<T>) =>
  filter.filter((operators) => Object.values(operators).some((operand) => operand !== null));
const string = given(
  fc.record({
    eq: maybe(text),
    in: maybe(fc.array(text, { minLength: 1, maxLength: 3 })),
    startsWith: maybe(text),
    contains: maybe(text),
  }),
);
const number = fc.constantFrom(0, -0, 0.5, 0.9, 1, 1e21, -1e-7, 5e-324, 0.30000000000000004, 2 ** 53);
const float = given(
  fc.record({
    eq: maybe(number),
    gt: maybe(number),
    gte: maybe(number),
    lt: maybe(number),
    lte: maybe(number),
  }),
);
const moment = fc.constantFrom(
  '2026-03-01T00:00:00Z',
  '2026-03-01T00:00:00.1Z',
  '2026-03-01T01:00:00.12+01:00',
  '2026-02-28T23:30:00.100001-00:30',
  '2026-10-31T22:10:00Z',
  '9999-12-31T23:59:59Z',
);
const key = fc.constantFrom('team', 'Team', 'a.b', '$x', '__proto__', 'constructor', 'generated', 'nothing');
const metric = fc.constantFrom('accuracy', 'loss', '$x', 'a.b', '$accuracy', 'nothing');
const leaf = fc.oneof(
  fc.record({ name: string }),
  fc.record({ framework: string }),
  fc.record({ tags: fc.array(fc.record({ key, value: maybe(string) }), { minLength: 1, maxLength: 2 }) }),
  fc.record({ createdAt: given(fc.record({ gte: maybe(moment), lt: maybe(moment) })) }),
  fc.record({
    bestMetric: fc.array(fc.record({ key: metric, is: float }), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ deployedTo: fc.constantFrom('PRODUCTION', 'STAGING', 'DEVELOPMENT') }),
  fc.record({
    config: fc.array(fc.record({ path: fc.constantFrom('/n', '/metrics/accuracy'), number: float }), {
      minLength: 1,
      maxLength: 2,
    }),
  }),
);
const { filter } = fc.letrec<{ filter: object }>((tie) => {
  const list = fc.array(tie('filter'), { minLength: 1, maxLength: 3 });
  return {
    filter: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc.tuple(leaf, leaf).map(([a, b]) => ({ ...a, ...b })),
      fc.record({ and: list }),
      fc.record({ or: list }),
      fc.record({ not: tie('filter') }),
    ),
  };
});
const direction = fc.constantFrom('ASC', 'DESC');
const orderBy = fc.oneof(
  fc.record({ field: fc.constantFrom('NAME', 'CREATED_AT', 'UPDATED_AT'), direction }),
  fc.record({ field: fc.constant('BEST_METRIC'), direction, metric }),
);

/** Any list of models that can be asked for, and how to page through it. */
export const modelLists = fc.record({
  filter: fc.option(filter, { nil: null }),
  orderBy,
  size: fc.integer({ min: 1, max: 30 }),
  backwards: fc.boolean(),
});
