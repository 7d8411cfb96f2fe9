import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { queryCost } from '../../../src/graphql/query-cost.ts';
import { schema } from '../../../src/graphql/schema.ts';

const cost = (query: string, variables?: Record<string, unknown>, operationName?: string) =>
  queryCost(schema, parse(query), { variables, operationName });
const one = 'model(by: { name: "a" })';

describe('the points of a request', () => {
  it.each([
    ['the least', '{ __typename }', 1],
    ['asking for the limit itself', '{ rateLimit { remaining } }', 1],
    ['introspection', '{ __schema { types { name fields { name type { name } } } } }', 1],
    ['a model', `{ ${one} { name description createdAt } }`, 1],
    [
      'a model and what hangs on it',
      `{ ${one} { latestVersion { version } config { revision } serving { cacheHits } } }`,
      4,
    ],
    ['two models', `{ a: ${one} { name } b: ${one} { name } }`, 2],
    ['a page of 100', '{ models(first: 100) { nodes { name } } }', 100],
    [
      'a page by its edges',
      '{ models(last: 100) { edges { cursor node { name } } pageInfo { hasNextPage } } }',
      100,
    ],
    ['a page of pages', '{ models(first: 100) { nodes { trainingRuns(first: 2) { nodes { id } } } } }', 300],
    ['a page of what is heavy', '{ models(first: 5) { nodes { consistency { consistent } } } }', 105],
    ['a total', '{ models(first: 5) { totalCount nodes { name } } }', 15],
    ['a list by default', '{ topModels { model { name } run { id } } }', 15],
    ['a list by name', '{ nodes(ids: ["a", "b", "c"]) { id } }', 3],
    ['a list without a size', `{ ${one} { aliases { alias version { version } } } }`, 3],
    ['a board', '{ leaderboard(first: 50) { entries { model { name } } } }', 101],
    [
      'what is skipped',
      `{ ${one} { config @skip(if: true) { revision } serving @include(if: false) { cacheHits } } }`,
      1,
    ],
    ['a page that is refused', '{ models(first: 1000000000) { nodes { name } } }', 500],
    ['a page of no size', '{ models(first: -1) { nodes { name } } }', 1],
    ['what is not in the schema', '{ nobody { knows { it } } }', 1],
  ])('%s', (_, query, points) => {
    expect(cost(query)).toBe(points);
  });

  it('are those of the operation that is asked for, with its variables', () => {
    const query = `query A($n: Int = 7, $ids: [ID!]!, $with: Boolean!) {
      models(first: $n) { nodes { config @include(if: $with) { revision } } } nodes(ids: $ids) { id }
    } query B { models(first: 1) { nodes { name } } }`;
    expect(cost(query, { n: 3, ids: ['a', 'b'], with: true }, 'A')).toBe(8);
    expect(cost(query, { ids: [], with: false }, 'A')).toBe(8);
    expect(cost(query, {}, 'B')).toBe(1);
    expect(cost(query, {}, 'C')).toBe(1);
  });

  it('of a write grow with what it is given', () => {
    const rows = Array.from({ length: 40 }, () => ({}));
    const put = 'mutation ($input: PutFeaturesInput!) { putFeatures(input: $input) { __typename } }';
    expect(cost(put, { input: { view: 'v', rows } })).toBe(41);
    const register =
      'mutation ($inputs: [RegisterTrainingRunInput!]!) { registerTrainingRuns(inputs: $inputs) { __typename } }';
    expect(cost(register, { inputs: rows })).toBe(40);
  });

  it('are those of its fragments too, each where it is spread', () => {
    const fragments = `fragment M on ModelInfo { config { revision } ...V } fragment V on ModelInfo { latestVersion { version } }`;
    expect(
      cost(
        `{ ${one} { ...M } models(first: 10) { ...P } } fragment P on ModelConnection { nodes { ...M } } ${fragments}`,
      ),
    ).toBe(33);
    expect(cost(`{ nodes(ids: ["a"]) { ... on ModelInfo { ...M } } } ${fragments}`)).toBe(3);
  });

  it('of a text that would take for ever to go through are told at once', () => {
    const bomb = Array.from(
      { length: 200 },
      (_, n) =>
        `fragment F${n} on ModelVersion { a: model { latestVersion { ...F${n + 1} } } b: model { latestVersion { ...F${n + 1} } } }`,
    );
    const last = 'fragment F200 on ModelVersion { version }';
    expect(cost(`{ ${one} { latestVersion { ...F0 } } } ${bomb.join('\n')} ${last}`)).toBeGreaterThan(1e60);
    expect(cost(`{ ${one} { ...A } } fragment A on ModelInfo { latestVersion { model { ...A } } }`)).toBe(3);
  });
});
